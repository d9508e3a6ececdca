"""What a part of the benchmark measured, as lines of one table with the mark each aims at."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

_WIDTH: Final = 74


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number, and the most or the least that it should be; None where neither is."""

    part: str
    what: str
    value: float
    unit: str = "x"
    most: float | None = None
    least: float | None = None

    def line(self) -> str:
        """The figure as a line of the table."""
        return f"{self.what:{_WIDTH}}{_number(self.value):>9} {self.unit:7}{self._aim():>16}"

    def _aim(self) -> str:
        if self.most is not None:
            verdict = "met" if self.value <= self.most else "MISSED"
            return f"<= {_number(self.most)}  {verdict}"
        if self.least is not None:
            verdict = "met" if self.value >= self.least else "MISSED"
            return f">= {_number(self.least)}  {verdict}"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run a part: at full size or quickly, in a folder whose databases are used again."""

    is_quick: bool
    folder: Path | None


def run_part(description: str | None, measure: Callable[[Options], Sequence[Figure]]) -> None:
    """Run one part from the command line: print its figures and, if asked, keep them in a file."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer listings and fewer rounds")
    parser.add_argument("--folder", type=Path, help="keep the made databases here")
    parser.add_argument("--figures", type=Path, help="add the figures to this file")
    arguments = parser.parse_args()
    measured = measure(Options(is_quick=arguments.quick, folder=arguments.folder))
    if arguments.figures:
        keep_figures(arguments.figures, measured)
    else:
        print_table(measured)


def keep_figures(path: Path, figures: Sequence[Figure]) -> None:
    """Add figures to a file, one JSON object a line."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(figure)) + "\n" for figure in figures)


def kept_figures(path: Path) -> tuple[Figure, ...]:
    """The figures of a file in the order they were added; () where there is none."""
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(Figure(**json.loads(line)) for line in lines)


def print_table(figures: Sequence[Figure]) -> None:
    """The table, with a heading for each part."""
    part = None
    for figure in figures:
        if figure.part != part:
            part = figure.part
            print(f"\n{part}")
        print(f"  {figure.line()}".rstrip())


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    if float(value).is_integer():
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
