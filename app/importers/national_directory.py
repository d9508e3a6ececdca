"""The National Directory of treatment facilities read from its yearly workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from app.content.taxonomy import Taxonomy, load_taxonomy
from app.domain.records import SourceReference
from app.domain.text import clean_text
from app.importers.files import edition_of
from app.importers.findtreatment import plain_texts
from app.importers.listing_rows import listing_row
from app.importers.rows import ParsedFile, ParsedRow
from app.importers.tabular import TableRow, open_table

SOURCE_ID: Final = "national-directory"
SOURCE_NAME: Final = "National Directory of treatment facilities (SAMHSA)"
SOURCE_URL: Final = "https://www.samhsa.gov/data/"

NEEDED_COLUMNS: Final = ("name1", "street1", "city", "state", "zip", "service_code_info")

# Stands between the categories of a row's codes.
CATEGORY_MARK: Final = "*"
CODE_LIMIT: Final = 40
RANK: Final = 20


def read_national_directory(path: Path, *, edition: str | None = None) -> ParsedFile:
    """The listings of a National Directory workbook (or the same sheet as CSV).

    The sheet with the facilities is told by its columns; titles above its header and the
    sheet of codes beside it are passed over. `edition` is the year; without it, the year
    in the file's name if it has just one. Raises UnreadableFileError, MissingColumnsError.
    """
    edition = edition_of(path, edition)
    title = "National Directory" if edition is None else f"National Directory, {edition} edition"
    table = open_table(path, needed=NEEDED_COLUMNS)
    source = SourceReference(title=title, url=SOURCE_URL, dated=edition)
    return ParsedFile(
        source_id=SOURCE_ID,
        source_name=SOURCE_NAME,
        source_url=SOURCE_URL,
        edition=edition,
        rows=_rows(table.rows, table.places(), source=source),
        total=table.total,
        rank=RANK,
        sheet=table.sheet,
    )


def _rows(
    rows: Iterable[TableRow], places: Mapping[str, int], *, source: SourceReference
) -> Iterator[ParsedRow]:
    taxonomy = load_taxonomy()
    for row in rows:
        if row.is_refused:
            yield ParsedRow(row=row.number, record=None, problems=row.problems)
            continue
        values = {name: row.cells[place] for name, place in places.items()}
        codes, unknown = split_codes(values["service_code_info"], taxonomy=taxonomy)
        yield listing_row(
            plain_texts(values, codes=codes, unknown_codes=unknown),
            row=row.number,
            source=source,
            kind=_kind(codes),
            problems=row.problems,
        )


def split_codes(text: str, *, taxonomy: Taxonomy) -> tuple[list[str], list[str]]:
    """The codes of `service_code_info`, those that our taxonomy holds and the others apart."""
    codes: list[str] = []
    unknown: list[str] = []
    for word in text.replace(CATEGORY_MARK, " ").split():
        term = taxonomy.term(word) or taxonomy.term(word.upper())
        if term is None:
            unknown.append(clean_text(word[:CODE_LIMIT]))
        else:
            codes.append(term.code)
    return codes, unknown


def _kind(codes: Iterable[str]) -> str:
    """Which of the two directories a row is of: only the mental-health one has the code MH."""
    found = set(codes)
    if "MH" in found:
        return "MH"
    return "SU" if found else ""
