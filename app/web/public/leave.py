"""Where the quick exit passes on its way out of the site."""

from __future__ import annotations

from flask import render_template

from app.web.public import blueprint


@blueprint.get("/x")
def leave() -> str:
    """An empty page with a neutral title that goes on to another site."""
    return render_template("leave.html")
