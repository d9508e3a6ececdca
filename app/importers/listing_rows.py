"""One row of any source, as named texts, made into a ListingRecord; what is wrong is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Final, TypeVar

from app.content.taxonomy import load_taxonomy
from app.domain.address import normalize_zip, website_or_none
from app.domain.errors import ParseError, RowError
from app.domain.geo import great_circle_m, parse_point
from app.domain.phone import parse_phone, phone_country, same_number
from app.domain.query import METRES_PER_MILE, Place
from app.domain.records import (
    AddressRecord,
    ListingRecord,
    ListingStatus,
    PhoneKind,
    PhoneRecord,
    PointRecord,
    SourceReference,
)
from app.domain.text import clean_text, has_mojibake
from app.gazetteer.nearest import nearest_zip
from app.gazetteer.places import find_zip
from app.gazetteer.states import find_state
from app.importers.rows import ParsedRow, Problem
from app.importers.tabular import shown

# The largest ZIP codes of Alaska reach about this far from their centre.
FARTHEST_FROM_ZIP_M: Final = 100 * METRES_PER_MILE

NAME_LIMIT: Final = 300
LINE_LIMIT: Final = 300
NOTE_LIMIT: Final = 2_000

# Freely associated states have ZIP codes and stand in the National Directory, but are not
# among the states of the gazetteer.
ASSOCIATED_STATES: Final = frozenset({"FM", "MH", "PW"})

_NO_ZIP: Final = "a ZIP code that is not known"
_ZERO_LOST: Final = "a ZIP code that had lost the zero in front: it was put back"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneText:
    """A number as printed, the column it stands in, and what it is for."""

    field: str
    text: str
    kind: PhoneKind = PhoneKind.VOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTexts:
    """What a row says, as text; "" is nothing. `codes` are taxonomy codes, in any order."""

    name1: str = ""
    name2: str = ""
    street1: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    phones: tuple[PhoneText, ...] = ()
    website: str = ""
    email: str = ""
    hours_note: str = ""
    latitude: str = ""
    longitude: str = ""
    codes: tuple[str, ...] = ()
    unknown_codes: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(slots=True)
class Notes:
    """The problems of one row, gathered while its fields are read."""

    row: int
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str, value: str, reason: str) -> None:
        """Keep a problem, its value cut to what a report can show."""
        problem = Problem(row=self.row, field=name, value=shown(value), reason=reason)
        self.problems.append(problem)

    def tried(self, name: str, value: str, parse: Callable[[str], Value]) -> Value | None:
        """What `parse` makes of the value; None and a problem when it cannot."""
        try:
            return parse(value)
        except ParseError as error:
            self.add(name, value, error.reason)
            return None


def listing_row(
    texts: RowTexts,
    *,
    row: int,
    source: SourceReference,
    kind: str = "",
    external_key: str | None = None,
    problems: Iterable[Problem] = (),
) -> ParsedRow:
    """The row as a listing, or refused: without a name, or with neither state nor ZIP code.

    With both names given, the first is the Organization and the second the Listing.
    Codes are sorted; `languages` are those that the codes name. `problems` come first.
    """
    notes = Notes(row, list(problems))
    try:
        record = _record(texts, notes=notes, source=source)
    except RowError as error:
        notes.add(error.field, error.value, error.reason)
        record = None
    return ParsedRow(
        row=row,
        record=record,
        kind=kind,
        external_key=external_key,
        problems=tuple(notes.problems),
    )


def _record(texts: RowTexts, *, notes: Notes, source: SourceReference) -> ListingRecord:
    name1, name2 = (
        _line(notes, name, text, limit=NAME_LIMIT)
        for name, text in (
            ("name1", texts.name1),
            ("name2", texts.name2),
        )
    )
    if not (name1 or name2):
        raise RowError(field="name1", value="", reason="the row has no name")
    address, centre = _address(texts, notes=notes)
    point = _point(texts, notes=notes, centre=centre)
    place = centre or (nearest_zip(point.latitude, point.longitude) if point else None)
    codes = tuple(sorted(set(texts.codes)))
    return ListingRecord(
        organization_name=name1 or name2,
        name=name2 or name1,
        status=ListingStatus.ACTIVE if texts.is_active else ListingStatus.INACTIVE,
        address=address,
        point=point,
        timezone=place.timezone if place else None,
        county_fips=place.county_fips if place else None,
        phones=_phones(texts.phones, notes=notes, state=address.state_province),
        email=_email(texts.email, notes=notes),
        website=notes.tried("website", texts.website, website_or_none),
        hours_note=_line(notes, "hours", texts.hours_note, limit=NOTE_LIMIT) or None,
        languages=_languages(codes),
        term_codes=codes,
        unknown_codes=tuple(sorted(set(filter(None, texts.unknown_codes)))),
        sources=(source,),
        as_of=source.dated,
    )


def _line(notes: Notes, name: str, text: str, *, limit: int = LINE_LIMIT) -> str:
    cleaned = notes.tried(name, text, partial(clean_text, limit=limit)) or ""
    # Asked of the text as given: half of a garbled letter may be one that is never seen.
    if has_mojibake(text):
        notes.add(name, cleaned, "letters look garbled: save the file as CSV UTF-8")
    return cleaned


def _address(texts: RowTexts, *, notes: Notes) -> tuple[AddressRecord, Place | None]:
    """The address, and the ZIP code's centre where it is known and lies in the row's state."""
    code = _zip(texts.zip, notes=notes)
    centre = find_zip(code) if code else None
    if code and centre is None:
        notes.add("zip", texts.zip, _NO_ZIP)
    state = _state(texts.state, notes=notes)
    if state and centre and centre.state != state:
        notes.add("zip", texts.zip, f"this ZIP code is in {centre.state}, the row says {state}")
        centre = None
    if not state and centre is None:
        reason = "the row has neither a state nor a known ZIP code"
        raise RowError(field="state", value=texts.state, reason=reason)
    city = _line(notes, "city", texts.city)
    if not (city or code):
        reason = "the row has neither a city nor a ZIP code"
        raise RowError(field="city", value="", reason=reason)
    address = AddressRecord(
        address_1=_line(notes, "street1", texts.street1),
        address_2=_line(notes, "street2", texts.street2) or None,
        city=city,
        state_province=state or (centre.state if centre else None) or "",
        postal_code=code,
    )
    return address, centre


def _zip(text: str, *, notes: Notes) -> str:
    code = notes.tried("zip", text, normalize_zip) or ""
    head = text.strip().partition("-")[0].removesuffix(".0")
    if code and len(head) < len(code):
        notes.add("zip", text, _ZERO_LOST)
    return code


def _state(text: str, *, notes: Notes) -> str:
    word = _line(notes, "state", text)
    code = word.upper()
    if code in ASSOCIATED_STATES:
        return code
    state = find_state(word) if word else None
    if word and state is None:
        notes.add("state", word, "not a state or territory of the United States")
    return state.code if state else ""


def _point(texts: RowTexts, *, notes: Notes, centre: Place | None) -> PointRecord | None:
    """Where it is: as given, or the ZIP code's centre when nothing usable was given."""
    around = (
        PointRecord(latitude=centre.latitude, longitude=centre.longitude, is_approximate=True)
        if centre
        else None
    )
    given = f"{texts.latitude}, {texts.longitude}"
    instead = "used the centre of the ZIP code" if around else "the place is left without a point"
    try:
        point = parse_point(texts.latitude, texts.longitude)
    except ParseError as error:
        notes.add("latitude, longitude", given, f"{error.reason}; {instead}")
        return around
    if point is None or centre is None:
        return point or around
    distance_m = great_circle_m(point.latitude, point.longitude, centre.latitude, centre.longitude)
    if distance_m <= FARTHEST_FROM_ZIP_M:
        return point
    miles = round(distance_m / METRES_PER_MILE)
    notes.add("latitude, longitude", given, f"{miles} miles from ZIP {centre.code}; {instead}")
    return around


