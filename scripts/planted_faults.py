"""Plants faults one at a time in a copy of the project and says which of them the tests find.

`python scripts/planted_faults.py` reads tests/faults/*.toml. A test counts only after it passed on
the copy as it is. Ends with 0 when every fault was found, 1 when one was not, 2 when one could not
be shown, as where there is no Chromium.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "tests" / "faults"
PAGE: Final = ROOT / "docs" / "faults.md"
FOUND: Final = "found"
NOT_FOUND: Final = "NOT FOUND"
NOT_SHOWN: Final = "NOT SHOWN"
_LONGEST_S: Final = 900
# Where one fault keeps searches; left there, it would be found without the fault.
_LEFT_IN_MEMORY: Final = Path("/dev/shm/help-first-planted")  # noqa: S108
_TESTS_FAILED: Final = 1
_HEAD: Final = """\
# Planted faults

A test that cannot fail proves nothing. Each fault below was planted alone in a copy of the project, and the
test beside it was seen to pass before and to fail with it. `make faults` plants them all again and writes this
page; `make prove` plants one of each kind.

| fault | about | what was planted | in | the test that fails | seen |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is taken `out` of a file, where it stands once, and what is put `into` its place."""

    file: str
    out: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault, planted by its changes: two where one protection stands behind another.

    `about` is a promise (P1 to P19) or what the site is trusted for, `says` the fault in words.
    `test` has to fail: words for pytest, with its `mark` and `settings` of the environment.
    `quick` ones are planted in a sample too.
    """

    id: str
    about: str
    says: str
    changes: tuple[Change, ...]
    test: str
    mark: str = "not prove"
    settings: tuple[tuple[str, str], ...] = ()
    quick: bool = False

    @property
    def run(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """What is run to find it; equal for faults that share a run without a fault."""
        return self.test, self.mark, self.settings


@dataclass(slots=True)
class Copy:
    """A copy of the project that one worker plants faults in."""

    root: Path
    temp: Path

    def run(self, fault: Fault) -> tuple[str, str]:
        """What pytest says of the test here: passed, failed or neither, and its last lines."""
        shutil.rmtree(self.temp, ignore_errors=True)
        self.temp.mkdir()
        options = ["-x", "-q", "-p", "no:cacheprovider", "-m", fault.mark]
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *shlex.split(fault.test)],
            cwd=self.root,
            env={**os.environ, "TMPDIR": str(self.temp), **dict(fault.settings)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        return verdict(process.returncode, output), output

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """The fault is in its files as long as the block runs."""
        before = {
            change.file: (self.root / change.file).read_text("utf-8") for change in fault.changes
        }
        try:
            for change in fault.changes:
                self._write(
                    change.file, changed((self.root / change.file).read_text("utf-8"), change)
                )
            yield
        finally:
            for file, text in before.items():
                self._write(file, text)
            _LEFT_IN_MEMORY.unlink(missing_ok=True)

    def _write(self, file: str, text: str) -> None:
        """Write a file; what Python compiled of it can be of the same size and second."""
        path = self.root / file
        path.write_text(text, "utf-8")
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
            compiled.unlink()


def load_faults(folder: Path = FOLDER) -> list[Fault]:
    """All faults in the order of their files."""
    return [
        Fault(
            **{
                **entry,
                "changes": tuple(Change(**change) for change in entry["changes"]),
                "settings": tuple(sorted(entry.get("settings", {}).items())),
            }
        )
        for path in sorted(folder.glob("*.toml"))
        for entry in tomllib.loads(path.read_text("utf-8"))["fault"]
    ]


def changed(text: str, change: Change) -> str:
    """The text with the change made; ValueError unless what is taken out stands there once."""
    if text.count(change.out) != 1:
        reason = f"{change.file} holds {change.out!r} {text.count(change.out)} times"
        raise ValueError(reason)
    return text.replace(change.out, change.into)


def chosen(faults: Iterable[Fault], *, only: Sequence[str], is_quick: bool) -> list[Fault]:
    """Those about one of these promises or with one of these ids; all without either."""
    return [
        fault
        for fault in faults
        if (not only or fault.about in only or fault.id in only) and (fault.quick or not is_quick)
    ]


def verdict(status: int, output: str) -> str:
    """What pytest ended with: passed, failed, or neither, where no test ran or one broke."""
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed)", output)}
    if status == 0 and counts.get("passed"):
        return "passed"
    return "failed" if status == _TESTS_FAILED and counts.get("failed") else "neither"


