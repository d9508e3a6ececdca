"""One page of FindTreatment.gov's locator at a time, asked again when the line fails."""

from __future__ import annotations

import http.client
import random
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Final

import msgspec

from app.domain.errors import ImportFileError

LOCATOR_URL: Final = "https://findtreatment.gov/locator/exportsAsJson/v2"
# The most that the locator gives in one page.
PAGE_SIZE: Final = 2_000
USER_AGENT: Final = "HelpFirst directory import"

_PAGE_LIMIT_BYTES: Final = 64 * 1024 * 1024
_BY_DISTANCE: Final = "2"
_RETRIED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A place to ask about: its middle in degrees and its radius."""

    latitude: float
    longitude: float
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How to speak with the locator. Waits grow twofold from `backoff_s`, each with jitter.

    `pause_s` is kept before every page, so that a sweep does not press on a public service.
    """

    base_url: str = LOCATOR_URL
    timeout_s: float = 60.0
    tries: int = 6
    backoff_s: float = 1.0
    pause_s: float = 0.5
    page_size: int = PAGE_SIZE
    sleep: Callable[[float], None] = field(default=time.sleep)
    jitter: Callable[[], float] = field(default=random.random)


class LocatorPage(msgspec.Struct, rename="camel"):
    """One page of an answer; its rows are still packed."""

    rows: list[msgspec.Raw] | None = None
    page: int = 1
    total_pages: int = 1
    record_count: int | None = None


class _OwnHostOnly(urllib.request.HTTPRedirectHandler):
    """Follows a redirect within the host that was asked, and refuses every other.

    The directory must not be able to send the server to an address of its choice: one inside
    its own network, say. Source: ASVS 5.0, 1.3.6.
    """

    def redirect_request(  # noqa: PLR0917 (the signature of the base)
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The question to the new address; ImportFileError where that is another host's."""
        if not _is_own(newurl, asked=req.full_url):
            fp.close()
            reason = "The locator sent us on to another address. We do not follow it there."
            raise ImportFileError(reason)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_opener: Final = urllib.request.build_opener(_OwnHostOnly)


class _PassingError(Exception):
    """A failure that may pass; `wait_s` is how long the server asked to be left alone."""

    def __init__(self, reason: str, *, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def fetch_page(circle: Circle, page: int, *, client: Client) -> bytes:
    """The JSON text of one page of the places in a circle, checked to be whole.

    Latitude comes first: with the two exchanged the locator answers every question with
    the same few rows. Raises ImportFileError when it refuses, or fails `client.tries` times.
    """
    url = page_url(circle, page, client=client)
    failure: _PassingError | None = None
    for attempt in range(client.tries):
        client.sleep(_wait_s(attempt, failure, client=client))
        try:
            data = _get(url, timeout_s=client.timeout_s)
            parse_page(data)
        except _PassingError as error:
            failure = error
        except (msgspec.MsgspecError, UnicodeDecodeError):
            failure = _PassingError("the answer was cut off or is not the JSON it should be")
        else:
            return data
    host = urllib.parse.urlsplit(url).hostname
    reason = (
        f"{host} could not be read after {client.tries} tries ({failure}). "
        "Start the same import again later: the pages fetched so far are kept."
    )
    raise ImportFileError(reason) from failure


def parse_page(data: bytes) -> LocatorPage:
    """The page in JSON text; msgspec.MsgspecError where it is cut off or of another shape."""
    return msgspec.json.decode(data, type=LocatorPage)


def page_url(circle: Circle, page: int, *, client: Client) -> str:
    """The address of one page. Raises ImportFileError for a base that is not http or https."""
    parts = urllib.parse.urlsplit(client.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        reason = f"{client.base_url} is not a web address that could be the locator's."
        raise ImportFileError(reason)
    query = {
        "sAddr": f"{circle.latitude:.5f},{circle.longitude:.5f}",
        "limitType": _BY_DISTANCE,
        "limitValue": f"{circle.radius_m:.0f}",
        "pageSize": str(client.page_size),
        "page": str(page),
        "sort": "0",
    }
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(query, safe=",")))


def _wait_s(attempt: int, failure: _PassingError | None, *, client: Client) -> float:
    if failure is None:
        return client.pause_s
    backoff_s = client.backoff_s * 2.0 ** (attempt - 1) * (0.5 + client.jitter())
    return min(_LONGEST_WAIT_S, max(backoff_s, failure.wait_s))


def _get(url: str, *, timeout_s: float) -> bytes:
    request = urllib.request.Request(  # noqa: S310  page_url lets only http and https through
        url, headers={"User-Agent": USER_AGENT, "Accept": "application/json"}
    )
    try:
        with _opener.open(request, timeout=timeout_s) as answer:
            data: bytes = answer.read(_PAGE_LIMIT_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error) from error
    except (OSError, http.client.HTTPException) as error:
        reason = f"the connection failed: {getattr(error, 'reason', None) or error}"
        raise _PassingError(reason) from error
    if len(data) > _PAGE_LIMIT_BYTES:
        reason = "The locator's answer is far larger than a page of it can be."
        raise ImportFileError(reason)
    return data


def _is_own(address: str, *, asked: str) -> bool:
    """Whether an address is of the host that was asked: the same door, or its own over https."""
    to, here = urllib.parse.urlsplit(address), urllib.parse.urlsplit(asked)
    try:
        door, own_door = (to.scheme, to.port), (here.scheme, here.port)
    except ValueError:
        return False
    is_bare = to.username is None and to.password is None
    is_known_door = door == own_door or (to.scheme == "https" and to.port in {None, 443})
    return is_bare and to.hostname == here.hostname and is_known_door


def _refusal(error: urllib.error.HTTPError) -> Exception:
    if error.code not in _RETRIED:
        return ImportFileError(f"The locator refused the question (HTTP {error.code}).")
    asked = error.headers.get("Retry-After", "")
    wait_s = float(asked) if asked.isascii() and asked.isdigit() else 0.0
    return _PassingError(f"HTTP {error.code}", wait_s=wait_s)
