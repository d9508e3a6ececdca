"""The readers over the real federal and state files: every row is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from app.importers.findtreatment import read_findtreatment
from app.importers.national_directory import read_national_directory
from app.importers.rows import ParsedFile, ParsedRow
from app.importers.table import read_table
from tests.shared_data import shared_path


def _maryland(path: Path) -> ParsedFile:
    return read_table(path, map_name="maryland")


def _otp(path: Path) -> ParsedFile:
    return read_table(path, map_name="otp")


def _california(path: Path) -> ParsedFile:
    return read_table(path, map_name="california")


WIDE = "findtreatment_wide_MA_2025_half.csv"
LOCATOR = "DERIVED_findtreatment_api_shape_MA_2025_half.json"
DIRECTORY = "national_directory_SA_2022_12states.xlsx"


def _rows(name: str, read: Callable[[Path], ParsedFile]) -> list[ParsedRow]:
    parsed = read(shared_path("data", "findtreatment", name))
    rows = list(parsed.rows)
    assert len(rows) == parsed.total
    return rows


@pytest.mark.parametrize(
    ("name", "read", "count", "approximate", "without_point"),
    [
        (WIDE, read_findtreatment, 309, 0, 0),
        (LOCATOR, read_findtreatment, 309, 0, 0),
        (DIRECTORY, read_national_directory, 792, None, None),
        ("md_methadone_clinics.csv", _maryland, 102, 0, 0),
        ("geoda_otp_geocoded.csv", _otp, 1_831, None, 0),
        ("soberlivings_residential_2025.json", _california, 478, 0, 0),
    ],
)
def test_every_row_of_a_real_file_becomes_a_listing(
    name: str,
    read: Callable[[Path], ParsedFile],
    count: int,
    approximate: int | None,
    without_point: int | None,
) -> None:
    rows = _rows(name, read)
    records = [row.record for row in rows if row.record]
    assert (len(rows), len(records)) == (count, count)
    points = [record.point for record in records if record.point]
    if without_point is not None:
        assert count - len(points) == without_point
    if approximate is not None:
        assert sum(point.is_approximate for point in points) == approximate
    assert all(record.term_codes for record in records)


def test_the_locator_and_the_download_say_the_same_of_each_facility() -> None:
    wide, locator = _rows(WIDE, read_findtreatment), _rows(LOCATOR, read_findtreatment)
    for row, twin in zip(wide, locator, strict=True):
        assert row.record is not None
        assert twin.record is not None
        assert (row.kind, row.record.term_codes) == (twin.kind, twin.record.term_codes)
        assert row.record.address == twin.record.address
        assert row.record.languages == twin.record.languages


def test_the_real_files_hold_no_code_that_the_taxonomy_lacks() -> None:
    unknown: Counter[str] = Counter()
    for name, read in (
        (WIDE, read_findtreatment),
        (DIRECTORY, read_national_directory),
        ("soberlivings_residential_2025.json", _california),
    ):
        for row in _rows(name, read):
            assert row.record is not None
            unknown.update(row.record.unknown_codes)
    assert unknown == Counter()


def test_the_directory_reaches_the_territories() -> None:
    rows = _rows(DIRECTORY, read_national_directory)
    addresses = [row.record.address for row in rows if row.record and row.record.address]
    states = Counter(address.state_province for address in addresses)
    assert set(states) == set("AL FM GU HI MP MT NM OR PR PW VT WV".split())  # noqa: SIM905
    located = {
        row.record.address.state_province
        for row in rows
        if row.record and row.record.address and row.record.point
    }
    assert {"GU", "MP", "PR"} <= located
