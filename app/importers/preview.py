"""A preview of a run: what it would do to each Listing, in one file for each kind of change."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self
from uuid import UUID

import msgspec

from app.domain.import_run import ChangeKind, PlannedChange
from app.domain.merge import FieldChange
from app.importers.report import ImportReport
from app.importers.run import Digest
from app.store.codec import FIELD_TYPES, decode_field, encode

# Beside the kinds of changes: fields that people locked, what was wrong in rows, strange codes.
PARTS: Final = (*(kind.value for kind in ChangeKind), "conflicts", "problems", "codes")
CHANGE_PARTS: Final = (*(kind.value for kind in ChangeKind), "conflicts")


class _Field(msgspec.Struct):
    field: str
    before: msgspec.Raw
    after: msgspec.Raw


class _Line(msgspec.Struct):
    kind: ChangeKind | None
    listing_id: UUID
    name: str
    place: str
    changes: list[_Field]
    conflicts: list[_Field]


_line_decoder: Final = msgspec.json.Decoder(_Line)


class PreviewWriter:
    """Takes changes as a run tells them and keeps them in a folder, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part = folder.with_suffix(".part")
        self._stack = ExitStack()
        self._files: dict[str, BinaryIO] = {}
        self._digest = Digest()

    def __enter__(self) -> Self:
        """Open the files of a preview that is begun anew."""
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.mkdir(parents=True)
        self._files = {
            name: self._stack.enter_context((self._part / f"{name}.jsonl").open("wb"))
            for name in PARTS
        }
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the preview in its place, where nothing went wrong."""
        self._stack.close()
        if kind is None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._part.replace(self._folder)

    @property
    def digest(self) -> str:
        """One value for all changes so far."""
        return self._digest.value

    def add(self, change: PlannedChange) -> None:
        """Keep one change."""
        self._digest.add(change)
        line = encode(change) + b"\n"
        if change.kind:
            self._files[change.kind].write(line)
        if change.conflicts:
            self._files["conflicts"].write(line)

    def add_rows(self, report: ImportReport) -> None:
        """Keep what was wrong with rows, and the codes that we do not know."""
        for problem in report.told_problems():
            self._files["problems"].write(encode(problem) + b"\n")
        for code, count in report.unknown_codes.most_common():
            self._files["codes"].write(encode({"code": code, "rows": count}) + b"\n")


def list_changes(
    folder: Path, part: str, *, offset: int = 0, limit: int | None = None
) -> Iterator[PlannedChange]:
    """The changes of a part of a preview, in the order of the file; none where there is none."""
    for line in _lines(folder, part, offset=offset, limit=limit):
        kept = _line_decoder.decode(line)
        yield PlannedChange(
            kind=kept.kind,
            listing_id=kept.listing_id,
            name=kept.name,
            place=kept.place,
            changes=_fields(kept.changes),
            conflicts=_fields(kept.conflicts),
        )


def list_rows(
    folder: Path, part: str, *, offset: int = 0, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of "problems" (row, field, value, reason; sheet too of a workbook), or of "codes".

    A row of "codes" has code and rows.
    """
    for line in _lines(folder, part, offset=offset, limit=limit):
        yield msgspec.json.decode(line)


def count_lines(folder: Path, part: str) -> int:
    """How many changes or rows a part has."""
    return sum(1 for _ in _lines(folder, part, offset=0, limit=None))


def _lines(folder: Path, part: str, *, offset: int, limit: int | None) -> Iterator[bytes]:
    path = folder / f"{part}.jsonl"
    if part not in PARTS or not path.exists():
        return
    with path.open("rb") as stream:
        yield from islice(stream, offset, None if limit is None else offset + limit)


def _fields(fields: Iterable[_Field]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(
            field=each.field,
            before=decode_field(each.field, bytes(each.before)),
            after=decode_field(each.field, bytes(each.after)),
        )
        for each in fields
        if each.field in FIELD_TYPES
    )
