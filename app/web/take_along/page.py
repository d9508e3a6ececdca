"""The page that offers the file, and the file itself."""

from __future__ import annotations

from typing import Final

from flask import Response, render_template, request
from werkzeug.exceptions import TooManyRequests

from app.web import clock
from app.web.learn.near_you import TypedPlace, read_place
from app.web.limits import Limit
from app.web.origin import refuse_other_origins
from app.web.take_along import blueprint
from app.web.take_along.contents import make_file
from app.web.tries import seconds_to_wait_as_network
from app.web.wording import gettext as _

# It names neither us, nor the matter, nor the place: others may see a folder of downloads.
FILE_NAME: Final = "notes.html"
# Each file is made anew; a machine that wants many of them has to wait, a waiting room has not.
BY_NETWORK: Final = Limit(name="take-along network", count=60, period_s=60)


@blueprint.route("/take-along", methods=["GET", "POST"])
def page() -> str:
    """What the file holds, which traces it leaves, and the form that makes it.

    POST is the same page for a place that should not stay in the browser's history.
    """
    near = _typed()
    return _page(near, error=near.error)


@blueprint.route("/take-along/file", methods=["GET", "POST"])
def file() -> Response | str:
    """The file for the place in `near`, or the page again where no one place is meant.

    Our form sends by POST: a browser keeps the address of each download in a list.
    """
    near = _typed()
    wait_s = seconds_to_wait_as_network(BY_NETWORK)
    if wait_s:
        raise TooManyRequests(retry_after=wait_s)
    if near.error or len(near.places) > 1:
        return _page(near, error=near.error or _("More than one place has this name"))
    answer = Response(make_file(near.place, now=clock.now()), mimetype="text/html")
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def _typed() -> TypedPlace:
    if request.method == "POST":
        refuse_other_origins()
    given = request.form if request.method == "POST" else request.args
    return read_place(given.get("meant") or given.get("near"))


def _page(near: TypedPlace, *, error: str | None) -> str:
    choices = near.suggestions or tuple(place.label for place in near.places)
    return render_template(
        "take_along/page.html",
        near=near.text,
        error=error,
        choices=choices if error else (),
        file_name=FILE_NAME,
    )
