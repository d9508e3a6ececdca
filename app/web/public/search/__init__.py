"""The search page: from what a person typed to the places that can help."""

from __future__ import annotations

from app.web.public.search.page import search

__all__ = ["search"]
