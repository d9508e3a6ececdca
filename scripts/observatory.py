"""Scores an answer by the table of MDN's HTTP Observatory: from headers and HTML to points a test.

`python scripts/observatory.py https://help.example.org/` asks a site that runs and prints its table.
Source: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring and the points of its
published grader (mdn/mdn-http-observatory, src/grader/charts.js), read on 24 November 2026.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

BASE: Final = 100
# Bonuses count only for who has lost no more than ten points.
BONUSES_FROM: Final = 90
HALF_A_YEAR_S: Final = 15_768_000

_NEEDS_HTTPS: Final = "needs real HTTPS"
_BROAD: Final = frozenset({"ftp:", "http:", "https:", "*", "http://*", "https://*"})
# A policy in a page cannot say these.
_HEADER_ALONE: Final = frozenset({"frame-ancestors", "sandbox", "report-uri", "report-to"})
_INLINE: Final = frozenset({"'unsafe-inline'", "data:"})
_PRIVATE: Final = frozenset(
    {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the table looks at: headers as (name, value), the body, and how it was asked for.

    `redirected` is where the same address leads over HTTP; None where nobody asked.
    """

    headers: tuple[tuple[str, str], ...]
    body: str
    host: str
    is_https: bool = True
    redirected: str | None = None

    def all(self, name: str) -> list[str]:
        """The values of a header, one for each time that it was sent."""
        return [value for key, value in self.headers if key.lower() == name]

    def one(self, name: str) -> str | None:
        """The value of a header, or None; two that differ are no value."""
        values = self.all(name)
        if not values:
            return None
        return values[0].strip() if len(set(values)) == 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The points of one test, and the most that it allows for such an answer."""

    test: str
    points: int
    most: int
    found: str
    remark: str = ""


def score(answer: Answer) -> tuple[Score, ...]:
    """Every test of the table with its points, in the table's order; opener and embedder last."""
    return (
        _policy(answer),
        _cookies(answer),
        _sharing(answer),
        _redirection(answer),
        _referrer(answer),
        _transport(answer),
        _integrity(answer),
        _sniffing(answer),
        _framing(answer),
        _resources(answer),
        _isolation(answer, test="cross-origin-opener-policy", best="same-origin"),
        _isolation(answer, test="cross-origin-embedder-policy", best="require-corp"),
    )


def total(scores: Iterable[Score]) -> int:
    """The points of a whole answer: what is lost first, and bonuses only on top of 90."""
    points = [each.points for each in scores]
    rest = BASE + sum(each for each in points if each < 0)
    bonuses = sum(each for each in points if each > 0)
    return max(0, rest + bonuses if rest >= BONUSES_FROM else rest)


def most(scores: Iterable[Score]) -> int:
    """The points of an answer that misses nothing."""
    return BASE + sum(each.most for each in scores)


def table(scores: tuple[Score, ...]) -> str:
    """The points as lines of text, with the sum."""
    lines = [f"{'test':<32}{'points':>7}{'most':>6}  found"]
    for each in scores:
        remark = f" ({each.remark})" if each.remark else ""
        lines.append(f"{each.test:<32}{each.points:>+7}{each.most:>+6}  {each.found}{remark}")
    lines.append(f"{'sum, from ' + str(BASE):<32}{total(scores):>7}{most(scores):>6}")
    return "\n".join(lines)


def directives(policy: str) -> dict[str, frozenset[str]]:
    """The sources of each directive of a Content-Security-Policy; the first of a name counts."""
    found: dict[str, frozenset[str]] = {}
    for part in policy.split(";"):
        name, *sources = part.split() or [""]
        if name:
            found.setdefault(name.lower(), frozenset(each.lower() for each in sources))
    return found


def _policy(answer: Answer) -> Score:
    points, found = _policy_points(answer)
    return Score(test="content-security-policy", points=points, most=10, found=found)


