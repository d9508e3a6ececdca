from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from app.domain.errors import MissingColumnsError, UnreadableFileError
from app.domain.records import ListingRecord
from app.importers.findtreatment import read_findtreatment
from app.importers.rows import ParsedRow

DATA = Path(__file__).resolve().parents[1] / "data" / "findtreatment"


def _rows(path: Path) -> dict[int, ParsedRow]:
    return {row.row: row for row in read_findtreatment(path).rows}


def _record(row: ParsedRow) -> ListingRecord:
    assert row.record is not None
    return row.record


def _told(row: ParsedRow) -> list[tuple[str, str]]:
    return [(problem.field, problem.value) for problem in row.problems]


@pytest.fixture(scope="module")
def wide() -> dict[int, ParsedRow]:
    return _rows(DATA / "wide_odd_rows.csv")


@pytest.fixture(scope="module")
def locator() -> dict[int, ParsedRow]:
    return _rows(DATA / "locator_page.json")


def test_a_wide_row_becomes_a_listing(wide: dict[int, ParsedRow]) -> None:
    record = _record(wide[2])
    assert (record.organization_name, record.name) == ("Sample North Services", "Sample House")
    assert record.address is not None
    assert record.address.address_2 == "Suite 2"
    assert record.term_codes == ("BU", "DT", "SA", "SP")
    assert record.languages == ("es",)
    assert [phone.extension for phone in record.phones] == ["9", None]
    assert (record.website, wide[2].problems) == (None, ())


def test_a_column_that_no_code_sheet_defines_is_kept_as_unknown(wide: dict[int, ParsedRow]) -> None:
    assert _record(wide[2]).unknown_codes == ("UBN",)


def test_rows_of_one_facility_are_told_apart_by_kind(wide: dict[int, ParsedRow]) -> None:
    assert [wide[number].kind for number in (2, 3)] == ["SU", "MH"]


def test_tabs_lost_zeros_placeholders_and_swapped_points_are_survived(
    wide: dict[int, ParsedRow],
) -> None:
    record = _record(wide[4])
    assert record.name == "Sample Center"
    assert record.address is not None
    assert (record.address.address_1, record.address.postal_code) == ("2 Sample Avenue", "02114")
    assert [phone.number for phone in record.phones] == ["+16175550102"]
    assert record.website == "https://www.example.org/"
    assert record.point is not None
    assert record.point.is_approximate
    assert _told(wide[4]) == [
        ("zip", "2114"),
        ("latitude, longitude", "-71.0657, 42.3612"),
        ("phone", "999-999-9999 x12"),
        ("intake1", "(999) 999-9999"),
    ]


def test_a_far_point_and_a_cell_that_is_neither_yes_nor_no_are_told(
    wide: dict[int, ParsedRow],
) -> None:
    record = _record(wide[5])
    assert record.term_codes == ("SA",)
    assert record.phones[0].display == "800-662-HELP"
    assert record.website == "https://www.example.org"
    assert [field for field, _value in _told(wide[5])] == ["dt", "latitude, longitude"]


def test_a_territory_without_coordinates_gets_the_centre_of_its_zip(
    wide: dict[int, ParsedRow],
) -> None:
    record = _record(wide[6])
    assert record.point is not None
    assert record.point.is_approximate
    assert record.timezone == "America/Puerto_Rico"


@pytest.mark.parametrize(
    ("number", "field"), [(7, "name1"), (8, "state"), (10, "")], ids=["name", "place", "columns"]
)
def test_a_row_that_cannot_be_used_is_refused_with_its_line(
    wide: dict[int, ParsedRow], number: int, field: str
) -> None:
    row = wide[number]
    assert row.record is None
    assert (row.problems[-1].row, row.problems[-1].field) == (number, field)


def test_a_placeholder_zip_keeps_the_row_at_its_point(wide: dict[int, ParsedRow]) -> None:
    record = _record(wide[9])
    assert record.point is not None
    assert not record.point.is_approximate
    assert record.address is not None
    assert record.address.postal_code == ""


def test_every_row_of_the_file_is_given_once(wide: dict[int, ParsedRow]) -> None:
    assert list(wide) == list(range(2, 11))
    assert read_findtreatment(DATA / "wide_odd_rows.csv").total == 9


def test_labels_of_the_locator_become_codes_by_their_category(
    locator: dict[int, ParsedRow],
) -> None:
    record = _record(locator[1])
    assert record.term_codes == ("ACM", "AUINPE", "DT", "FCO", "NXN", "SA", "VOC")
    assert record.unknown_codes == ("Sample label nobody knows",)
    assert locator[1].kind == "SU"
    assert [phone.kind for phone in record.phones] == ["voice", "hotline"]


