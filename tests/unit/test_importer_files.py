from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from app.domain.errors import ImportFileError, UnreadableFileError
from app.importers import files
from app.importers.files import FileKind, edition_in_name, edition_of, file_kind, refuse_misnamed


def _file(folder: Path, data: bytes, name: str = "given.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"name,zip\nSample,02114\n", FileKind.CSV),
        (b"\xef\xbb\xbfname,zip\n", FileKind.CSV),
        ("name,zip\n".encode("utf-16"), FileKind.CSV),
        (b"PK\x03\x04rest", FileKind.WORKBOOK),
        (b'\n {"rows": []}', FileKind.JSON),
        (b"\xef\xbb\xbf[1]", FileKind.JSON),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_content(
    tmp_path: Path, data: bytes, kind: FileKind
) -> None:
    assert file_kind(_file(tmp_path, data)) is kind


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"%PDF-1.7\n", "looks like a PDF"),
        (b"<!DOCTYPE html><html>", "looks like a web page"),
        (b"\n<HTML><body>", "looks like a web page"),
        (b"<?xml version='1.0'?><a/>", "looks like an XML file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "without a password"),
        (gzip.compress(b"name,zip\n", mtime=0), "compressed"),
        (b"\x89PNG\r\n\x1a\n", "looks like a picture"),
    ],
)
def test_a_file_that_holds_no_table_is_refused_in_words(
    tmp_path: Path, data: bytes, words: str
) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        file_kind(_file(tmp_path, data, "given.xlsx"))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("places.csv", b"name,zip\n"),
        ("places.TXT", b"name\tzip\n"),
        ("places.2026.tsv", b"name\tzip\n"),
        ("places.xlsx", b"PK\x03\x04rest"),
        ("places.json", b"[1]"),
        ("places.xlsx", b" \n"),
    ],
)
def test_a_file_may_be_named_for_what_it_is(name: str, data: bytes) -> None:
    refuse_misnamed(name, data)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("places.xlsx", b"name,zip\n", "looks like a CSV file, not like an .xlsx workbook"),
        ("places.csv", b"PK\x03\x04rest", "looks like an .xlsx workbook, not like a CSV file"),
        ("places.csv", b"[1]", "looks like a JSON file, not like a CSV file"),
        ("places.json", b"name,zip\n", "looks like a CSV file, not like a JSON file"),
        ("places.csv.exe", b"name,zip\n", "has to end in .csv, .tsv, .txt, .xlsx or .json"),
        ("places", b"name,zip\n", "has to end in"),
        (".csv", b"name,zip\n", "has to end in"),
        ("", b"name,zip\n", "has to end in"),
    ],
)
def test_a_file_that_is_named_for_something_else_is_refused(
    name: str, data: bytes, words: str
) -> None:
    with pytest.raises(UnreadableFileError, match=re.escape(words)):
        refuse_misnamed(name, data)


def test_a_file_that_is_missing_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"absent\.csv could not be opened"):
        file_kind(tmp_path / "absent.csv")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="could not be opened"):
        file_kind(tmp_path)


def test_a_file_beyond_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILE_LIMIT_BYTES", 10)
    with pytest.raises(UnreadableFileError, match="split it"):
        file_kind(_file(tmp_path, b"name,zip\nSample,02114\n"))


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("directory_SA_2022_12states.xlsx", "2022"),
        ("locator 2025-08.csv", "2025"),
        ("from_2022_to_2023.csv", None),
        ("table.csv", None),
        ("20221231.csv", None),
    ],
)
def test_the_edition_is_the_only_year_in_a_name(name: str, edition: str | None) -> None:
    assert edition_in_name(Path(name)) == edition


def test_an_edition_that_is_said_is_a_date(tmp_path: Path) -> None:
    path = tmp_path / "table_2022.csv"
    assert edition_of(path, "2025-08") == "2025-08"
    assert edition_of(path, None) == "2022"
    with pytest.raises(ImportFileError, match='The edition "last year" is not a date'):
        edition_of(path, "last year")
