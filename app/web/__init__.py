"""The doors for people: pages, their headers and their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Config


def register_web(app: Flask, config: Config) -> None:
    """Give the application its pages, headers, error pages and template words."""
    del app, config