def _policy_points(answer: Answer) -> tuple[int, str]:
    text = answer.one("content-security-policy")
    rules = directives(text or "")
    # The published grader (src/analyzer/tests/csp.js) reads both, the header first; what can stand
    # in a header alone counts for nothing in a page.
    for name, sources in directives(_read(answer).policy).items():
        if name not in _HEADER_ALONE:
            rules.setdefault(name, sources)
    if not rules:
        return -25, "none" if text is None else "not readable"
    everything = rules.get("default-src", frozenset({"*"}))
    scripts, styles = (rules.get(name, everything) for name in ("script-src", "style-src"))
    passive = rules.get("img-src", everything) | rules.get("media-src", everything)
    active = scripts.union(*(rules[name] for name in rules if name not in {"img-src", "media-src"}))
    forms = rules.get("form-action", frozenset({"*"}))
    objects = rules.get("object-src", everything)
    # In the order in which the table asks: the first that is true is what the policy is worth.
    verdicts = (
        (scripts & (_BROAD | _INLINE) or objects & _BROAD, -20, "scripts from anywhere or inline"),
        (_over_http(active), -20, "loads over HTTP"),
        ("'unsafe-eval'" in scripts | styles, -10, "unsafe-eval"),
        (_over_http(passive), -10, "pictures over HTTP"),
        (styles & (_BROAD | _INLINE), 0, "styles from anywhere or inline"),
        (everything != {"'none'"} or not forms <= {"'self'", "'none'"}, 5, "nothing unsafe"),
    )
    best = (10, "default-src 'none', nothing unsafe, forms to this site")
    return next(((points, found) for is_so, points, found in verdicts if is_so), best)


