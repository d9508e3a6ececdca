"""ZIP codes, cities, counties and states by their exact names."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.query import PlaceKind
from app.gazetteer import (
    county_name,
    find_cities,
    find_counties,
    find_state,
    find_zip,
    state_name,
    states,
    tables,
)
from app.gazetteer.tables import city_table, zip_table

TERRITORIES = {"PR", "GU", "VI", "AS", "MP"}


@pytest.mark.parametrize(
    ("code", "state", "county", "zone"),
    [
        ("02128", "MA", "25025", "America/New_York"),
        ("99501", "AK", "02020", "America/Anchorage"),
        ("99546", "AK", "02016", "America/Adak"),
        ("00901", "PR", "72127", "America/Puerto_Rico"),
        ("00802", "VI", "78030", "America/St_Thomas"),
        ("96910", "GU", "66010", "Pacific/Guam"),
        ("96950", "MP", "69110", "Pacific/Saipan"),
        ("96799", "AS", "60010", "Pacific/Pago_Pago"),
        ("80020", "CO", "08014", "America/Denver"),
        ("06101", "CT", "09003", "America/New_York"),
        ("22046", "VA", "51610", "America/New_York"),
        ("06390", "NY", "36103", "America/New_York"),
        ("83414", "WY", "56039", "America/Denver"),
        ("85001", "AZ", "04013", "America/Phoenix"),
        ("20001", "DC", "11001", "America/New_York"),
    ],
)
def test_a_zip_code_knows_its_state_county_and_zone(
    code: str, state: str, county: str, zone: str
) -> None:
    place = find_zip(code)

    assert place is not None
    assert (place.kind, place.code, place.state) == (PlaceKind.ZIP, code, state)
    assert (place.county_fips, place.timezone) == (county, zone)


def test_a_zip_code_is_named_by_its_county() -> None:
    place = find_zip("02128")

    assert place is not None
    assert place.label == "02128 (Suffolk County, MA)"


@pytest.mark.parametrize("code", ["", "2128", "00000", "99999", "zzzzz", "09012", "96201"])
def test_what_is_no_civil_zip_code_is_not_found(code: str) -> None:
    assert find_zip(code) is None


def test_every_zip_code_has_five_digits_and_each_is_there_once() -> None:
    codes = zip_table().code

    assert all(len(code) == 5 and code.isdecimal() for code in codes)
    assert codes == sorted(set(codes))
    assert len(codes) > 41_000


def test_every_zone_is_one_that_the_clock_knows() -> None:
    for zone in {*zip_table().zones, *city_table().zones}:
        assert ZoneInfo(zone).key == zone


def test_states_hold_the_district_and_five_territories() -> None:
    assert len(states()) == 56
    assert {"DC", *TERRITORIES} <= set(states())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Ohio", "OH"),
        (" oh ", "OH"),
        ("NEW  york", "NY"),
        ("newyork", "NY"),
        ("Washington State", "WA"),
        ("State of Maine", "ME"),
        ("Mass.", "MA"),
        ("puerto rico", "PR"),
        ("USVI", "VI"),
        ("D.C.", "DC"),
    ],
)
def test_a_state_is_found_by_name_or_code(typed: str, code: str) -> None:
    place = find_state(typed)

    assert place is not None
    assert place.code == code


def test_a_state_with_several_zones_has_none() -> None:
    assert states()["TN"].timezone is None
    assert states()["VT"].timezone == "America/New_York"


def test_state_name_is_the_plain_name() -> None:
    assert state_name("WA") == "Washington"
    assert state_name("XX") is None


@pytest.mark.parametrize(
    ("name", "state", "label"),
    [
        ("Suffolk County", "MA", "Suffolk County, MA"),
        ("suffolk", "ma", "Suffolk County, MA"),
        ("Orleans Parish", "LA", "Orleans Parish, LA"),
        ("Orleans County", "LA", "Orleans Parish, LA"),
        ("Anchorage Municipality", "AK", "Anchorage Municipality, AK"),
        ("Kodiak Island Borough", "AK", "Kodiak Island Borough, AK"),
        ("Aleutians West", "AK", "Aleutians West Census Area, AK"),
        ("San Juan Municipio", "PR", "San Juan Municipio, PR"),
        ("Dona Ana", "New Mexico", "Doña Ana County, NM"),
        ("St. Louis County", "MO", "St. Louis County, MO"),
        ("Saint Louis city", "MO", "St. Louis city, MO"),
        ("Carson City", "NV", "Carson City (county), NV"),
        ("Broomfield", "CO", "Broomfield County, CO"),
    ],
)
def test_a_county_is_found_by_its_name(name: str, state: str, label: str) -> None:
    assert [place.label for place in find_counties(name, state)] == [label]


def test_county_name_is_the_full_name() -> None:
    assert county_name("22071") == "Orleans Parish"
    assert county_name("99999") is None


@pytest.mark.parametrize(
    ("name", "state", "label"),
    [
        ("St Louis", "MO", "St. Louis, MO"),
        ("saint louis", "MO", "St. Louis, MO"),
        ("Ft. Worth", "TX", "Fort Worth, TX"),
        ("Mt Vernon", "NY", "Mount Vernon, NY"),
        ("Winston Salem", "NC", "Winston-Salem, NC"),
        ("Coeur d\u2019Alene", "ID", "Coeur d'Alene, ID"),
        ("Mayaguez", "PR", "Mayagüez, PR"),
        ("HAGATNA", "GU", "Hagåtña, GU"),
        ("Bronx", "NY", "The Bronx, NY"),
        ("NYC", None, "New York City, NY"),
        ("New York", "NY", "New York City, NY"),
    ],
)
def test_a_city_is_found_however_it_is_spelt(name: str, state: str | None, label: str) -> None:
    assert [place.label for place in find_cities(name, state)] == [label]


def test_cities_of_one_name_come_largest_first() -> None:
    populations = [place.population for place in find_cities("Springfield")]

    assert len(populations) > 10
    assert populations == sorted(populations, reverse=True)


def test_the_tables_stay_small_enough_to_load_with_the_first_request() -> None:
    folder = Path(tables.__file__).parents[1] / "data"
    sizes = [file.stat().st_size for file in folder.glob("*.json.gz")]

    assert len(sizes) == 5
    assert sum(sizes) < 1_500_000
