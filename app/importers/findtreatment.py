"""FindTreatment.gov's downloads read: the wide table (CSV, .xlsx) and the locator's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from app.content.taxonomy import load_taxonomy
from app.domain.records import PhoneKind, SourceReference
from app.domain.text import clean_text
from app.importers.files import FileKind, edition_of, file_kind
from app.importers.json_rows import json_text, packed_rows, split_labels, unpacked
from app.importers.listing_rows import PhoneText, RowTexts, listing_row
from app.importers.rows import ParsedFile, ParsedRow, Problem
from app.importers.tabular import NO, YES, TableRow, open_table, shown

SOURCE_ID: Final = "findtreatment"
SOURCE_NAME: Final = "FindTreatment.gov (SAMHSA)"
SOURCE_URL: Final = "https://findtreatment.gov/"

NEEDED_COLUMNS: Final = ("name1", "street1", "city", "state", "zip", "phone")
COLUMN_LIMIT: Final = 400
# Survey answers of the places themselves, kept up all year: believed first.
RANK: Final = 30

# The columns of the wide table that say who and where; every other is a service code.
PLAIN_COLUMNS: Final = frozenset(
    {"name1", "name2", "street1", "street2", "city", "state", "zip", "zip4", "county"}
    | {"phone", "intake_prompt", "intake1", "intake2", "intake1a", "intake2a"}
    | {"hotline1", "hotline2", "fax", "website", "latitude", "longitude", "miles"}
    | {"type_facility", "typefacility", "_irow", "irow", "frid"}
)
PHONE_COLUMNS: Final = (
    ("phone", PhoneKind.VOICE),
    ("intake1", PhoneKind.INTAKE),
    ("intake2", PhoneKind.INTAKE),
    ("intake1a", PhoneKind.INTAKE),
    ("intake2a", PhoneKind.INTAKE),
    ("hotline1", PhoneKind.HOTLINE),
    ("hotline2", PhoneKind.HOTLINE),
)

# The locator says SA where the download says SU; a row of both is one of substance use.
_KINDS: Final = {"SA": "SU"}


def read_findtreatment(path: Path, *, edition: str | None = None) -> ParsedFile:
    """The listings of a FindTreatment.gov download, whichever of its shapes the file has.

    `edition` is when it was downloaded, YYYY[-MM[-DD]]; without it, the year in the file's
    name if it has just one. Raises UnreadableFileError and MissingColumnsError.
    """
    edition = edition_of(path, edition)
    source = SourceReference(title="FindTreatment.gov", url=SOURCE_URL, dated=edition)
    if file_kind(path) is FileKind.JSON:
        packed = packed_rows(path)
        rows, total, sheet = _json_rows(packed, source=source), len(packed), ""
    else:
        table = open_table(path, needed=NEEDED_COLUMNS, column_limit=COLUMN_LIMIT)
        rows, total = _wide_rows(table.rows, table.places(), source=source), table.total
        sheet = table.sheet
    return ParsedFile(
        source_id=SOURCE_ID,
        source_name=SOURCE_NAME,
        source_url=SOURCE_URL,
        edition=edition,
        rows=rows,
        total=total,
        rank=RANK,
        sheet=sheet,
    )


def _wide_rows(
    rows: Iterable[TableRow], places: Mapping[str, int], *, source: SourceReference
) -> Iterator[ParsedRow]:
    taxonomy = load_taxonomy()
    plain = {name: place for name, place in places.items() if name in PLAIN_COLUMNS}
    flags = [
        (place, name, taxonomy.code_for_column(name))
        for name, place in places.items()
        if name not in PLAIN_COLUMNS
    ]
    for row in rows:
        if row.is_refused:
            yield ParsedRow(row=row.number, record=None, problems=row.problems)
            continue
        values = {name: row.cells[place] for name, place in plain.items()}
        problems = list(row.problems)
        codes, unknown = _flagged(row, flags, problems=problems)
        texts = plain_texts(values, codes=codes, unknown_codes=unknown)
        kind = facility_kind(values.get("type_facility") or values.get("typefacility", ""))
        yield listing_row(texts, row=row.number, source=source, kind=kind, problems=problems)


def _flagged(
    row: TableRow,
    flags: Iterable[tuple[int, str, str | None]],
    *,
    problems: list[Problem],
) -> tuple[list[str], list[str]]:
    """The codes whose column says yes, known and unknown apart."""
    codes: list[str] = []
    unknown: list[str] = []
    for place, name, code in flags:
        cell = row.cells[place]
        if not cell:
            continue
        word = cell.strip().casefold()
        if word in YES:
            if code is None:
                unknown.append(name.upper())
            else:
                codes.append(code)
        elif word not in NO:
            reason = "neither 1 nor blank: the service was left out"
            problems.append(Problem(row=row.number, field=name, value=shown(cell), reason=reason))
    return codes, unknown


def plain_texts(
    values: Mapping[str, str], *, codes: Iterable[str], unknown_codes: Iterable[str]
) -> RowTexts:
    """The texts of a row whose columns have SAMHSA's names, with the codes read from it."""
    return RowTexts(
        name1=values.get("name1", ""),
        name2=values.get("name2", ""),
        street1=values.get("street1", ""),
        street2=values.get("street2", ""),
        city=values.get("city", ""),
        state=values.get("state", ""),
        zip=values.get("zip", ""),
        phones=tuple(
            PhoneText(field=name, text=values.get(name, ""), kind=kind)
            for name, kind in PHONE_COLUMNS
        ),
        website=values.get("website", ""),
        latitude=values.get("latitude", ""),
        longitude=values.get("longitude", ""),
        codes=tuple(codes),
        unknown_codes=tuple(unknown_codes),
    )


