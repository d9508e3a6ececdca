from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest

from app.domain.errors import UnreadableFileError
from app.importers import workbook
from app.importers.workbook import cell_text, load_sheet, sheet_rows, visible_sheets

Rows = list[list[object]]


def _workbook(folder: Path, rows: Rows, *, name: str = "given.xlsx") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / name
    book.save(path)
    return path


def _with_entry(path: Path, name: str, data: bytes, *, attributes: int = 0) -> Path:
    info = zipfile.ZipInfo(name)
    info.external_attr = attributes
    info.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, data)
    return path


def _refusal(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        visible_sheets(path, column_limit=200)
    return str(caught.value)


def test_rows_keep_their_numbers_when_the_table_begins_lower_and_further_right(
    tmp_path: Path,
) -> None:
    path = _workbook(tmp_path, [[], [], [None, None, "name", "zip"], [None, None, "Sample", 2139]])
    assert list(sheet_rows(load_sheet(path, "Sheet")))[2:] == [
        (3, ["", "", "name", "zip"]),
        (4, ["", "", "Sample", "2139"]),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("02139", "02139"),
        (2139.0, "2139"),
        (4125550100.0, "4125550100"),
        (42.36, "42.36"),
        (True, "true"),
        (dt.datetime(2025, 8, 1), "2025-08-01"),  # noqa: DTZ001  a cell has no zone
        (dt.date(2025, 8, 1), "2025-08-01"),
        (dt.time(8, 30), "08:30:00"),
    ],
)
def test_a_cell_is_the_text_that_a_person_sees(value: workbook.Cell | None, text: str) -> None:
    assert cell_text(value) == text


def test_a_zip_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "given.xlsx"
    _with_entry(path, "table.csv", b"name\n")
    assert "not a workbook" in _refusal(path)


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.97])
def test_a_workbook_cut_short_is_called_damaged(tmp_path: Path, keep: float) -> None:
    path = _workbook(tmp_path, [["name"], ["Sample"]])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    assert "damaged or incomplete" in _refusal(path)


def test_an_entry_that_is_not_what_its_checksum_says_is_called_damaged(tmp_path: Path) -> None:
    path = _workbook(tmp_path, [["name"], ["Sample"]])
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(path.read_bytes())
    data[info.header_offset + 30 + len(info.filename) + 5] ^= 0xFF
    path.write_bytes(bytes(data))
    assert "damaged or incomplete" in _refusal(path)


@pytest.mark.parametrize(
    "name", ["../../etc/x.csv", "/abs.xml", "C:\\x.xml", "a/../b.xml", "a\x01b.xml"]
)
def test_an_entry_with_a_strange_path_is_refused(tmp_path: Path, name: str) -> None:
    path = _with_entry(_workbook(tmp_path, [["name"]]), name, b"x")
    assert "a path that no workbook has" in _refusal(path)


def test_a_link_in_the_archive_is_refused(tmp_path: Path) -> None:
    path = _with_entry(_workbook(tmp_path, [["name"]]), "link", b"x", attributes=0o120777 << 16)
    assert "is a link" in _refusal(path)


def test_an_archive_inside_the_archive_is_refused(tmp_path: Path) -> None:
    path = _with_entry(_workbook(tmp_path, [["name"]]), "xl/inner.zip", b"PK\x05\x06")
    assert "archives inside archives" in _refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    path = _with_entry(_workbook(tmp_path, [["name"]]), "xl/workbook.xml", b"<a/>")
    assert "the same name" in _refusal(path)


def test_a_password_on_an_entry_is_named(tmp_path: Path) -> None:
    path = _workbook(tmp_path, [["name"]])
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    assert "is protected by a password" in _refusal(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    zeros = b"\0" * (8 * 1024 * 1024)
    path = _with_entry(_workbook(tmp_path, [["name"]]), "xl/media/zeros.bin", zeros)
    assert "unpacks to far more" in _refusal(path)


def test_the_unpacked_size_is_counted_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _with_entry(_workbook(tmp_path, [["name"]]), "xl/extra.xml", b"<a/>")
    with zipfile.ZipFile(path) as archive:
        archive.getinfo("xl/extra.xml").file_size = 10**12
        workbook.check_sizes(archive)
    monkeypatch.setattr(workbook, "UNPACKED_LIMIT_BYTES", 1_000)
    assert "unpacks to far more" in _refusal(path)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ENTRY_LIMIT", 3)
    assert "at most 3 are possible" in _refusal(_workbook(tmp_path, [["name"]]))


def test_xml_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb">]><a>&b;</a>'
    path = _with_entry(_workbook(tmp_path, [["name"]]), "xl/extra.xml", bomb)
    assert "declares XML entities" in _refusal(path)


def test_a_lone_cell_at_the_far_corner_is_refused_with_its_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "name"
    book.active["XFD1048576"] = "x"
    path = tmp_path / "given.xlsx"
    book.save(path)
    assert "in cell XFD1048576" in _refusal(path)


def test_a_sheet_of_too_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "AREA_LIMIT_CELLS", 5)
    assert "save it as CSV" in _refusal(_workbook(tmp_path, [["a", "b", "c"], [1, 2, 3]]))


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.sheet_state = "hidden"
    book.create_sheet("Facilities")["A1"] = "name"
    path = tmp_path / "given.xlsx"
    book.save(path)
    assert list(visible_sheets(path, column_limit=200)) == ["Facilities"]


def test_errors_and_formulas_without_value_are_told_by_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", "zip"])
    sheet.append(["Sample", "=1+1"])
    sheet.append(["#REF!", "02114"])
    sheet["A3"].data_type = "e"
    path = tmp_path / "given.xlsx"
    book.save(path)
    faults = visible_sheets(path, column_limit=200)["Sheet"].faults
    told = {row: [(f.column, f.value) for f in each] for row, each in faults.items()}
    assert told == {2: [(1, "=1+1")], 3: [(0, "#REF!")]}