def _phones(texts: Iterable[PhoneText], *, notes: Notes, state: str) -> tuple[PhoneRecord, ...]:
    """The numbers that can be dialled, each once; one printed with letters is shown like that."""
    found: list[PhoneRecord] = []
    country = phone_country(state)
    for text in texts:
        if not text.text.strip():
            continue
        record = notes.tried(
            text.field, text.text, partial(parse_phone, kind=text.kind, country=country)
        )
        if record is None:
            continue
        twin = next((n for n, other in enumerate(found) if same_number(record, other)), None)
        if twin is None:
            found.append(record)
        elif any(letter.isalpha() for letter in record.display.partition(" x")[0]):
            found[twin] = replace(found[twin], display=record.display)
    return tuple(found)


def _email(text: str, *, notes: Notes) -> str | None:
    word = _line(notes, "email", text)
    local, _at, domain = word.partition("@")
    if word and (not local or "." not in domain or " " in word or "@" in domain):
        notes.add("email", word, "not an e-mail address")
        return None
    return word or None


def _languages(codes: Iterable[str]) -> tuple[str, ...]:
    """ISO 639 codes of the languages that terms name; English is never stated, so never given."""
    languages = _languages_by_code()
    return tuple(sorted({languages[code] for code in codes if code in languages}))


@cache
def _languages_by_code() -> dict[str, str]:
    return {term.code: term.language for term in load_taxonomy().terms if term.language}