def test_no_services_and_numbers_for_texts_are_survived(locator: dict[int, ParsedRow]) -> None:
    record = _record(locator[2])
    assert record.term_codes == ()
    assert record.address is not None
    assert record.address.postal_code == "02114"
    assert record.point is not None
    assert not record.point.is_approximate
    assert locator[2].kind == "HRSA"


def test_what_is_no_facility_is_refused_and_nulls_are_nothing(
    locator: dict[int, ParsedRow],
) -> None:
    assert locator[3].record is None
    assert locator[3].problems[0].value == '"not a facility"'
    assert _record(locator[4]).phones == ()


def test_a_bare_list_of_rows_is_read_like_a_page(tmp_path: Path) -> None:
    page = json.loads((DATA / "locator_page.json").read_text(encoding="utf-8"))
    path = tmp_path / "given.json"
    path.write_text(json.dumps(page["rows"]), encoding="utf-16")
    assert [row.record for row in read_findtreatment(path).rows] == [
        row.record for row in read_findtreatment(DATA / "locator_page.json").rows
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"rows": [{"name1": "Sample"', "damaged or incomplete"),
        ('{"rows": [{"name1": NaN}]}', "damaged or incomplete"),
        ("[" * 100_000, "damaged or incomplete"),
        ('{"page": 1}', 'no list of "rows"'),
        ('{"rows": null}', 'no list of "rows"'),
        ("[]", "no rows"),
    ],
)
def test_json_that_cannot_be_used_is_refused_in_words(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "given.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=words):
        read_findtreatment(path)


def test_the_same_rows_in_a_workbook_give_the_same_listings(tmp_path: Path) -> None:
    header = [
        "name1",
        "street1",
        "city",
        "state",
        "zip",
        "phone",
        "latitude",
        "longitude",
        "type_facility",
        "SA",
        "bu",
    ]
    values = ["Sample Center", "1 Sample Street", "Boston", "MA"]
    book = openpyxl.Workbook()
    book.active.append(header)
    book.active.append([*values, 2114, 6175550100, 42.3612, -71.0657, "SU", 1, None])
    path = tmp_path / "given.xlsx"
    book.save(path)
    text = ",".join(header) + "\n" + ",".join([*values, "2114,6175550100,42.3612,-71.0657,SU,1,"])
    other = tmp_path / "given.csv"
    other.write_text(text, encoding="utf-8")
    assert list(read_findtreatment(path).rows) == list(read_findtreatment(other).rows)


def test_another_table_is_refused_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text("name,zip\nSample,02114\n", encoding="utf-8")
    with pytest.raises(MissingColumnsError, match="name1"):
        read_findtreatment(path)


def test_the_edition_is_what_is_said_before_what_the_name_says(tmp_path: Path) -> None:
    path = tmp_path / "wide_2025.csv"
    path.write_bytes((DATA / "wide_odd_rows.csv").read_bytes())
    assert read_findtreatment(path).edition == "2025"
    said = read_findtreatment(path, edition="2025-08")
    assert next(said.rows).record.as_of == "2025-08"  # type: ignore[union-attr]
    assert read_findtreatment(DATA / "wide_odd_rows.csv").edition is None


def test_texts_that_no_database_takes_never_leave_the_reader(tmp_path: Path) -> None:
    odd = {
        "name1": "Sample\0Center",
        "city": "Boston",
        "state": "MA",
        "zip": "02114",
        "phone": "none\0",
        "services": [
            {"f1": "Testing", "f2": "SCR", "f3": "Sample\0label; " + "x" * 20_000},
        ],
    }
    path = tmp_path / "given.json"
    path.write_text(json.dumps([odd]), encoding="utf-8")
    (row,) = read_findtreatment(path).rows
    record = _record(row)
    assert record.name == "SampleCenter"
    assert record.unknown_codes == ("Samplelabel", "x" * 300)
    assert _told(row) == [("phone", "none")]


def test_a_json_row_whose_letters_are_not_utf_8_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    good = b'{"name1": "Sample Center", "city": "Boston", "state": "MA", "zip": "02114"}'
    path.write_bytes(b"[" + good.replace(b"Center", b"Cl\xednica") + b"," + good + b"]")
    assert [row.record is None for row in read_findtreatment(path).rows] == [True, False]
