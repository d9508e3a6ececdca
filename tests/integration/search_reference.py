"""The search in plain SQL over the listing_card table: slow, short and easy to believe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from rapidfuzz.distance import OSA
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.geo import EARTH_RADIUS_M
from app.domain.opening import OpeningKind, opening_state
from app.domain.query import METRES_PER_MILE, PlaceKind, SearchQuery
from app.domain.text import fold, words
from app.gazetteer.states import state_fips
from app.search.terms import SearchTerms
from app.search.words import Lexicon, Reading, read_words
from app.store.codec import decode_dated_hours, decode_schedules

_DISTANCE = f"""
(2 * {EARTH_RADIUS_M} * asin(sqrt(
    sin(radians(latitude - :lat) / 2) * sin(radians(latitude - :lat) / 2)
    + cos(radians(:lat)) * cos(radians(latitude))
    * sin(radians(longitude - :lon) / 2) * sin(radians(longitude - :lon) / 2))))
"""


class PlainSearch:
    """Answers queries in SQL; hours and the order of names are Python's."""

    def __init__(self, session: Session, terms: SearchTerms) -> None:
        self._session, self._terms = session, terms
        listed = session.execute(text("SELECT search_text FROM listing_card WHERE is_listed"))
        self._vocabulary = sorted({word for row in listed for word in row[0].split()})
        self._codes = {number: code for code, number in terms.numbers.items()}

    def search(self, query: SearchQuery) -> dict[str, Any]:
        """All ids in order, the distances, the total, and the counts."""
        base = self._rows(query)
        filters = [each.codes for each in self._terms.filters(query.term_codes)]
        chosen = [self._meets(each) for each in filters]
        found = [row for row in base if all(meets(row) for meets in chosen)]
        open_found = [row for row in found if _is_open(row, query)]
        listed = open_found if query.open_now else found
        return {
            "ids": [row.id for row in sorted(listed, key=self._order(query))],
            "total": len(listed),
            "open_now_count": len(open_found),
            "distances": {row.id: row.distance for row in listed},
            "term_counts": self._counts(query),
        }

    def count(self, query: SearchQuery) -> int:
        """How many rows have the place and the words; other filters are not asked."""
        conditions, values = self._conditions(query)
        statement = f"SELECT COUNT(*) FROM listing_card WHERE {conditions}"  # noqa: S608
        return int(self._session.execute(text(statement), values).scalar_one())

    def _rows(self, query: SearchQuery) -> list[Any]:
        conditions, values = self._conditions(query)
        distance = _DISTANCE if "lat" in values else "NULL"
        statement = f"SELECT *, {distance} AS distance FROM listing_card WHERE {conditions}"  # noqa: S608
        rows = self._session.execute(text(statement), values).all()
        return [_Row(row) for row in rows]

    def _counts(self, query: SearchQuery) -> dict[str, int]:
        """Each choice counted by SQL without the filter of its own group."""
        groups = [each.group for each in self._terms.filters(query.term_codes)]
        counts: dict[str, int] = {}
        for group in [None, *groups]:
            choices = [
                choice
                for choice in self._terms.choices
                if (choice.group == group or (group is None and choice.group not in groups))
            ]
            if choices:
                counts.update(self._count(query, choices, without=group))
        return counts

    def _count(self, query: SearchQuery, choices: Sequence[Any], *, without: str | None) -> dict:
        conditions, values = self._conditions(query)
        for each in self._terms.filters(query.term_codes):
            if each.group != without:
                conditions += f" AND ({self._any_code(each.codes)})"
        sums = ", ".join(
            f"SUM(CASE WHEN {_has_any(self._codes[number] for number in choice.numbers)}"
            " THEN 1 ELSE 0 END)"
            for choice in choices
        )
        if query.open_now:
            ids = [
                _literal(row.id, self._session) for row in self._rows(query) if _is_open(row, query)
            ]
            conditions += f" AND id IN ({', '.join(ids) or 'NULL'})"
        statement = f"SELECT {sums} FROM listing_card WHERE {conditions}"  # noqa: S608
        row = self._session.execute(text(statement), values).one()
        return {choice.code: value or 0 for choice, value in zip(choices, row, strict=True)}

    def _conditions(self, query: SearchQuery) -> tuple[str, dict[str, Any]]:
        conditions, values = _place(query)
        for reading in self.read(query.text):
            conditions += f" AND ({self._reading(reading)})"
        return f"is_listed AND {conditions}", values

    def read(self, typed: str) -> tuple[Reading, ...]:
        """The words as they are looked for, against the words of all listed rows."""
        lexicon = Lexicon(
            holds=lambda word: word in self._vocabulary,
            near=lambda word: (
                tuple(other for other in self._vocabulary if OSA.distance(word, other) == 1)
                if len(word) >= 4
                else ()
            ),
        )
        return read_words(typed, terms=self._terms, lexicon=lexicon)[0]

    def _reading(self, reading: Reading) -> str:
        options = [_has_any(self._codes[number] for number in reading.numbers)]
        options += [
            "("
            + " AND ".join(f"(' ' || search_text || ' ') LIKE '% {word} %'" for word in each)
            + ")"
            for each in reading.alternatives
        ]
        return " OR ".join(options)

    def _any_code(self, codes: Sequence[str]) -> str:
        wanted: set[str] = set()
        for code in codes:
            leading = [choice for choice in self._terms.choices if choice.code == code]
            numbers = leading[0].numbers if leading else ()
            wanted |= {code, *(self._codes[number] for number in numbers)}
        return _has_any(wanted)

    def _meets(self, codes: Sequence[str]) -> Any:
        wanted: set[str] = set(codes)
        for choice in self._terms.choices:
            if choice.code in codes:
                wanted |= {self._codes[number] for number in choice.numbers}
        return lambda row: bool(wanted & set(row.term_codes.split()))

    def _order(self, query: SearchQuery) -> Any:
        readings = self.read(query.text)

        def key(row: Any) -> tuple[Any, ...]:
            staleness = -_day(row.as_of)
            if row.distance is not None:
                mile = int(row.distance / METRES_PER_MILE)
                return (0, mile, staleness, round(row.distance, 5), b"", row.id.bytes)
            in_name = set(words(row.name))
            score = sum(
                any(set(each) <= in_name for each in reading.alternatives) for reading in readings
            )
            return (1, -score, staleness, 0, fold(row.name).encode(), row.id.bytes)

        return key


