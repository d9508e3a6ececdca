from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import ImportFileError, MissingColumnsError
from app.domain.records import ListingRecord, ListingStatus
from app.importers import table
from app.importers.column_map import MAPS_FOLDER, load_map, map_names, read_map
from app.importers.rows import ParsedRow
from app.importers.table import read_table

DATA = Path(__file__).resolve().parents[1] / "data" / "tables"

MAP = """
source: {id: sample, name: Sample list}
columns: {name1: name, zip: zip}
"""


def _rows(name: str, map_name: str) -> list[ParsedRow]:
    return list(read_table(DATA / name, map_name=map_name).rows)


def _record(row: ParsedRow) -> ListingRecord:
    assert row.record is not None
    return row.record


def test_the_maps_that_the_project_keeps_can_all_be_loaded() -> None:
    assert map_names() == ("california", "maryland", "otp")
    assert len({load_map(name).source.id for name in map_names()}) == 3


def test_the_otp_list_is_read_from_cp1252_with_its_lost_zeros() -> None:
    first, second = _rows("otp_cp1252.csv", "otp")
    record = _record(first)
    assert record.name == "Sample Clínica"
    assert record.address is not None
    assert (record.address.postal_code, record.address.state_province) == ("00736", "PR")
    assert record.term_codes == ("OTP", "SA")
    assert [problem.field for problem in first.problems] == ["zip"]
    assert second.problems == ()
    assert _record(second).address.postal_code == "99654"  # type: ignore[union-attr]


def test_flags_become_terms() -> None:
    row = _rows("maryland.csv", "maryland")[0]
    record = _record(row)
    assert record.term_codes == ("HR-UNINSURED", "MD", "MU", "PI", "SA")
    assert record.unknown_codes == ()
    assert (record.email, record.hours_note) == ("intake@example.org", "Mon-Fri 5-11")
    assert row.external_key == "sample-clinic-1"
    assert [(problem.field, problem.value) for problem in row.problems] == [
        ("accepts_medicare", "unsure")
    ]


def test_a_flag_that_no_term_says_is_kept_as_an_unknown_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = (MAPS_FOLDER / "maryland.yaml").read_text("utf-8")
    changed = tmp_path / "sample.yaml"
    changed.write_text(written.replace("uninsured_ok: HR-UNINSURED", "uninsured_ok: null"))
    monkeypatch.setattr(table, "load_map", lambda _name: read_map(changed))
    assert _record(_rows("maryland.csv", "sample")[0]).unknown_codes == ("uninsured_ok",)


def test_a_row_that_is_not_active_is_kept_as_inactive_at_the_centre_of_its_zip() -> None:
    record = _record(_rows("maryland.csv", "maryland")[1])
    assert record.status is ListingStatus.INACTIVE
    assert record.point is not None
    assert record.point.is_approximate


def test_a_flat_json_list_is_read_with_its_labels_in_order() -> None:
    record = _record(_rows("california.json", "california")[0])
    assert record.address is not None
    assert record.address.address_1 == ""
    assert record.term_codes == ("ADLT", "AUPC", "INPE", "PMAT", "SA", "YAD")
    assert record.unknown_codes == ("Sample label",)
    assert record.website is None
    assert record.as_of == "2025-08"


def test_a_table_without_a_column_of_the_map_is_refused() -> None:
    with pytest.raises(MissingColumnsError, match="slug"):
        read_table(DATA / "otp_cp1252.csv", map_name="maryland")
    with pytest.raises(MissingColumnsError, match="address"):
        read_table(DATA / "california.json", map_name="otp")


@pytest.mark.parametrize("name", ["marylnd", "../maps/otp", ""])
def test_a_map_that_does_not_exist_is_refused_with_those_that_do(name: str) -> None:
    with pytest.raises(ImportFileError, match="The maps are: california, maryland, otp"):
        load_map(name)


def test_the_edition_that_is_said_counts_before_that_of_the_map() -> None:
    assert read_table(DATA / "maryland.csv", map_name="maryland").edition == "2026"
    said = read_table(DATA / "maryland.csv", map_name="maryland", edition="2027-01")
    assert said.edition == "2027-01"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("source: {id: sample", "cannot be used"),
        ("source: {id: sample, name: Sample}\ncolumns: {zip: zip}\n", "no column for the name"),
        (f"{MAP}extra: 1\n", "unknown field"),
        (MAP.replace("zip: zip", "postcode: zip"), "no such field: postcode"),
        (f"{MAP}flags: {{bup: ZZQ}}\n", "no such taxonomy code: ZZQ"),
        (f"{MAP}lists: {{all: words}}\n", "cannot be used"),
    ],
)
def test_a_map_that_is_wrong_says_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImportFileError, match=words):
        read_map(path)
