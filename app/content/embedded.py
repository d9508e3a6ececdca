"""Everything that comes with the application as listings, keyed for the import that loads it."""

from __future__ import annotations

from app.content.entries import EmbeddedListing
from app.content.helplines import load_keyed_helplines
from app.content.starter_listings import load_keyed_starter_listings


def load_embedded_listings() -> tuple[EmbeddedListing, ...]:
    """Helplines, then starter listings; every `external_key` is there once."""
    return load_keyed_helplines() + load_keyed_starter_listings()
