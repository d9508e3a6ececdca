from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.records import ListingRecord, ListingStatus, PhoneKind, SourceReference
from app.importers.listing_rows import PhoneText, RowTexts, listing_row
from app.importers.rows import ParsedRow

SOURCE = SourceReference(title="Sample source", dated="2025")
TEXTS = RowTexts(
    name1="Sample Services",
    street1="1 Sample Street",
    city="Boston",
    state="MA",
    zip="02114",
    latitude="42.3612",
    longitude="-71.0657",
)


def _row(**changes: object) -> ParsedRow:
    return listing_row(replace(TEXTS, **changes), row=2, source=SOURCE)


def _record(**changes: object) -> ListingRecord:
    record = _row(**changes).record
    assert record is not None
    return record


def _fields(row: ParsedRow) -> list[str]:
    return [problem.field for problem in row.problems]


@pytest.mark.parametrize(
    ("name1", "name2", "organization", "name"),
    [
        ("Sample Services", "", "Sample Services", "Sample Services"),
        ("Sample Services", "Sample House", "Sample Services", "Sample House"),
        ("", "Sample House", "Sample House", "Sample House"),
        (" Sample\tServices ", "\u00a0", "Sample Services", "Sample Services"),
    ],
)
def test_the_second_name_is_the_listing_and_the_first_its_organization(
    name1: str, name2: str, organization: str, name: str
) -> None:
    record = _record(name1=name1, name2=name2)
    assert (record.organization_name, record.name) == (organization, name)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name1": " "}, "name1"),
        ({"name1": "Sample " * 100}, "name1"),
        ({"state": "", "zip": ""}, "state"),
        ({"state": "Atlantis", "zip": "00000"}, "state"),
        ({"city": "", "zip": ""}, "city"),
    ],
)
def test_a_row_without_name_or_place_is_refused_with_its_reason(
    changes: dict[str, object], field: str
) -> None:
    row = _row(**changes)
    assert row.record is None
    assert row.problems[-1].field == field


def test_a_good_row_has_no_problems() -> None:
    row = _row()
    assert row.problems == ()
    assert row.record is not None
    assert row.record.point is not None
    assert not row.record.point.is_approximate
    assert (row.record.timezone, row.record.county_fips) == ("America/New_York", "25025")
    assert (row.record.as_of, row.record.sources) == ("2025", (SOURCE,))


def test_a_lost_zero_comes_back_and_is_told() -> None:
    row = _row(zip="2114")
    assert row.record is not None
    assert row.record.address is not None
    assert row.record.address.postal_code == "02114"
    assert _fields(row) == ["zip"]


def test_zip_plus_four_loses_its_end_without_a_problem() -> None:
    row = _row(zip="02114-2503")
    assert row.record is not None
    assert row.record.address is not None
    assert (row.record.address.postal_code, row.problems) == ("02114", ())


def test_a_state_that_is_missing_comes_from_the_zip() -> None:
    address = _record(state="").address
    assert address is not None
    assert address.state_province == "MA"


@pytest.mark.parametrize(("text", "code"), [("ma", "MA"), ("Massachusetts", "MA"), ("PW", "PW")])
def test_a_state_may_be_a_name_or_a_code(text: str, code: str) -> None:
    address = _record(state=text).address
    assert address is not None
    assert address.state_province == code


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        ("-71.0657", "42.3612", "swapped"),
        ("0", "0", "outside the United States"),
        ("142.36", "-71.06", "no such point"),
        ("42.36", "", "missing"),
        ("n/a", "-71.06", "not a number"),
        ("34.05", "-118.24", "miles from ZIP 02114"),
    ],
)
def test_an_unusable_point_becomes_the_centre_of_the_zip_and_is_told(
    latitude: str, longitude: str, words: str
) -> None:
    row = _row(latitude=latitude, longitude=longitude)
    assert row.record is not None
    assert row.record.point is not None
    assert row.record.point.is_approximate
    assert row.record.point.latitude == pytest.approx(42.36, abs=0.02)
    assert words in row.problems[0].reason
    assert "used the centre of the ZIP code" in row.problems[0].reason


def test_without_coordinates_the_centre_of_the_zip_is_no_problem() -> None:
    row = _row(latitude="", longitude="")
    assert row.record is not None
    assert row.record.point is not None
    assert (row.record.point.is_approximate, row.problems) == (True, ())


