from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.domain.errors import MissingColumnsError, UnreadableFileError
from app.importers.tabular import Table, column_name, open_table

NEEDED = ("name", "zip")


def _csv(folder: Path, text: str) -> Path:
    path = folder / "given.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _open(folder: Path, text: str, *, needed: tuple[str, ...] = NEEDED) -> Table:
    return open_table(_csv(folder, text), needed=needed)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("    name1", "name1"),
        ("n40 ", "n40"),
        ("Service Code Info", "service_code_info"),
        ("SERVICE-CODE_info", "service_code_info"),
        ("\ufeffname\u00a01", "name_1"),
    ],
)
def test_column_names_are_compared_without_case_and_gaps(text: str, name: str) -> None:
    assert column_name(text) == name


def test_the_header_may_stand_below_a_title(tmp_path: Path) -> None:
    table = _open(tmp_path, "A list of samples,\n\nNAME ,Zip\nSample,02114\n")
    assert table.columns == ("name", "zip")
    assert table.total == 1
    assert [(row.number, row.cells) for row in table.rows] == [(4, ["Sample", "02114"])]


def test_missing_columns_are_listed_with_the_nearest_names(tmp_path: Path) -> None:
    with pytest.raises(MissingColumnsError) as caught:
        _open(tmp_path, "nmae,city\nSample,Boston\n")
    assert caught.value.missing == ('name (is it "nmae"?)', "zip")
    assert caught.value.found == ("nmae", "city")


def test_a_needed_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match='Two columns are named "name"'):
        _open(tmp_path, "name,zip,Name\nSample,02114,Sample\n")


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    wide = ",".join(["name", "zip", *(f"c{n}" for n in range(300))])
    with pytest.raises(UnreadableFileError, match="302 columns; at most 200"):
        _open(tmp_path, f"{wide}\n")


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="a header and no rows"):
        _open(tmp_path, "name,zip\n\n")


def test_json_is_not_a_table(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="looks like JSON"):
        _open(tmp_path, "[]")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Sample,02114,x,y,z", "the row has 5 columns, the header has 3"),
        ("Sample", "the row has 1 columns, the header has 3"),
        ('"Sample "Old" House",02114,', "a quotation mark stands alone inside a field"),
        ("Sam\0ple,02114,", "the row holds a NUL character"),
    ],
)
def test_a_row_whose_cells_cannot_be_told_apart_is_refused_alone(
    tmp_path: Path, line: str, reason: str
) -> None:
    table = _open(tmp_path, f"name,zip,note\n{line}\nSample Two,02115,\n")
    bad, good = table.rows
    assert (bad.is_refused, bad.problems[0].reason) == (True, reason)
    assert "\0" not in bad.problems[0].value
    assert (good.is_refused, good.cells) == (False, ["Sample Two", "02115", ""])


def test_empty_cells_beyond_the_header_are_no_fault(tmp_path: Path) -> None:
    (row,) = _open(tmp_path, "name,zip\nSample,02114,,\n").rows
    assert row.cells == ["Sample", "02114"]


def test_an_unclosed_quotation_mark_is_found_before_any_row_is_used(tmp_path: Path) -> None:
    lines = "".join(f"Sample {n},02114\n" for n in range(50))
    with pytest.raises(UnreadableFileError, match="Line 52: a quotation mark opens"):
        _open(tmp_path, f'name,zip\n{lines}"Sample,02114\n')


def test_the_sheet_with_the_columns_is_read_and_cells_with_faults_are_blank(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Read me first"
    sheet = book.create_sheet("Facilities")
    sheet["B3"], sheet["C3"], sheet["B4"], sheet["C4"] = "Name", "ZIP", "Sample", "#N/A"
    sheet["C4"].data_type = "e"
    path = tmp_path / "given.xlsx"
    book.save(path)
    table = open_table(path, needed=NEEDED)
    (row,) = table.rows
    assert table.sheet == "Facilities"
    assert (row.number, row.cells) == (4, ["", "Sample", ""])
    assert [(p.field, p.value, p.reason) for p in row.problems] == [
        ("zip", "#N/A", "the cell shows the error #N/A")
    ]


def test_a_workbook_named_csv_is_read_as_what_it_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "zip"])
    book.active.append(["Sample", 2139])
    path = tmp_path / "given.csv"
    book.save(path)
    assert [row.cells for row in open_table(path, needed=NEEDED).rows] == [["Sample", "2139"]]


def test_the_sheet_nearest_to_what_is_needed_names_what_is_missing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["code", "meaning"])
    book.create_sheet("Facilities").append(["name", "town"])
    path = tmp_path / "given.xlsx"
    book.save(path)
    with pytest.raises(MissingColumnsError) as caught:
        open_table(path, needed=NEEDED)
    assert caught.value.missing == ("zip",)
    assert 'missing from the sheet "Facilities": zip' in str(caught.value)


def test_what_is_wrong_with_a_sheet_names_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Facilities"
    book.active.append(["name", "zip"])
    path = tmp_path / "given.xlsx"
    book.save(path)
    with pytest.raises(UnreadableFileError, match='Sheet "Facilities": The table has a header'):
        open_table(path, needed=NEEDED)
    book.active.append(["name", "zip", "name"])
    book.active.delete_rows(1)
    book.save(path)
    with pytest.raises(UnreadableFileError, match='Sheet "Facilities": Two columns'):
        open_table(path, needed=NEEDED)
