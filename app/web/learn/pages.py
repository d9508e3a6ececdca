"""The contents of the guide, and each of its pages."""

from __future__ import annotations
