"""Any table or flat JSON list read by a column map that the project keeps (importers/maps)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from app.content.taxonomy import Taxonomy, load_taxonomy
from app.domain.errors import MissingColumnsError
from app.domain.records import PhoneKind, SourceReference
from app.domain.text import clean_text
from app.importers.column_map import TEXT_FIELDS, ColumnMap, load_map
from app.importers.files import FileKind, edition_of, file_kind
from app.importers.json_rows import json_text, packed_rows, split_labels, unpacked
from app.importers.listing_rows import PhoneText, RowTexts, listing_row
from app.importers.national_directory import split_codes
from app.importers.rows import ParsedFile, ParsedRow, Problem
from app.importers.tabular import NO, YES, TableRow, column_name, open_table, shown

# Other sources are believed before these where both are of the same date.
RANK: Final = 10

_PHONE_KINDS: Final = {
    "phone": PhoneKind.VOICE,
    "intake": PhoneKind.INTAKE,
    "hotline": PhoneKind.HOTLINE,
    "text": PhoneKind.TEXT,
    "tty": PhoneKind.TTY,
}
_KEY_LIMIT: Final = 200


def read_table(path: Path, *, map_name: str, edition: str | None = None) -> ParsedFile:
    """The listings of a CSV, .xlsx or flat JSON file, read by the column map of that name.

    `edition` (YYYY[-MM[-DD]]) counts before the map's own. Raises ImportFileError for a map
    that does not exist, MissingColumnsError and UnreadableFileError for the file.
    """
    column_map = load_map(map_name)
    edition = edition_of(path, edition or column_map.source.edition)
    if file_kind(path) is FileKind.JSON:
        packed = packed_rows(path)
        _check_fields(packed[0], column_map)
        rows, total, sheet = _json_rows(packed), len(packed), ""
    else:
        table = open_table(path, needed=column_map.used_columns())
        rows, total = _table_rows(table.rows, table.places()), table.total
        sheet = table.sheet
    source = SourceReference(title=column_map.source.name, url=column_map.source.url, dated=edition)
    return ParsedFile(
        source_id=column_map.source.id,
        source_name=column_map.source.name,
        source_url=column_map.source.url,
        edition=edition,
        rows=_listings(rows, column_map=column_map, source=source),
        total=total,
        rank=RANK,
        sheet=sheet,
    )


def mapped_texts(
    values: Mapping[str, str], *, column_map: ColumnMap, taxonomy: Taxonomy
) -> tuple[RowTexts, list[tuple[str, str, str]]]:
    """The texts of a row by its map, and what is wrong with it as (field, value, reason).

    `values` are by column name, as `column_name` gives it.
    """
    cells = {
        field: values.get(column_name(column), "") for field, column in column_map.columns.items()
    }
    codes, unknown, wrong = _flag_codes(values, column_map)
    listed, strange = _list_codes(values, column_map, taxonomy=taxonomy)
    texts = {field: cell for field, cell in cells.items() if field in TEXT_FIELDS}
    texts.setdefault("state", column_map.constants.state)
    answer = cells.get("is_active", "").strip().casefold()
    return (
        RowTexts(
            **texts,
            phones=_phone_texts(cells),
            codes=(*column_map.constants.codes, *codes, *listed),
            unknown_codes=(*unknown, *strange),
            is_active=not answer or answer not in NO,
        ),
        wrong,
    )


def _listings(
    rows: Iterable[tuple[TableRow, Mapping[str, str]]],
    *,
    column_map: ColumnMap,
    source: SourceReference,
) -> Iterator[ParsedRow]:
    taxonomy = load_taxonomy()
    key_column = column_name(column_map.key or "")
    for row, values in rows:
        if row.is_refused:
            yield ParsedRow(row=row.number, record=None, problems=row.problems)
            continue
        texts, wrong = mapped_texts(values, column_map=column_map, taxonomy=taxonomy)
        problems = [
            Problem(row=row.number, field=field, value=shown(value), reason=reason)
            for field, value, reason in wrong
        ]
        key = values.get(key_column, "")[:_KEY_LIMIT] if key_column else ""
        yield listing_row(
            texts,
            row=row.number,
            source=source,
            external_key=clean_text(key) or None,
            problems=(*row.problems, *problems),
        )


def _table_rows(
    rows: Iterable[TableRow], places: Mapping[str, int]
) -> Iterator[tuple[TableRow, Mapping[str, str]]]:
    for row in rows:
        cells = {} if row.is_refused else {name: row.cells[at] for name, at in places.items()}
        yield row, cells


def _json_rows(
    packed: Iterable[msgspec.Raw],
) -> Iterator[tuple[TableRow, Mapping[str, str]]]:
    for number, raw in enumerate(packed, 1):
        value = unpacked(raw)
        if value is None:
            given = shown(bytes(raw)[:80].decode("utf-8", "replace"))
            reason = "not an object with named fields, each once"
            problem = Problem(row=number, field="", value=given, reason=reason)
            yield TableRow(number=number, cells=[], problems=(problem,), is_refused=True), {}
            continue
        fields = {column_name(str(name)): json_text(each) for name, each in value.items()}
        yield TableRow(number=number, cells=[]), fields


def _check_fields(first: msgspec.Raw, column_map: ColumnMap) -> None:
    """Nothing where the first row of a JSON list has the fields of the map."""
    found = tuple(column_name(str(name)) for name in unpacked(first) or {})
    missing = tuple(name for name in column_map.used_columns() if name not in found)
    if missing:
        raise MissingColumnsError(missing, found=found)


def _phone_texts(cells: Mapping[str, str]) -> tuple[PhoneText, ...]:
    return tuple(
        PhoneText(field=field, text=cell, kind=_PHONE_KINDS[field.rstrip("0123456789")])
        for field, cell in cells.items()
        if field.rstrip("0123456789") in _PHONE_KINDS
    )


def _flag_codes(
    values: Mapping[str, str], column_map: ColumnMap
) -> tuple[list[str], list[str], list[tuple[str, str, str]]]:
    codes: list[str] = []
    unknown: list[str] = []
    wrong: list[tuple[str, str, str]] = []
    for column, code in column_map.flags.items():
        cell = values.get(column_name(column), "")
        answer = cell.strip().casefold()
        if answer in YES:
            codes += [code] if code else []
            unknown += [] if code else [column]
        elif answer not in NO:
            wrong.append((column, cell, "neither yes nor no: it was left out"))
    return codes, unknown, wrong


def _list_codes(
    values: Mapping[str, str], column_map: ColumnMap, *, taxonomy: Taxonomy
) -> tuple[list[str], list[str]]:
    codes: list[str] = []
    unknown: list[str] = []
    for column, kind in column_map.lists.items():
        cell = values.get(column_name(column), "")
        if kind == "codes":
            known, strange = split_codes(cell, taxonomy=taxonomy)
        else:
            known, strange = _label_codes(cell, column_map.separator, taxonomy=taxonomy)
        codes += known
        unknown += strange
    return codes, unknown


def _label_codes(
    cell: str, separator: str | None, *, taxonomy: Taxonomy
) -> tuple[list[str], list[str]]:
    labels = split_labels(cell, separator=separator)
    found = taxonomy.codes_in_order(labels)
    known = [code for code in found if code is not None]
    return known, [label for label, code in zip(labels, found, strict=True) if code is None]
