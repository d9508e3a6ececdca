from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import UnreadableFileError
from app.importers.text_table import FIELD_LIMIT, TextRecord, read_text_table

TEXT = "name,city\nSample Clínica,Cayey\n"


def _records(folder: Path, data: bytes) -> list[TextRecord]:
    path = folder / "given.csv"
    path.write_bytes(data)
    return list(read_text_table(path).records())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_are_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    records = _records(tmp_path, TEXT.encode(encoding))
    assert [record.cells for record in records] == [["name", "city"], ["Sample Clínica", "Cayey"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_recognised(tmp_path: Path, encoding: str) -> None:
    records = _records(tmp_path, b"name,city\nSample,Cayey\n".decode().encode(encoding))
    assert records[1].cells == ["Sample", "Cayey"]


def test_bytes_that_are_no_letters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="CSV UTF-8"):
        _records(tmp_path, b"name,city\n\xff\x81\x8d,x\n")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = f'name{delimiter}city{delimiter}note\n"Sample, Inc."{delimiter}Cayey{delimiter}"a;b"\n'
    assert _records(tmp_path, text.encode())[1].cells == ["Sample, Inc.", "Cayey", "a;b"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read_and_lines_are_counted(tmp_path: Path, end: str) -> None:
    records = _records(tmp_path, end.join(["a,b", "1,2", "", "3,4"]).encode())
    assert [(record.line, record.cells) for record in records] == [
        (1, ["a", "b"]),
        (2, ["1", "2"]),
        (4, ["3", "4"]),
    ]


def test_a_line_break_inside_quotes_stays_in_its_cell(tmp_path: Path) -> None:
    records = _records(tmp_path, b'a,b\n"1\n2",3\n4,5\n')
    assert [(record.line, record.cells) for record in records[1:]] == [
        (2, ["1\n2", "3"]),
        (4, ["4", "5"]),
    ]


def test_a_unicode_line_separator_does_not_cut_a_row(tmp_path: Path) -> None:
    assert _records(tmp_path, "a,b\n1\u2028x,2\n".encode())[1].cells == ["1\u2028x", "2"]


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,2\n3,"4\n5,6\n',
        'a,b\n1,2\n3,"4\n5,"6 x",7\n',
    ],
)
def test_a_quotation_mark_never_closed_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFileError, match="Line 3: a quotation mark opens"):
        _records(tmp_path, text.encode())


def test_a_stray_quotation_mark_is_a_fault_of_its_row_alone(tmp_path: Path) -> None:
    records = _records(tmp_path, b'a,b\n"Sample "Old" House",2\n3,4\n')
    assert records[1].fault == "a quotation mark stands alone inside a field"
    assert records[2] == TextRecord(3, ["3", "4"])


def test_a_nul_is_a_fault_of_its_row_alone(tmp_path: Path) -> None:
    records = _records(tmp_path, b"a,b\nx\0y,2\n3,4\n")
    assert [record.fault for record in records] == [None, "the row holds a NUL character", None]


def test_a_field_beyond_the_limit_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Line 2: a field of more than"):
        _records(tmp_path, b"a,b\n" + b"x" * (FIELD_LIMIT + 1) + b",2\n")
