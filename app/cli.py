"""The commands of the application: parse arguments, call, print."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register_commands(app: Flask) -> None:
    """Give the application its commands."""
    del app
