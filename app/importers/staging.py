"""A parsed file as a file of its own: one line of JSON per row, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from app.importers.groups import Progress
from app.importers.rows import ParsedFile, ParsedRow

_encoder: Final = msgspec.json.Encoder()


class _Head(msgspec.Struct, frozen=True):
    """What a ParsedFile says beside its rows."""

    source_id: str
    source_name: str
    source_url: str | None
    edition: str | None
    total: int | None
    rank: int
    sheet: str = ""


_head_decoder: Final = msgspec.json.Decoder(_Head)
_row_decoder: Final = msgspec.json.Decoder(ParsedRow)


def write_stage(parsed: ParsedFile, path: Path, *, progress: Progress | None = None) -> None:
    """Read all rows of a file and keep them at `path`, on the disk for sure."""
    part = path.with_suffix(".part")
    with part.open("wb") as stream:
        head = _Head(
            source_id=parsed.source_id,
            source_name=parsed.source_name,
            source_url=parsed.source_url,
            edition=parsed.edition,
            total=parsed.total,
            rank=parsed.rank,
            sheet=parsed.sheet,
        )
        stream.write(_encoder.encode(head) + b"\n")
        for row in parsed.rows:
            stream.write(_encoder.encode(row) + b"\n")
            if progress:
                progress(1)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def read_stage(path: Path) -> ParsedFile:
    """The parsed file that was kept; its rows are read as they are asked for."""
    with path.open("rb") as stream:
        head = _head_decoder.decode(stream.readline())
    return ParsedFile(
        source_id=head.source_id,
        source_name=head.source_name,
        source_url=head.source_url,
        edition=head.edition,
        rows=_rows(path),
        total=head.total,
        rank=head.rank,
        sheet=head.sheet,
    )


def _rows(path: Path) -> Iterator[ParsedRow]:
    with path.open("rb") as stream:
        stream.readline()
        for line in stream:
            yield _row_decoder.decode(line)
