"""Classification: taxonomies, their terms, and the Attributes that link a term to a thing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import long_text, uuid_key


class Taxonomy(Base):
    """A set of terms. HSDS taxonomy."""

    __tablename__ = "taxonomy"

    id: Mapped[uuid_key]
    name: Mapped[long_text]
    description: Mapped[long_text]
    uri: Mapped[long_text | None]
    version: Mapped[long_text | None]


class TaxonomyTerm(Base):
    """A term. HSDS taxonomy_term; `number` is its bit in the search index."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (UniqueConstraint("code"), UniqueConstraint("number"))

    id: Mapped[uuid_key]
    code: Mapped[str]
    name: Mapped[long_text]
    description: Mapped[long_text]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)
    taxonomy: Mapped[long_text | None]
    language: Mapped[str | None]
    taxonomy_id: Mapped[UUID] = mapped_column(ForeignKey("taxonomy.id"), index=True)
    term_uri: Mapped[long_text | None]
    number: Mapped[int] = mapped_column(comment="Ours: never given to another term.")


class Attribute(Base):
    """A term that holds for a Service. HSDS attribute.

    The pair is the key: a listing has about sixty of these, and a key of its own would
    double the largest table. HSDS's `id` is derived from the pair when it is written out.
    """

    __tablename__ = "attribute"
    __table_args__ = ({"sqlite_with_rowid": False},)

    link_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), primary_key=True)
    taxonomy_term_id: Mapped[UUID] = mapped_column(ForeignKey("taxonomy_term.id"), primary_key=True)
