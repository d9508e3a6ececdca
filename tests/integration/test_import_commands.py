"""The import commands as somebody types them: files, the live directory, reports, exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import ListingCard
from tests.locator import make_facility, running_locator
from tests.shared_data import shared_path

DATA = Path(__file__).resolve().parents[1] / "data"


def _run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["import", *arguments])


def _listed(app: Flask) -> int:
    with app.app_context():
        return db.session.execute(
            select(func.count()).select_from(ListingCard).where(ListingCard.is_listed)
        ).scalar_one()


def _report(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_text("utf-8"))
    told = ("created", "updated", "unchanged", "merged", "refused")
    assert report["rows"] == sum(report[name] for name in told)
    return report


def test_report_accounts_for_every_row_and_names_problems(app: Flask, tmp_path: Path) -> None:
    file = DATA / "findtreatment" / "wide_odd_rows.csv"
    result = _run(app, "findtreatment", str(file), "--report", str(tmp_path / "report.json"))
    assert result.exit_code == 0, result.output
    report = _report(tmp_path / "report.json")
    assert set(report) >= {"rows", "retired", "unknown_codes", "problems"}
    assert all(set(each) == {"row", "field", "value", "reason"} for each in report["problems"])
    named = {(each["row"], each["field"]): each["value"] for each in report["problems"]}
    assert named[4, "zip"] == "2114"
    assert named[5, "dt"] == "maybe"
    assert named[10, ""].startswith("Sample Short Row")
    assert "rows a second" in result.output
    again = _run(app, "findtreatment", str(file), "--report", str(tmp_path / "again.json"))
    assert again.exit_code == 0
    second = _report(tmp_path / "again.json")
    assert (second["created"], second["updated"]) == (0, 0)


def test_dry_run_writes_nothing_and_says_so(app: Flask) -> None:
    file = DATA / "findtreatment" / "locator_page.json"
    result = _run(app, "findtreatment", str(file), "--dry-run")
    assert result.exit_code == 0
    assert "nothing written" in result.output
    assert _listed(app) == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 \n", "PDF"),
        (b"<!doctype html><html></html>", "web page"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (b"fruit,color\napple,red\n", "name1"),
    ],
)
def test_file_that_cannot_be_used_ends_with_status_1_and_a_clear_sentence(
    app: Flask, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "sample.csv"
    file.write_bytes(content)
    result = _run(app, "findtreatment", str(file))
    assert result.exit_code == 1
    assert words.lower() in result.output.lower()
    assert "Traceback" not in result.output


def test_live_directory_is_loaded_near_a_zip(app: Flask) -> None:
    with running_locator() as locator:
        locator.facilities = [make_facility(number) for number in range(1, 6)]
        result = _run(app, "findtreatment", "--fetch", "--near", "43215", "--locator", locator.url)
        assert result.exit_code == 0, result.output
        assert _listed(app) == 5
        (question,) = locator.questions
        assert question["limitType"] == "2"
        assert float(question["limitValue"]) == pytest.approx(50 * 1609.344, abs=1)
    assert not list((Path(app.instance_path) / "fetch").iterdir())


def test_live_directory_is_loaded_for_a_state_and_keeps_only_that_state(app: Flask) -> None:
    # The same answer to every circle would be refused, had its rows a point.
    nowhere = {"latitude": None, "longitude": None}
    with running_locator() as locator:
        locator.facilities = [
            make_facility(1, **nowhere),
            make_facility(2, **nowhere, state="KY", city="Covington", zip="41011"),
        ]
        result = _run(app, "findtreatment", "--fetch", "--state", "ohio", "--locator", locator.url)
        assert result.exit_code == 0, result.output
        assert _listed(app) == 1
        assert len(locator.questions) > 1


def test_fetch_without_a_place_is_told_what_to_say(app: Flask) -> None:
    result = _run(app, "findtreatment", "--fetch")
    assert result.exit_code == 2
    assert "--near" in result.output


def test_complete_state_retires_and_the_brake_asks(app: Flask, tmp_path: Path) -> None:
    rows = [make_facility(number) for number in range(1, 31)]
    whole, part = tmp_path / "whole.json", tmp_path / "part.json"
    for path, kept in ((whole, rows), (part, rows[:20])):
        path.write_text(json.dumps({"page": 1, "totalPages": 1, "rows": kept}))
    assert _run(app, "findtreatment", str(whole)).exit_code == 0
    stopped = _run(app, "findtreatment", str(part), "--complete", "OH")
    assert stopped.exit_code == 1
    assert "10 of 30" in stopped.output
    assert _listed(app) == 30
    done = _run(app, "findtreatment", str(part), "--complete", "OH", "--yes")
    assert done.exit_code == 0
    assert _listed(app) == 20


REAL = [
    ("findtreatment", "DERIVED_findtreatment_api_shape_MA_2025_half.json"),
    ("findtreatment", "findtreatment_wide_MA_2025_half.csv"),
    ("directory", "national_directory_SA_2022_12states.xlsx"),
    ("table", "md_methadone_clinics.csv", "--map", "maryland"),
    ("table", "geoda_otp_geocoded.csv", "--map", "otp"),
    ("table", "soberlivings_residential_2025.json", "--map", "california"),
]


def test_all_real_files_import_and_a_second_time_change_nothing(app: Flask, tmp_path: Path) -> None:
    listed = []
    for command, name, *options in REAL:
        file = shared_path("data", "findtreatment", name)
        report = tmp_path / "report.json"
        for turn in ("first", "second"):
            result = _run(app, command, str(file), "--report", str(report), *options)
            assert result.exit_code == 0, result.output
            counts = _report(report)
            assert counts["refused"] == 0
            if turn == "second":
                assert (counts["created"], counts["updated"]) == (0, 0), name
        listed.append(_listed(app))
    # The CSV is the JSON's twin: it adds no listing.
    assert listed[0] == listed[1] == 219
    assert listed == sorted(listed)
