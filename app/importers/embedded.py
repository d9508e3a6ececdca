"""The data that comes with the application, as two sources that are loaded like any file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from app.content.entries import EmbeddedListing
from app.content.helplines import load_keyed_helplines
from app.content.starter_listings import load_keyed_starter_listings
from app.content.taxonomy import load_taxonomy
from app.db import transaction
from app.importers.report import ImportReport
from app.importers.rows import ParsedFile, ParsedRow
from app.importers.run import WHOLE_SOURCE, RunOptions, run_import
from app.store.taxonomy import TermRow, save_terms

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

HELPLINES_SOURCE: Final = "help-first-helplines"
STARTER_SOURCE: Final = "help-first-starter"


def load_terms(session: Session) -> int:
    """Bring the taxonomy of the database in step with our file; how many terms were written."""
    terms = [
        TermRow(
            code=term.code,
            name=term.name,
            description=term.gloss,
            taxonomy=term.scheme,
            number=term.number,
        )
        for term in load_taxonomy().terms
    ]
    with transaction(session):
        return save_terms(session, terms)


def load_embedded(session: Session, *, now: datetime) -> tuple[ImportReport, ImportReport]:
    """Load helplines and starter listings; what people edited or verified stays as it is.

    An entry that a newer release of the application no longer has is retired.
    """
    helplines = _parsed(
        HELPLINES_SOURCE, "Help First helplines, read on public pages", load_keyed_helplines()
    )
    starters = _parsed(
        STARTER_SOURCE,
        "Help First starter listings, read on public pages",
        load_keyed_starter_listings(),
    )
    first, second = (
        run_import(
            session,
            parsed,
            options=RunOptions(
                now=now,
                file_name="embedded data",
                complete_state=WHOLE_SOURCE,
                is_confirmed=True,
            ),
        )
        for parsed in (helplines, starters)
    )
    return first, second


def _parsed(source_id: str, name: str, listings: Sequence[EmbeddedListing]) -> ParsedFile:
    return ParsedFile(
        source_id=source_id,
        source_name=name,
        source_url=None,
        edition=None,
        rows=_rows(listings),
        total=len(listings),
        rank=1,
    )


def _rows(listings: Sequence[EmbeddedListing]) -> Iterator[ParsedRow]:
    for number, listing in enumerate(listings, start=1):
        yield ParsedRow(row=number, record=listing.record, external_key=listing.external_key)
