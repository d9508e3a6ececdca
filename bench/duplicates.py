"""How well the comparison tells one place listed twice from two places, and how fast, printed.

    python -m bench.duplicates [--shared PATH] [--listings 20000]

`duplicate_pairs.csv` holds pairs of rows of real files as facts of the comparison: no name,
address or number, but keys by which whoever has the files finds the rows again, what the
comparison found, and how we judged the pair. With --shared, what is found in the files now is
held against it. The speed is that of samples in memory. What it means: docs/duplicates.md.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.domain.candidate_pairs import CandidatePairs
from app.domain.duplicates import (
    THRESHOLD,
    Features,
    Match,
    compare,
    judge,
)
from app.domain.records import ListingRecord
from app.domain.traits import Traits, traits_of
from app.importers.findtreatment import read_findtreatment
from app.importers.matching import natural_key
from app.importers.national_directory import read_national_directory
from app.importers.table import read_table
from bench.samples import sample_listings

PAIRS: Final = Path(__file__).with_name("duplicate_pairs.csv")
THRESHOLDS: Final = (50, 55, THRESHOLD, 65, 70, 80, 90)
TUNED, HELD_OUT = "tuned", "held out"
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"

_MATCHES: Final = frozenset({"street", "unit", "zip", "city", "phone", "website"})
_TRUTHS: Final = frozenset({"has_one_program", "is_numbered_apart"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two rows of real files, what the comparison found, and how a person judged them.

    `part` is TUNED for pairs that the points were chosen by, HELD_OUT for the others.
    """

    part: str
    keys: tuple[str, str]
    features: Features
    label: str
    why: str


class Quality(NamedTuple):
    """How many pairs are offered, and how many of them, and of those that should be, are right."""

    offered: int
    precision: float
    recall: float