def _copies(folder: Path, number: int) -> SimpleQueue[Copy]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    free: SimpleQueue[Copy] = SimpleQueue()
    for each in range(number):
        copy = Copy(root=folder / str(each) / "copy", temp=folder / str(each) / "t")
        for name in names:
            (copy.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy.root / name)
        # The real files lie beside the project, and so beside its copy.
        if (ROOT.parent / "shared").exists():
            (folder / str(each) / "shared").symlink_to((ROOT.parent / "shared").resolve())
        free.put(copy)
    return free


def _plant_group(free: SimpleQueue[Copy], faults: list[Fault]) -> list[tuple[Fault, str]]:
    """Run the test that these share as it is, then with each fault."""
    copy = free.get()
    try:
        verdict, output = copy.run(faults[0])
        if verdict != "passed":
            _say(faults[0].test, f"{NOT_SHOWN}: it does not pass without a fault\n{output[-3000:]}")
            return [(fault, NOT_SHOWN) for fault in faults]
        return [(fault, _planted(copy, fault)) for fault in faults]
    finally:
        free.put(copy)


def _planted(copy: Copy, fault: Fault) -> str:
    started = time.monotonic()
    with copy.planted(fault):
        verdict, output = copy.run(fault)
    seen = {"failed": FOUND, "passed": NOT_FOUND}.get(verdict, NOT_SHOWN)
    more = f"\n{output[-3000:]}" if seen == NOT_SHOWN else ""
    _say(fault.id, f"{seen} in {time.monotonic() - started:.0f} s: {fault.says}{more}")
    return seen


def _say(name: str, text: str) -> None:
    print(f"{name}: {text}", flush=True)


def plant(faults: Sequence[Fault], *, workers: int) -> dict[str, str]:
    """What was seen of each fault, by id."""
    ordered = sorted(faults, key=lambda fault: fault.run)
    groups = [list(group) for _run, group in groupby(ordered, key=lambda fault: fault.run)]
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        free = _copies(Path(folder), workers)
        with ThreadPoolExecutor(workers) as pool:
            seen = pool.map(lambda group: _plant_group(free, group), groups)
            return {fault.id: verdict for each in seen for fault, verdict in each}


def page(faults: Iterable[Fault], seen: dict[str, str]) -> str:
    """The page of all faults; `seen` has the last cell of each by id."""
    rows = [
        f"| `{fault.id}` | {fault.about} | {fault.says} | {_files(fault)} | `{fault.test}` "
        f"| {seen.get(fault.id, 'not yet')} |"
        for fault in faults
    ]
    return _HEAD + "\n".join(rows) + "\n"


def _files(fault: Fault) -> str:
    return ", ".join(dict.fromkeys(f"`{change.file}`" for change in fault.changes))


def written() -> dict[str, str]:
    """The last cell of each row of the page, by id."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    return dict(re.findall(r"^\| `([^`]+)` \|.*\| ([^|]+) \|$", text, re.MULTILINE))


def main() -> int:
    """Plant what was asked for, print what was seen and give the status to end with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="promises (P3) or ids")
    parser.add_argument("--quick", action="store_true", help="one of each kind")
    parser.add_argument("--write", action="store_true", help="write docs/faults.md")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    every = load_faults()
    seen = plant(chosen(every, only=asked.only, is_quick=asked.quick), workers=asked.workers)
    if asked.write:
        today = f"{date.today():%-d %B %Y}"  # noqa: DTZ011 (the day where it was seen)
        cells = {name: f"{verdict}, {today}" for name, verdict in seen.items()}
        PAGE.write_text(page(every, written() | cells), "utf-8")
    counts = {each: list(seen.values()).count(each) for each in (FOUND, NOT_FOUND, NOT_SHOWN)}
    print(f"{len(seen)} faults: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
    if counts[NOT_FOUND]:
        return 1
    return 2 if counts[NOT_SHOWN] or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
