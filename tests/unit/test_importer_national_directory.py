from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.domain.errors import MissingColumnsError
from app.importers.national_directory import read_national_directory
from app.importers.rows import ParsedRow

HEADER = [
    "Name1",
    "NAME2",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "phone",
    "intake1",
    "intake2",
    "intake1a",
    "intake2a",
]
CODES = "Service_Code_Info "
FIRST = ["Sample Services", "Sample House", "1 Sample Street", "", "Honolulu", "HI", 96813]
SECOND = ["Sample Island Care", "", "2 Sample Road", "", "Hagatna", "GU", "96910"]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Service Code Reference"
    book.active.append(["category_code", "category_name", "service_code", "service_name"])
    sheet = book.create_sheet("Facilities List")
    sheet.append(["A sample of the directory"])
    sheet.append([])
    sheet.append([*HEADER, CODES])
    phones = ["808-555-0100", "", "800-872-2525", "", "800-USA2525"]
    sheet.append([*FIRST, *phones, "SA DT * OP OD * BU * sp * F81 * ZZQ"])
    sheet.append([*SECOND, "671-555-0100 x2", "", "", "", "", "SA MH * OP"])
    path = tmp_path / "national_directory_2022.xlsx"
    book.save(path)
    return path


def _rows(path: Path) -> list[ParsedRow]:
    return list(read_national_directory(path).rows)


def test_rows_below_a_title_and_beside_the_code_sheet_are_read(workbook: Path) -> None:
    parsed = read_national_directory(workbook)
    assert (parsed.source_id, parsed.edition, parsed.total) == ("national-directory", "2022", 2)
    assert [row.row for row in parsed.rows] == [4, 5]


def test_codes_between_stars_become_terms_and_unknown_ones_are_kept(workbook: Path) -> None:
    record = _rows(workbook)[0].record
    assert record is not None
    assert record.term_codes == ("BU", "DT", "F81", "OD", "OP", "SA", "SP")
    assert record.unknown_codes == ("ZZQ",)
    assert record.languages == ("es", "tl")


def test_the_directory_has_no_coordinates_so_the_zip_stands_for_them(workbook: Path) -> None:
    for row, zone in zip(_rows(workbook), ["Pacific/Honolulu", "Pacific/Guam"], strict=True):
        assert row.problems == ()
        assert row.record is not None
        assert row.record.point is not None
        assert row.record.point.is_approximate
        assert row.record.timezone == zone


def test_a_number_printed_with_letters_is_kept_as_printed(workbook: Path) -> None:
    record = _rows(workbook)[0].record
    assert record is not None
    assert [(phone.number, phone.display) for phone in record.phones] == [
        ("+18085550100", "808-555-0100"),
        ("+18008722525", "800-USA2525"),
    ]


def test_a_row_with_the_code_mh_is_of_the_mental_health_directory(workbook: Path) -> None:
    assert [row.kind for row in _rows(workbook)] == ["SU", "MH"]


def test_the_edition_stands_in_the_source(workbook: Path) -> None:
    row = next(read_national_directory(workbook, edition="2023").rows)
    assert row.record is not None
    assert row.record.as_of == "2023"
    assert row.record.sources[0].title == "National Directory, 2023 edition"


def test_a_workbook_without_the_codes_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    path = tmp_path / "given.xlsx"
    book.save(path)
    with pytest.raises(MissingColumnsError, match="service_code_info"):
        read_national_directory(path)