def labelled_pairs(path: Path = PAIRS) -> tuple[LabelledPair, ...]:
    """All pairs, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_pair(row) for row in csv.DictReader(file))


def quality(pairs: Sequence[LabelledPair], *, threshold: int) -> Quality:
    """Precision and recall at a threshold; pairs that a person is unsure of are left out."""
    sure = [pair for pair in pairs if pair.label != UNSURE]
    offered = [pair for pair in sure if judge(pair.features).score >= threshold]
    right = sum(pair.label == SAME for pair in offered)
    wanted = sum(pair.label == SAME for pair in sure)
    return Quality(len(offered), right / len(offered), right / wanted)


def real_traits(shared: Path) -> dict[str, Traits]:
    """The Traits of every row of the real files, by its key."""
    folder = shared / "data" / "findtreatment"
    files = {
        "ma": read_findtreatment(folder / "findtreatment_wide_MA_2025_half.csv"),
        "nd": read_national_directory(folder / "national_directory_SA_2022_12states.xlsx"),
        "ca": read_table(folder / "soberlivings_residential_2025.json", map_name="california"),
        "otp": read_table(folder / "geoda_otp_geocoded.csv", map_name="otp"),
        "md": read_table(folder / "md_methadone_clinics.csv", map_name="maryland"),
    }
    return {
        row_key(name, row.row, row.record): traits_of(row.record)
        for name, parsed in files.items()
        for row in parsed.rows
        if row.record
    }


def row_key(name: str, row: int, record: ListingRecord) -> str:
    """What stands for a row of a real file: 16 hexadecimal digits of a hash."""
    return hashlib.sha256(f"{name}:{row}:{natural_key(record)}".encode()).hexdigest()[:16]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, help="the folder with the real files")
    parser.add_argument("--listings", type=int, default=20_000)
    arguments = parser.parse_args()
    pairs = labelled_pairs()
    _print_quality(pairs)
    if arguments.shared:
        _print_real(pairs, real_traits(arguments.shared))
    _print_speed(arguments.listings)


def _print_quality(pairs: Sequence[LabelledPair]) -> None:
    for part in (TUNED, HELD_OUT):
        chosen = [pair for pair in pairs if pair.part == part]
        counts = {label: sum(pair.label == label for pair in chosen) for label in _LABELS}
        print(f"\n{len(chosen)} pairs {part}: {counts}")
        for threshold in THRESHOLDS:
            found = quality(chosen, threshold=threshold)
            mark = " <- used" if threshold == THRESHOLD else ""
            print(
                f"  from {threshold}: {found.offered:4} offered, precision {found.precision:.3f},"
                f" recall {found.recall:.3f}{mark}"
            )


def _print_real(pairs: Sequence[LabelledPair], traits: dict[str, Traits]) -> None:
    changed = sum(
        compare(traits[first], traits[second]) != pair.features
        for pair in pairs
        for first, second in [pair.keys]
    )
    print(f"\nIn the real files: {changed} of {len(pairs)} pairs compare otherwise than here")
    kept: CandidatePairs[str] = CandidatePairs()
    kept.put(traits)
    found = {(pair.first, pair.second) for pair in kept.best(threshold=THRESHOLD)}
    wanted = [
        pair for pair in pairs if pair.label == SAME and judge(pair.features).score >= THRESHOLD
    ]
    met = sum(frozenset(pair.keys) in {frozenset(keys) for keys in found} for pair in wanted)
    print(f"Pairs offered of all rows: {len(found)}; of {len(wanted)} that should be, {met}")


def _print_speed(count: int) -> None:
    traits = dict(_sample_traits(count))
    kept: CandidatePairs[int] = CandidatePairs()
    started = time.perf_counter()
    kept.put(traits)
    whole_s = time.perf_counter() - started
    again = range(0, count, max(1, count // 100))
    started = time.perf_counter()
    for number in again:
        kept.put({number: traits[number]})
    one_s = (time.perf_counter() - started) / len(again)
    offered = len(kept.best())
    print(
        f"\n{count:,} listings: {kept.compared:,} pairs compared in {whole_s:.2f} s,"
        f" {offered:,} offered; one that was changed {one_s * 1000:.1f} ms"
    )


def _sample_traits(count: int) -> Iterator[tuple[int, Traits]]:
    """Samples as crowded as real ones: a ZIP code a town, a number each, one in 50 there twice."""
    numbers: Iterator[int] = iter(range(count))
    for record in sample_listings(count):
        traits = traits_of(record)
        town = int(hashlib.sha256(f"{traits.state} {traits.city}".encode()).hexdigest()[:8], 16)
        for number in islice(numbers, 1):
            lived = replace(
                traits,
                postal_code=f"{town % 100_000:05}",
                phones=frozenset({f"sample {number}"}),
                street=f"{number % 900} sample {number % 37} st",
            )
            yield number, lived
            if number % 50 == 0:
                for twin in islice(numbers, 1):
                    yield twin, replace(lived, organization=f"{lived.organization} group")


_LABELS: Final = (SAME, DIFFERENT, UNSURE)


def _pair(row: dict[str, str]) -> LabelledPair:
    return LabelledPair(
        part=row["part"],
        keys=(row["first"], row["second"]),
        features=Features(**{each.name: _value(each.name, row) for each in fields(Features)}),
        label=row["label"],
        why=row["why"],
    )


def _value(name: str, row: dict[str, str]) -> Any:  # noqa: ANN401 (a field of any type)
    text = row[name]
    if name in _MATCHES:
        return Match(text)
    return text == "yes" if name in _TRUTHS else int(text)


def rows_of(pairs: Sequence[LabelledPair]) -> Iterator[dict[str, str]]:
    """The pairs as rows of the file."""
    for pair in pairs:
        values = {each.name: getattr(pair.features, each.name) for each in fields(Features)}
        yield {
            "part": pair.part,
            "first": pair.keys[0],
            "second": pair.keys[1],
            **{
                name: ("yes" if value else "no") if name in _TRUTHS else str(value)
                for name, value in values.items()
            },
            "label": pair.label,
            "why": pair.why,
        }


if __name__ == "__main__":
    main()
