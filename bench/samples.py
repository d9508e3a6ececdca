"""Invented listings for benchmarks and tests: names begin "Sample", phones are 555-01xx.

The same seed gives the same listings. Places crowd where the cities of the gazetteer do; terms
have very different frequencies; a few listings have no point, odd hours, unknown hours or days
with other hours.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from typing import Final
from uuid import UUID

from app.content.taxonomy import load_taxonomy
from app.domain.records import (
    AddressRecord,
    AreaExtent,
    DatedHoursRecord,
    ListingRecord,
    PhoneRecord,
    PointRecord,
    ScheduleRecord,
    ServiceAreaRecord,
    SourceReference,
)
from app.domain.text import words
from app.gazetteer.tables import DEGREE_STEPS, city_table, county_table, zip_table
from app.store.cards import CardRow
from app.store.codec import encode

_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR")
_NAME_WORDS_TEXT: Final = (
    "Harbor River Oak Maple Summit Valley North South East West Lake Hill Bridge Garden "
    "Meadow Cedar Pine Stone Spring Sunrise County Community Family Health Recovery Hope New "
    "Open First Central Metro Coastal Prairie Desert Mountain Island Union Liberty Mercy "
    "Unity"
)
_NAME_WORDS: Final = _NAME_WORDS_TEXT.split()
_KINDS_TEXT: Final = (
    "Treatment Center;Clinic;Recovery Services;Behavioral Health;Methadone "
    "Clinic;Counseling;Health Center;Outpatient Program;Residential Program;Outreach;Medical "
    "Group;Detox Unit"
)
_KINDS: Final = _KINDS_TEXT.split(";")
_COMMON_WORDS_TEXT: Final = (
    "treatment for adults who use opioids offers counseling and medicine with case "
    "management walk in visits weekdays groups peer support referral to housing transport "
    "telehealth care pregnant women veterans young people families spanish speaking staff "
    "evening hours"
)
_COMMON_WORDS: Final = _COMMON_WORDS_TEXT.split()
_SYLLABLES_TEXT: Final = "ba den fil gor ham kel lin mar nor pel ros san tor vin wel zan"
_SYLLABLES: Final = _SYLLABLES_TEXT.split()
_RARE_WORDS: Final = 20_000

_WITHOUT_POINT: Final = 0.03
_DATES: Final = ("2026", "2025", "2026-10", "2026", "2022", "2026-11-20")
_HOURS_UNKNOWN: Final = 0.35
_HOURS_ODD: Final = 0.03
_OF_TEN: Final = 10
_FROM_A_CITY: Final = 0.75
_CITY_SPREAD_DEGREES: Final = 0.07


@dataclass(frozen=True, slots=True)
class _Spot:
    latitude: float
    longitude: float
    state: str
    county_fips: str | None
    timezone: str
    city: str
    postal_code: str


def sample_rows(
    number: int, *, seed: int = 1, version: int = 1, listed: float = 1.0
) -> Iterator[CardRow]:
    """Card rows as the index reads them; a part of them, `listed`, is not retired."""
    chance = random.Random(seed)
    for ordinal in range(number):
        record = _sample_record(chance, ordinal)
        yield card_row(
            record,
            listing_id=UUID(int=chance.getrandbits(128)),
            version=version,
            is_listed=chance.random() < listed,
        )


def sample_listings(number: int, *, seed: int = 1) -> Iterator[ListingRecord]:
    """Whole records, as an importer would hand them to the store."""
    chance = random.Random(seed)
    for ordinal in range(number):
        yield _sample_record(chance, ordinal)


def card_row(
    record: ListingRecord, *, listing_id: UUID, version: int = 1, is_listed: bool = True
) -> CardRow:
    """What the index keeps of a record."""
    text = f"{record.name} {record.organization_name} {record.description or ''}"
    areas = () if record.point else tuple(area.code for area in record.service_areas)
    return CardRow(
        id=listing_id,
        version=version,
        is_listed=is_listed,
        name=record.name,
        search_text=" ".join(words(text)),
        latitude=record.point.latitude if record.point else None,
        longitude=record.point.longitude if record.point else None,
        state=record.address.state_province if record.address else None,
        county_fips=record.county_fips,
        areas=" ".join(areas),
        term_codes=" ".join(record.term_codes),
        timezone=record.timezone,
        schedules=_encoded(record.schedules) if record.schedules else None,
        dated_hours=_encoded(record.dated_hours) if record.dated_hours else None,
        as_of=record.as_of,
    )


def _sample_record(chance: random.Random, ordinal: int) -> ListingRecord:
    spot = _spot(chance)
    has_point = chance.random() >= _WITHOUT_POINT
    name = (
        f"Sample {_pick(chance, _NAME_WORDS)} {_pick(chance, _NAME_WORDS)} {_pick(chance, _KINDS)}"
    )
    phone = f"555-01{chance.randrange(100):02d}"
    dated = _DATES[ordinal % len(_DATES)]
    return ListingRecord(
        organization_name=f"Sample {_pick(chance, _NAME_WORDS)} Organization",
        name=name,
        description=_description(chance),
        address=AddressRecord(
            address_1=f"{ordinal + 1} Sample Street",
            city=spot.city,
            state_province=spot.state,
            postal_code=spot.postal_code,
        )
        if has_point
        else None,
        point=PointRecord(latitude=spot.latitude, longitude=spot.longitude) if has_point else None,
        timezone=spot.timezone,
        county_fips=spot.county_fips if has_point else None,
        service_areas=() if has_point else (_area(chance, spot),),
        phones=(PhoneRecord(number=f"+1202{phone.replace('-', '')}", display=f"(202) {phone}"),),
        schedules=_schedules(chance),
        dated_hours=_dated_hours()[ordinal % _OF_TEN],
        term_codes=_terms(chance),
        sources=(SourceReference(title="Sample source", dated=dated),),
        as_of=dated,
    )


def _spot(chance: random.Random) -> _Spot:
    if chance.random() < _FROM_A_CITY:
        return _city_spot(chance)
    table, counties = zip_table(), county_table()
    row = chance.randrange(len(table.code))
    county = table.county[row]
    return _Spot(
        latitude=table.latitude[row] / DEGREE_STEPS,
        longitude=table.longitude[row] / DEGREE_STEPS,
        state=counties.states[table.state[row]],
        county_fips=None if county < 0 else counties.fips[county],
        timezone=table.zones[table.zone[row]],
        city="Sample City",
        postal_code=table.code[row],
    )


def _city_spot(chance: random.Random) -> _Spot:
    table, counties = city_table(), county_table()
    row = chance.choices(range(len(table.name)), cum_weights=_city_weights())[0]
    county = table.county[row]
    longitude = table.longitude[row] / DEGREE_STEPS + chance.gauss(0, _CITY_SPREAD_DEGREES)
    return _Spot(
        latitude=round(
            table.latitude[row] / DEGREE_STEPS + chance.gauss(0, _CITY_SPREAD_DEGREES), 5
        ),
        longitude=round((longitude + 180) % 360 - 180, 5),
        state=counties.states[table.state[row]],
        county_fips=None if county < 0 else counties.fips[county],
        timezone=table.zones[table.zone[row]],
        city=table.name[row],
        postal_code="00000",
    )


@cache
def _city_weights() -> list[float]:
    return list(accumulate(max(1, population) ** 0.9 for population in city_table().population))


def _area(chance: random.Random, spot: _Spot) -> ServiceAreaRecord:
    draw = chance.random()
    if draw < 0.1:
        return ServiceAreaRecord(extent=AreaExtent.COUNTRY, code="US", name="United States")
    if draw < 0.7 or spot.county_fips is None:
        return ServiceAreaRecord(extent=AreaExtent.STATE, code=spot.state, name=spot.state)
    return ServiceAreaRecord(extent=AreaExtent.COUNTY, code=spot.county_fips, name="a county")


def _description(chance: random.Random) -> str:
    length = len(_COMMON_WORDS)
    # The square of a draw favours the first words, as real text does.
    found = [_COMMON_WORDS[int(chance.random() ** 2 * length)] for _ in range(14)]
    found += [_rare_word(int(chance.random() ** 2 * _RARE_WORDS)) for _ in range(2)]
    return " ".join(found)


@cache
def _rare_word(number: int) -> str:
    letters = []
    for _ in range(4):
        number, rest = divmod(number, len(_SYLLABLES))
        letters.append(_SYLLABLES[rest])
    return "".join(letters)


@cache
def _term_chances() -> tuple[tuple[str, float], ...]:
    chance = random.Random(0)
    found = []
    for term in load_taxonomy().terms:
        is_usual = term.code in {"SA", "OP", "MD", "PI", "BU"}
        # The cube makes most terms rare and a few common: about 60 a listing.
        likely = 0.8 if is_usual else 0.01 + 0.65 * chance.random() ** 3
        if term.code.startswith("HR-"):
            likely = 0.03
        if not term.code.startswith("HL-"):
            found.append((term.code, likely))
    return tuple(found)


def _terms(chance: random.Random) -> tuple[str, ...]:
    draw = chance.random
    return tuple(sorted(code for code, likely in _term_chances() if draw() < likely))


def _schedules(chance: random.Random) -> tuple[ScheduleRecord, ...]:
    draw = chance.random()
    if draw < _HOURS_UNKNOWN:
        return ()
    if draw < _HOURS_UNKNOWN + _HOURS_ODD:
        return _odd_schedules()[chance.randrange(len(_odd_schedules()))]
    return _usual_schedules()[chance.randrange(len(_usual_schedules()))]


@cache
def _usual_schedules() -> tuple[tuple[ScheduleRecord, ...], ...]:
    all_week = (*_WEEKDAYS, "SA", "SU")
    plain = [
        (ScheduleRecord(byday=days, opens_at=opens, closes_at=closes),)
        for days in (_WEEKDAYS, (*_WEEKDAYS, "SA"), all_week, ("MO", "WE", "FR"))
        for opens in ("05:30", "07:00", "08:00", "08:30", "09:00", "10:00")
        for closes in ("13:00", "16:30", "17:00", "18:00", "20:00")
    ]
    always = (ScheduleRecord(byday=all_week, opens_at="00:00", closes_at="23:59"),)
    night = (ScheduleRecord(byday=("FR", "SA", "SU"), opens_at="20:00", closes_at="02:00"),)
    return (*plain, *[always] * 10, night)


@cache
def _dated_hours() -> tuple[tuple[DatedHoursRecord, ...], ...]:
    """Of ten places three have days with other hours."""
    thanksgiving = date(2026, 11, 26)
    closed = DatedHoursRecord(valid_from=thanksgiving, valid_to=thanksgiving)
    short, saturday = date(2026, 11, 27), date(2026, 12, 5)
    half_day = DatedHoursRecord(
        valid_from=short, valid_to=short, opens_at="09:00", closes_at="12:00"
    )
    extra = DatedHoursRecord(
        valid_from=saturday, valid_to=saturday, opens_at="10:00", closes_at="02:00"
    )
    away = DatedHoursRecord(valid_from=date(2026, 11, 23), valid_to=date(2026, 12, 1))
    return ((closed, half_day), (extra,), (away,), *((),) * (_OF_TEN - 3))


@cache
def _odd_schedules() -> tuple[tuple[ScheduleRecord, ...], ...]:
    return (
        (
            ScheduleRecord(
                freq="MONTHLY", byday=("1MO", "3TH"), opens_at="09:00", closes_at="17:00"
            ),
        ),
        (ScheduleRecord(interval=2, byday=("TU",), opens_at="09:00", closes_at="17:00"),),
        (
            ScheduleRecord(byday=_WEEKDAYS, opens_at="09:00", closes_at="12:00"),
            ScheduleRecord(byday=("SA",), is_by_appointment=True),
        ),
    )


@cache
def _encoded(hours: tuple[ScheduleRecord, ...] | tuple[DatedHoursRecord, ...]) -> bytes:
    return encode(hours)


def _pick(chance: random.Random, choices: list[str]) -> str:
    return choices[chance.randrange(len(choices))]
