from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.content.taxonomy import load_taxonomy
from tests.shared_data import shared_path

TAXONOMY = load_taxonomy()
FOLDER = ("data", "findtreatment")
SHEETS = ["SA_2022", "SU_2023", "MH_2022", "MH_2023"]

# What the wide table has besides codes; the last three look like codes and stand in no sheet.
NOT_CODES = {
    "name1", "name2", "street1", "street2", "city", "state", "zip", "zip4", "county", "phone",
    "intake_prompt", "intake1", "intake2", "website", "latitude", "longitude", "type_facility",
    "ubn", "ct", "msnh",
}  # fmt: skip


def real_file(name: str) -> Path:
    return shared_path(*FOLDER, name)


def sheet_rows(sheet: str) -> list[dict[str, str]]:
    name = f"samhsa_national_directory_{sheet}_service_codes.csv"
    with real_file(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_code_of_the_sheets_is_known_by_code_and_by_label(sheet: str) -> None:
    for row in sheet_rows(sheet):
        code = row["service_code"].strip()
        term = TAXONOMY.term(code)
        assert term is not None, code
        assert term.code == code
        assert term.category == row["category_code"].strip()
        assert term.category_name == " ".join(row["category_name"].split())
        assert TAXONOMY.code_for_label(row["service_name"], category=term.category) == code
        assert TAXONOMY.code_for_label(row["service_name"], category=term.category_name) == code


def test_the_sheets_hold_the_317_codes_and_no_other_year_adds_to_them() -> None:
    codes = {row["service_code"].strip() for sheet in SHEETS for row in sheet_rows(sheet)}
    assert len(codes) == 317
    federal = {term.code for term in TAXONOMY.terms if term.scheme == "samhsa"}
    # The locator's own form has three more languages.
    assert federal - codes == {"N13", "N18", "N23"}


def test_every_column_of_the_wide_table_is_a_code_or_known_not_to_be() -> None:
    path = real_file("findtreatment_wide_MA_2025_half.csv")
    with path.open(encoding="cp1252", newline="") as file:
        header = next(csv.reader(file))
    unread = {name.strip() for name in header if TAXONOMY.code_for_column(name) is None}
    assert len(header) == 332
    assert unread == NOT_CODES


def test_every_label_of_the_locators_answer_becomes_a_code_of_its_category() -> None:
    data = json.loads(real_file("DERIVED_findtreatment_api_shape_MA_2025_half.json").read_text())
    labels = {
        (entry["f1"], entry["f2"], label)
        for row in data["rows"]
        for entry in row["services"] or ()
        for label in entry["f3"].split("; ")
    }
    assert len(labels) > 250
    for name, category, label in labels:
        code = TAXONOMY.code_for_label(label, category=category)
        assert code is not None, label
        assert code == TAXONOMY.code_for_label(label, category=name)
        term = TAXONOMY.term(code)
        assert term is not None
        assert term.category == category


def test_every_label_of_the_flattened_file_becomes_a_code_in_rising_order() -> None:
    rows = json.loads(real_file("soberlivings_residential_2025.json").read_text())
    ranks = {category.code: rank for rank, category in enumerate(TAXONOMY.categories)}
    for row in rows:
        codes = TAXONOMY.codes_in_order(row["all_services"].split(";"))
        assert None not in codes, row["name"]
        terms = [term for code in codes if code and (term := TAXONOMY.term(code))]
        places = [ranks[term.category] for term in terms]
        assert places == sorted(places), row["name"]
        assert len(set(codes)) == len(codes), row["name"]


def test_every_code_of_the_national_directory_workbook_is_known() -> None:
    path = real_file("national_directory_SA_2022_12states.xlsx")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Facilities List").to_python()
    place = rows[0].index("service_code_info")
    codes = {code for row in rows[1:] for code in str(row[place]).replace("*", " ").split()}
    assert len(codes) > 200
    assert {code for code in codes if TAXONOMY.term(code) is None} == set()