def test_an_unknown_zip_keeps_a_good_point_with_its_zone_and_county() -> None:
    row = _row(zip="02000")
    assert row.record is not None
    assert row.record.point is not None
    assert not row.record.point.is_approximate
    assert (row.record.timezone, row.record.county_fips) == ("America/New_York", "25025")
    assert _fields(row) == ["zip"]


def test_an_unknown_zip_without_coordinates_has_no_point() -> None:
    row = _row(zip="02000", latitude="", longitude="")
    assert row.record is not None
    assert (row.record.point, row.record.timezone) == (None, None)
    assert _fields(row) == ["zip"]


def test_a_zip_of_another_state_does_not_move_the_listing() -> None:
    row = _row(state="VT")
    assert row.record is not None
    assert row.record.point is not None
    assert not row.record.point.is_approximate
    assert row.problems[0].reason == "this ZIP code is in MA, the row says VT"


def test_territories_have_zones_of_their_own() -> None:
    record = _record(city="San Juan", state="PR", zip="00901", latitude="", longitude="")
    assert record.timezone == "America/Puerto_Rico"
    record = _record(city="Tamuning", state="GU", zip="96913", latitude="", longitude="")
    assert record.timezone == "Pacific/Guam"


def test_phones_keep_their_kind_extension_and_printing() -> None:
    record = _record(
        phones=(
            PhoneText(field="phone", text="617-555-0100 x9"),
            PhoneText(field="intake1", text="617-555-0101", kind=PhoneKind.INTAKE),
            PhoneText(field="hotline1", text="800-662-HELP", kind=PhoneKind.HOTLINE),
        )
    )
    assert [(p.number, p.extension, p.kind) for p in record.phones] == [
        ("+16175550100", "9", PhoneKind.VOICE),
        ("+16175550101", None, PhoneKind.INTAKE),
        ("+18006624357", None, PhoneKind.HOTLINE),
    ]
    assert record.phones[2].display == "800-662-HELP"


def test_a_number_that_stands_twice_is_kept_once_with_its_letters() -> None:
    record = _record(
        phones=(
            PhoneText(field="phone", text="617-555-0100"),
            PhoneText(field="intake1", text="800-662-4357", kind=PhoneKind.INTAKE),
            PhoneText(field="intake1a", text="800-662-HELP", kind=PhoneKind.INTAKE),
            PhoneText(field="intake2", text="(617) 555-0100", kind=PhoneKind.INTAKE),
        )
    )
    assert [phone.display for phone in record.phones] == ["617-555-0100", "800-662-HELP"]


@pytest.mark.parametrize(
    "text", ["999-999-9999 x12", "(999) 999-9999", "000-000-0000", "call us", "4.12555E+09"]
)
def test_a_number_that_nobody_answers_is_dropped_and_told(text: str) -> None:
    row = _row(phones=(PhoneText(field="phone", text=text),))
    assert row.record is not None
    assert row.record.phones == ()
    assert [(p.field, p.value) for p in row.problems] == [("phone", text)]


@pytest.mark.parametrize("text", ["http://", "https://", "", " "])
def test_no_website_is_no_problem(text: str) -> None:
    row = _row(website=text)
    assert row.record is not None
    assert (row.record.website, row.problems) == (None, ())


def test_a_website_with_a_script_is_dropped_and_told() -> None:
    row = _row(website="javascript:alert(1)")
    assert row.record is not None
    assert row.record.website is None
    assert _fields(row) == ["website"]


def test_an_address_that_is_no_mail_address_is_dropped_and_told() -> None:
    assert _record(email="intake@example.org").email == "intake@example.org"
    row = _row(email="ask at the desk")
    assert row.record is not None
    assert row.record.email is None
    assert _fields(row) == ["email"]


def test_garbled_letters_are_told_and_kept() -> None:
    row = _row(name1="Sample José".encode().decode("cp1252"))
    assert row.record is not None
    assert row.record.name == "Sample JosÃ©"
    assert _fields(row) == ["name1"]


def test_codes_are_sorted_once_each_and_name_languages() -> None:
    record = _record(codes=("SP", "F4", "BU", "SP"), unknown_codes=("ZZ", "ZZ"))
    assert record.term_codes == ("BU", "F4", "SP")
    assert record.unknown_codes == ("ZZ",)
    assert record.languages == ("ar", "es")


def test_a_place_that_is_not_active_is_kept_as_inactive() -> None:
    assert _record(is_active=False).status is ListingStatus.INACTIVE


def test_a_spreadsheet_formula_in_a_name_stays_text() -> None:
    assert _record(name1="=cmd|'/c calc'!A0").name == "=cmd|'/c calc'!A0"