def _over_http(sources: frozenset[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def _cookies(answer: Answer) -> Score:
    cookies = answer.all("set-cookie")
    if not cookies:
        return Score(test="cookies", points=0, most=0, found="none")
    worst = min(_cookie_points(each, is_hsts=_transport(answer).points == 0) for each in cookies)
    return Score(test="cookies", points=worst, most=5, found=f"{len(cookies)} set")


def _cookie_points(cookie: str, *, is_hsts: bool) -> int:
    pair, *rest = (part.strip().lower() for part in cookie.split(";"))
    is_session = "sess" in pair.partition("=")[0] or "login" in pair.partition("=")[0]
    if "secure" not in rest:
        lost = {(True, True): -10, (True, False): -40, (False, True): -5, (False, False): -20}
        return lost[is_session, is_hsts]
    if is_session and "httponly" not in rest:
        return -30
    site = next((each.partition("=")[2] for each in rest if each.startswith("samesite")), None)
    if site is None:
        return -20 if "csrf" in pair.partition("=")[0] else 0
    return 5 if site in {"strict", "lax"} else -20


def _sharing(answer: Answer) -> Score:
    allowed = answer.one("access-control-allow-origin")
    is_open = (
        allowed not in {None, "*"} and answer.one("access-control-allow-credentials") == "true"
    )
    return Score(
        test="cross-origin-resource-sharing",
        points=-50 if is_open else 0,
        most=0,
        found=allowed or "none",
    )


def _redirection(answer: Answer) -> Score:
    test = "redirection"
    if answer.redirected is None:
        return Score(test=test, points=0, most=0, found="not asked", remark=_NEEDS_HTTPS)
    target = urlsplit(answer.redirected)
    if target.scheme != "https":
        return Score(test=test, points=-20, most=0, found="stays on HTTP")
    is_here = target.hostname == answer.host
    return Score(test=test, points=0 if is_here else -5, most=0, found=f"to {target.hostname}")


def _referrer(answer: Answer) -> Score:
    text = answer.one("referrer-policy")
    last = (text or "").split(",")[-1].strip().lower()
    points = 0 if text is None else 5 if last in _PRIVATE else -5
    return Score(test="referrer-policy", points=points, most=5, found=text or "none")


def _transport(answer: Answer) -> Score:
    text = answer.one("strict-transport-security") or ""
    age = re.search(r"max-age=\"?(\d+)", text, re.IGNORECASE)
    points = -20 if age is None else 0 if int(age.group(1)) >= HALF_A_YEAR_S else -10
    # Five more are for who is on the browsers' own list, which is the operator's to choose.
    return Score(
        test="strict-transport-security",
        points=points,
        most=0,
        found=text or "none",
        remark=_NEEDS_HTTPS if not answer.is_https or answer.redirected is None else "",
    )


class _Page(HTMLParser):
    """Gathers (address, integrity) of every script of a page, and the policy that it brings."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[tuple[str, str]] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "script":
            self.scripts.append((values.get("src", ""), values.get("integrity", "")))
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = values.get("content", "")


def _read(answer: Answer) -> _Page:
    kind = (answer.one("content-type") or "text/html").split(";")[0].strip().lower()
    page = _Page()
    page.feed(answer.body if kind in {"text/html", "application/xhtml+xml"} else "")
    return page


def _integrity(answer: Answer) -> Score:
    test = "subresource-integrity"
    scripts = _read(answer).scripts
    if not scripts:
        return Score(test=test, points=0, most=0, found="no scripts")
    points = min(_script_points(*each, host=answer.host) for each in scripts)
    return Score(test=test, points=points, most=5, found=f"{len(scripts)} scripts")


def _script_points(source: str, integrity: str, *, host: str) -> int:
    address = urlsplit(source)
    if address.netloc and address.hostname != host:
        is_safe = address.scheme == "https"
        return {(True, True): 5, (True, False): -20, (False, True): -5, (False, False): -50}[
            bool(integrity), is_safe
        ]
    # The table asks one script of a page for it; here each one is asked.
    return 5 if source and integrity.startswith(("sha256-", "sha384-", "sha512-")) else 0


def _sniffing(answer: Answer) -> Score:
    text = answer.one("x-content-type-options")
    points = 0 if (text or "").lower() == "nosniff" else -5
    return Score(test="x-content-type-options", points=points, most=0, found=text or "none")


def _framing(answer: Answer) -> Score:
    test = "x-frame-options"
    ancestors = directives(answer.one("content-security-policy") or "").get("frame-ancestors")
    if ancestors and not ancestors & _BROAD:
        found = f"frame-ancestors {' '.join(sorted(ancestors))}"
        return Score(test=test, points=5, most=5, found=found)
    text = answer.one("x-frame-options")
    points = 0 if (text or "").upper() in {"DENY", "SAMEORIGIN"} else -20
    return Score(test=test, points=points, most=5, found=text or "none")


def _resources(answer: Answer) -> Score:
    text = answer.one("cross-origin-resource-policy")
    points = {None: 0, "cross-origin": 0, "same-origin": 10, "same-site": 10}.get(text, -5)
    test = "cross-origin-resource-policy"
    return Score(test=test, points=points, most=10, found=text or "none")


def _isolation(answer: Answer, *, test: str, best: str) -> Score:
    # The table names these two without points: here one is lost by anything but the strictest.
    text = answer.one(test)
    points = 0 if (text or "").partition(";")[0].strip() == best else -1
    return Score(
        test=test, points=points, most=0, found=text or "none", remark="no points in the table"
    )


def ask(address: str) -> Answer:
    """The answer of a site that runs, and where its address leads over HTTP."""
    parts = urlsplit(address)
    headers, body = _fetch(address)
    is_https = parts.scheme == "https"
    plain, _ = _fetch(parts._replace(scheme="http").geturl()) if is_https else (headers, "")
    led = {name.lower(): value for name, value in plain}.get("location", "")
    return Answer(
        headers=headers,
        body=body,
        host=parts.hostname or "",
        is_https=is_https,
        redirected=led if is_https else None,
    )


def _fetch(address: str) -> tuple[tuple[tuple[str, str], ...], str]:
    # http.client follows no redirect, so that what a redirect says is seen.
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=20)
    try:
        connection.request("GET", parts.path or "/", headers={"Accept": "text/html"})
        answer = connection.getresponse()
        return tuple(answer.headers.items()), answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def main(arguments: list[str]) -> int:
    """Print the table of one address; 1 unless it has all the points, 2 if nobody answers."""
    if len(arguments) != 1 or urlsplit(arguments[0]).scheme not in {"http", "https"}:
        print("Say which address: python scripts/observatory.py https://help.example.org/")
        return 2
    try:
        scores = score(ask(arguments[0]))
    except (OSError, HTTPException) as error:
        print(f"Could not ask {arguments[0]}: {type(error).__name__}")
        return 2
    print(table(scores))
    return 0 if total(scores) == most(scores) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