def _day(as_of: str | None) -> int:
    year, month, day = (*(int(part) for part in (as_of or "0").split("-")), 1, 1)[:3]
    return date(year, month, day).toordinal() if year else 0


class _Row:
    """A row with its id as a UUID on both engines."""

    def __init__(self, row: Any) -> None:
        self.__dict__.update(row._mapping)
        self.id = row.id if isinstance(row.id, UUID) else UUID(bytes=row.id)


def _is_open(row: Any, query: SearchQuery) -> bool:
    schedules = decode_schedules(bytes(row.schedules or b"[]"))
    dated = decode_dated_hours(bytes(row.dated_hours or b"[]"))
    state = opening_state(schedules, timezone=row.timezone, now=query.now, dated=dated)
    return state.kind is OpeningKind.OPEN


def _place(query: SearchQuery) -> tuple[str, dict[str, Any]]:
    place = query.place
    if place is None:
        return "1 = 1", {}
    area = "(' ' || areas || ' ') LIKE '% {} %'"
    within = [area.format("US"), area.format(place.state)]
    if place.kind is PlaceKind.STATE:
        within.append(f"(' ' || areas) LIKE '% {state_fips(place.state)}___%'")
    elif place.county_fips:
        within.append(area.format(place.county_fips))
    no_point = f"(latitude IS NULL AND ({' OR '.join(within)}))"
    if place.kind is PlaceKind.STATE:
        return f"(state = :state OR {no_point})", {"state": place.state}
    if place.kind is PlaceKind.COUNTY:
        return f"(county_fips = :county OR {no_point})", {"county": place.county_fips}
    values = {"lat": place.latitude, "lon": place.longitude, "radius": query.radius_m}
    return f"((latitude IS NOT NULL AND {_DISTANCE} <= :radius) OR {no_point})", values


def _has_any(codes: Any) -> str:
    tests = [f"(' ' || term_codes || ' ') LIKE '% {code} %'" for code in sorted(codes)]
    return "(" + (" OR ".join(tests) or "1 = 0") + ")"


def _literal(listing_id: UUID, session: Session) -> str:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return f"X'{listing_id.hex}'" if is_sqlite else f"'{listing_id}'"