def facility_kind(text: str) -> str:
    """SU or MH, or what else the source calls the kind of row, in capitals; "" for nothing."""
    word = clean_text(text[:40]).upper()
    return _KINDS.get(word, word)


def _json_rows(packed: Iterable[msgspec.Raw], *, source: SourceReference) -> Iterator[ParsedRow]:
    for number, raw in enumerate(packed, 1):
        row = unpacked(raw)
        if row is None:
            reason = "not an object with the fields of a facility, each once"
            value = shown(bytes(raw)[:80].decode("utf-8", "replace"))
            problem = Problem(row=number, field="", value=value, reason=reason)
            yield ParsedRow(row=number, record=None, problems=(problem,))
            continue
        values = {str(name).casefold(): json_text(value) for name, value in row.items()}
        codes, unknown = label_codes(row.get("services"))
        texts = plain_texts(values, codes=codes, unknown_codes=unknown)
        kind = facility_kind(values.get("typefacility") or values.get("type_facility", ""))
        yield listing_row(texts, row=number, source=source, kind=kind)


def label_codes(services: object) -> tuple[list[str], list[str]]:
    """The codes of the locator's `services`, and the labels that mean none of ours.

    Each entry is {f1: category, f2: its code, f3: labels}; null stands for no services.
    The category's label counts before its code, which has differed between years.
    """
    codes: list[str] = []
    unknown: list[str] = []
    for entry in services if isinstance(services, list) else ():
        if not isinstance(entry, dict):
            continue
        category, short = json_text(entry.get("f1")), json_text(entry.get("f2"))
        for label in split_labels(json_text(entry.get("f3"))):
            code = _label_code(label, category, short)
            if code is None:
                unknown.append(label)
            else:
                codes.append(code)
    return codes, unknown


@lru_cache(maxsize=4_096)
def _label_code(label: str, category: str, short: str) -> str | None:
    """The code of a label; the same few hundred come in every row."""
    taxonomy = load_taxonomy()
    code = taxonomy.code_for_label(label, category=category)
    return code or taxonomy.code_for_label(label, category=short)
