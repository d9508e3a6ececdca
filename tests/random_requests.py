"""Random requests, the same for the same seed: made of the site's routes, forms and links.

What a route takes is learnt from the pages: the fields of each form and the values of each link,
so that a new field is sent without a line here. What stands on no page of the sample, as the next
page of a list that is short, is learnt from the code that reads it. Values are what stands there,
or hostile.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from tests.browse import Page
from tests.hostile import HOSTILE, random_text

# It would end the session of the one who asks; what it answers is tested by itself.
LEFT_OUT: Final = frozenset({"security.logout"})
_METHODS: Final = ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE")
_PART: Final = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")
_READ: Final = re.compile(r"""\b(?:args|form)\.get(?:list)?\(\s*"([a-z_]+)\"""")
_CONTROLS: Final = frozenset({"input", "select", "textarea", "button"})
_NEVER: Final = "00000000-0000-4000-8000-000000000009"
_ODD_TYPES: Final = ("text/plain", "application/json", "multipart/form-data", "", "a/b; c=d; e")
_SITES: Final = ("same-origin", "same-origin", "same-origin", "none", "cross-site", "nonsense")
_LONGEST_QUERY: Final = 3_900


@dataclass
class Known:
    """What the pages said: for each endpoint its fields, for each field the values seen in it.

    `read` are names of fields that the code asks for, whatever the endpoint.
    """

    fields: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    parts: dict[str, set[str]] = field(default_factory=dict)
    read: tuple[str, ...] = ()

    def note(self, endpoint: str, name: str, value: str) -> None:
        self.fields.setdefault(endpoint, {}).setdefault(name, set()).add(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomRequest:
    """One request, whole."""

    endpoint: str
    method: str
    address: str
    body: bytes
    content_type: str
    headers: Mapping[str, str]

    def __str__(self) -> str:
        sent = f"{self.content_type} {self.body[:300]!r}" if self.body else ""
        return f"{self.method} {self.address[:300]} {dict(self.headers)} {sent}"


def learn(app: Flask, pages: Iterable[Page]) -> Known:
    """What the forms and links of these pages send where."""
    known, adapter = Known(read=_names_read(app)), app.url_map.bind("localhost")
    for page in pages:
        for link in page.links():
            _learn_address(known, adapter, link, "GET")
        for form in page.tree.iter("form"):
            method = form.get("method", "get").upper()
            endpoint = _learn_address(known, adapter, form.get("action", ""), method)
            for control in form.iter():
                if endpoint and control.tag in _CONTROLS and control.get("name"):
                    for value in _values_of(control):
                        known.note(endpoint, control.get("name", ""), value)
    return known


def _names_read(app: Flask) -> tuple[str, ...]:
    sources = (Path(app.root_path) / "web").rglob("*.py")
    found = {name for path in sources for name in _READ.findall(path.read_text("utf-8"))}
    return tuple(sorted(found - {"csrf_token"}))


def _learn_address(known: Known, adapter: MapAdapter, address: str, method: str) -> str | None:
    place = urlsplit(address)
    if place.netloc or place.scheme or not place.path.startswith("/"):
        return None
    try:
        endpoint, parts = adapter.match(place.path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    for name, part in parts.items():
        known.parts.setdefault(name, set()).add(str(part))
    for name, value in parse_qsl(place.query, keep_blank_values=True):
        known.note(endpoint, name, value)
    return str(endpoint)


def _values_of(control: Element) -> list[str]:
    if control.tag == "select":
        return [option.get("value", option.text or "") for option in control.iter("option")]
    return [control.get("value", control.text or "")]


class Requests:
    """Makes one random request after the other."""

    def __init__(self, app: Flask, known: Known, *, seed: int) -> None:
        self._known = known
        self._chance = random.Random(seed)  # noqa: S311 (no secret)
        self._rules: Sequence[Rule] = [
            rule for rule in app.url_map.iter_rules() if rule.endpoint not in LEFT_OUT
        ]

    def make(self, *, tokens: Mapping[str, str], visitor: str) -> RandomRequest:
        """A request; `tokens` are the CSRF tokens of visitors, sent nine times of ten."""
        chance = self._chance
        rule = chance.choice(self._rules)
        methods = sorted((rule.methods or set()) & {"GET", "POST"})
        method = chance.choice(methods) if chance.random() < 0.93 else chance.choice(_METHODS)
        fields = self._fields(rule.endpoint)
        token = tokens.get(visitor)
        if token and method != "GET" and chance.random() < 0.9:
            fields.append(("csrf_token", token.encode()))
        coded = "&".join(f"{_coded(name.encode())}={_coded(value)}" for name, value in fields)
        address, body, kind = self._path(rule), b"", ""
        if method == "GET" or chance.random() < 0.1:
            address += "?" + coded[:_LONGEST_QUERY]
        else:
            kind, body = self._body(fields, coded)
        return RandomRequest(
            endpoint=rule.endpoint,
            method=method,
            address=address,
            body=body,
            content_type=kind,
            headers=self._headers(),
        )

    def visitor(self, visitors: Sequence[str]) -> str:
        """Who sends the next one."""
        return self._chance.choice(visitors)

    def _fields(self, endpoint: str) -> list[tuple[str, bytes]]:
        """Most of the fields of the route, some of others, now and then one twice."""
        chance, known = self._chance, self._known.fields
        own = known.get(endpoint, {})
        share = chance.choice((1.0, 0.9, 0.3))
        names = [name for name in sorted(own) if chance.random() < share and name != "csrf_token"]
        if chance.random() < 0.2:
            other = known[chance.choice(sorted(known))]
            names.append(chance.choice(sorted(other)))
        if chance.random() < 0.3:
            names.append(chance.choice(self._known.read))
        if names and chance.random() < 0.1:
            names += [chance.choice(names)] * chance.choice((1, 2, 40))
        badness = chance.choice((0.0, 0.1, 0.1, 0.5, 1.0))
        return [(name, self._value(sorted(own.get(name, ())), badness)) for name in names]

    def _value(self, seen: Sequence[str], badness: float) -> bytes:
        chance = self._chance
        if seen and chance.random() >= badness:
            return chance.choice(seen).encode("utf-8", "surrogatepass")
        if chance.random() < 0.5:
            return chance.choice(list(HOSTILE.values()))
        words = tuple(value for value in seen[:20] if value)
        return random_text(chance, words).encode("utf-8", "surrogatepass")

    def _path(self, rule: Rule) -> str:
        badness = self._chance.choice((0.0, 0.0, 0.0, 0.5))

        def part(found: re.Match[str]) -> str:
            seen = [*sorted(self._known.parts.get(found[1], ())), _NEVER]
            return _coded(self._value(seen, badness)[:200])

        return _PART.sub(part, rule.rule)

    def _body(self, fields: Sequence[tuple[str, bytes]], coded: str) -> tuple[str, bytes]:
        draw = self._chance.random()
        if draw < 0.75:
            return "application/x-www-form-urlencoded", coded.encode()
        if draw < 0.9:
            return "multipart/form-data; boundary=sample", self._parts(fields)
        kind = self._chance.choice(_ODD_TYPES)
        return kind, self._chance.choice((coded.encode(), *HOSTILE.values()))

    def _parts(self, fields: Sequence[tuple[str, bytes]]) -> bytes:
        """A form, now and then cut short where no file in it would be left open."""
        lines, is_cut = [], self._chance.random() < 0.1
        for name, value in fields:
            about = f'form-data; name="{name}"'
            if name == "file" and not is_cut:
                about += '; filename="sample.csv"\r\nContent-Type: text/csv'
            lines.append(f"--sample\r\nContent-Disposition: {about}\r\n\r\n".encode() + value)
        whole = b"\r\n".join(lines) + b"\r\n--sample--\r\n"
        return whole[: len(whole) // 2] if is_cut else whole

    def _headers(self) -> dict[str, str]:
        chance = self._chance
        headers = {"Sec-Fetch-Site": chance.choice(_SITES)} if chance.random() < 0.95 else {}
        if chance.random() < 0.1:
            name = chance.choice(
                ("Accept-Language", "If-None-Match", "If-Modified-Since", "Range", "Origin")
            )
            headers[name] = chance.choice(
                ("../../x", "bytes=0-99999999999", "null", '"', "x" * 900)
            )
        return headers


def _coded(value: bytes) -> str:
    return quote(value, safe="")
