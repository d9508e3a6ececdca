"""The taxonomy in the database, kept in step with our data file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.models import Taxonomy, TaxonomyTerm
from app.store.rows import term_id

_NAMESPACE = UUID("c6a3f8c0-2b5e-5f5c-9a86-0d6f0f5f4b10")


class TermRow(NamedTuple):
    """A term as the database keeps it."""

    code: str
    name: str
    description: str
    taxonomy: str
    number: int


def save_terms(session: Session, terms: Iterable[TermRow]) -> int:
    """Make or refresh these terms; the number of rows that were written (0: all in step)."""
    wanted = {term.code: term for term in terms}
    schemes = {term.taxonomy for term in wanted.values()}
    _save_taxonomies(session, schemes)
    written = 0
    known = {row.code: row for row in session.execute(select(TaxonomyTerm)).scalars()}
    fresh = [_values(term) for code, term in wanted.items() if code not in known]
    if fresh:
        session.execute(insert(TaxonomyTerm), fresh)
    for code, term in wanted.items():
        row = known.get(code)
        if row and (row.name, row.description, row.number) != (
            term.name,
            term.description,
            term.number,
        ):
            session.execute(
                update(TaxonomyTerm).where(TaxonomyTerm.id == row.id).values(**_values(term))
            )
            written += 1
    return written + len(fresh)


def _values(term: TermRow) -> dict[str, object]:
    return {
        "id": term_id(term.code),
        "code": term.code,
        "name": term.name,
        "description": term.description,
        "taxonomy": term.taxonomy,
        "taxonomy_id": uuid5(_NAMESPACE, term.taxonomy),
        "number": term.number,
    }


def _save_taxonomies(session: Session, schemes: set[str]) -> None:
    known = set(session.execute(select(Taxonomy.name)).scalars())
    rows = [
        {"id": uuid5(_NAMESPACE, name), "name": name, "description": f"Terms of {name}"}
        for name in sorted(schemes - known)
    ]
    if rows:
        session.execute(insert(Taxonomy), rows)
