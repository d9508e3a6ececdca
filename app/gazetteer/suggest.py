"""The nearest spellings to a place that is not known, the large ones before the small."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.domain.query import Place
from app.gazetteer.names import name_key
from app.gazetteer.places import (
    city_place,
    city_rows,
    county_place,
    county_rows_by_full_key,
    find_cities,
    find_zip,
)
from app.gazetteer.states import states
from app.gazetteer.tables import city_table

MOST_SUGGESTIONS: Final = 5
# Two letters wrong in six are still a misspelling; three in six are another name.
_LEAST_SIMILARITY: Final = 0.65
# Outside the state that was typed, only a nearly exact name is worth offering.
_LEAST_SIMILARITY_ELSEWHERE: Final = 0.8
# A text that a name begins with counts as this similar: "Philadel".
_PREFIX_SIMILARITY: Final = 0.8
_SHORTEST_PREFIX: Final = 4
_SHORTEST_NAME: Final = 2
# What ten times as many people are worth beside similarity: of two spellings that are
# equally near, the larger place is meant; but nearness comes first.
_WEIGHT_OF_TENFOLD: Final = 0.03
# The size that a county and a state count as: a county as a town, a state as a large city.
_COUNTY_SIZE: Final = 5_000
_STATE_SIZE: Final = 1_000_000


def suggest_places(name: str, *, state: str | None) -> tuple[str, ...]:
    """Up to five labels, the likeliest first, each of which resolves to one place.

    Those in the state with this USPS code come first, then the name's own spelling in other
    states, then near spellings elsewhere. () when nothing is near.
    """
    key = name_key(name)
    if len(key) < _SHORTEST_NAME:
        return ()
    scored = _scored(key)
    labels: dict[str, None] = {}
    for _, _, place in scored:
        if state is None or place.state == state:
            labels.setdefault(place.label, None)
    if state is not None:
        for place in find_cities(name):
            labels.setdefault(place.label, None)
        for _, similarity, place in scored:
            if similarity >= _LEAST_SIMILARITY_ELSEWHERE:
                labels.setdefault(place.label, None)
    return tuple(labels)[:MOST_SUGGESTIONS]


def suggest_zips(code: str) -> tuple[str, ...]:
    """Up to five labels of ZIP codes that differ in one digit or two swapped neighbours.

    Those with the same first three digits, which lie near each other, come first.
    """
    near = {code[:at] + digit + code[at + 1 :] for at in range(5) for digit in "0123456789"}
    near |= {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(4)}
    found = [place for each in near if each != code and (place := find_zip(each))]
    found.sort(
        key=lambda place: (
            place.code[:3] != code[:3],
            abs(int(place.code) - int(code)),
            place.code,
        )
    )
    return tuple(place.label for place in found[:MOST_SUGGESTIONS])


def _scored(key: str) -> list[tuple[float, float, Place]]:
    """(score, similarity, place) of every place with a name near the key, best first."""
    keys = _candidate_keys()
    near = {
        found: similarity
        for found, similarity, _ in process.extract(
            key,
            keys,
            scorer=OSA.normalized_similarity,
            score_cutoff=_LEAST_SIMILARITY,
            limit=None,
        )
    }
    if len(key) >= _SHORTEST_PREFIX:
        for each in keys:
            if each.startswith(key):
                near[each] = max(near.get(each, 0.0), _PREFIX_SIMILARITY)
    scored = [
        (similarity + _WEIGHT_OF_TENFOLD * math.log10(size), similarity, place)
        for found, similarity in near.items()
        for size, place in _places_of(found)
    ]
    return sorted(scored, key=lambda each: (-each[0], each[2].label))


@cache
def _candidate_keys() -> tuple[str, ...]:
    labels = [name_key(place.label) for place in states().values()]
    return tuple(dict.fromkeys([*city_table().key, *county_rows_by_full_key(), *labels]))


def _places_of(key: str) -> list[tuple[int, Place]]:
    """(size, place) of the cities, counties and states of a key."""
    table = city_table()
    cities = [(max(1, table.population[row]), city_place(row)) for row in city_rows(key)]
    counties = [(_COUNTY_SIZE, county_place(row)) for row in county_rows_by_full_key().get(key, ())]
    whole = [(_STATE_SIZE, place) for place in states().values() if name_key(place.label) == key]
    return [*cities, *counties, *whole]
