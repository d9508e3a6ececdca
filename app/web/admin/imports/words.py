"""Runs of imports in words: their states, kinds, sources and figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.domain.import_run import WORKING, ChangeKind, ImportRunRecord, RunState
from app.domain.text import clean_text
from app.gazetteer import state_name
from app.importers.formats import format_names
from app.importers.run import WHOLE_SOURCE
from app.web.wording import gettext as _

_LONGEST_NAME: Final = 80
_READ_OF_A_NAME: Final = 400


def file_words(name: str) -> str:
    """A file's name as it can be kept and shown: its last part, without anything unseen, cut."""
    last = name[-_READ_OF_A_NAME:].replace("\\", "/").rpartition("/")[2]
    cleaned = clean_text(last)
    if len(cleaned) > _LONGEST_NAME:
        # The end tells its kind.
        cleaned = f"{cleaned[: _LONGEST_NAME - 12]}…{cleaned[-10:]}"
    return cleaned or _("a file without a name")


def state_words(run: ImportRunRecord, *, is_alive: bool, has_begun: bool) -> str:
    """How far a run is; one whose process ended in the middle is interrupted."""
    if run.state in WORKING and not is_alive:
        return _("Interrupted") if has_begun else _("Did not start")
    return {
        RunState.READING: _("Being read"),
        RunState.READY: _("Waits for you"),
        RunState.APPLYING: _("Being applied"),
        RunState.DONE: _("Done"),
        RunState.FAILED: _("Could not be read"),
        RunState.DROPPED: _("Dropped"),
        RunState.UNDOING: _("Being undone"),
        RunState.UNDONE: _("Undone"),
    }[run.state]


def stage_words(stage: str) -> str:
    """What the process of a run does now."""
    return {
        "fetching": _("Fetching from the federal directory"),
        "reading": _("Reading the file"),
        "comparing": _("Comparing with the directory"),
        "waiting": _("Waiting for another import to end"),
        "applying": _("Writing the changes"),
        "undoing": _("Putting the changes back"),
    }.get(stage, _("Starting"))


def kind_words(kind: str) -> str:
    """A kind of change, or another part of a preview, as a heading."""
    return {
        ChangeKind.CREATED: _("New listings"),
        ChangeKind.UPDATED: _("Changed listings"),
        ChangeKind.MERGED: _("Joined with a listing of another source"),
        ChangeKind.RETIRED: _("Listings to retire, missing from the file"),
        "conflicts": _("Fields that people locked, which stay"),
        "problems": _("Problems by row"),
        "codes": _("Codes that we do not know"),
    }[kind]


def count_words(run: ImportRunRecord) -> tuple[tuple[str, int], ...]:
    """The counts of a run that are not 0, each with its words, in their order."""
    is_done = run.state in {RunState.DONE, RunState.UNDOING, RunState.UNDONE}
    words = {
        "rows": _("Rows read"),
        "created": _("New"),
        "updated": _("Changed"),
        "unchanged": _("As they were"),
        "merged": _("Joined with another row or listing"),
        "refused": _("Refused"),
        "left_out": _("Left out, as chosen"),
        "retired": _("Listings retired") if is_done else _("Listings to retire"),
        "conflicts": _("Locked fields that stay"),
    }
    return tuple((label, run.counts[name]) for name, label in words.items() if run.counts.get(name))


def kept_words(why: str) -> str:
    """Why an undo left a field."""
    return {
        "changed": _("changed since"),
        "checked": _("checked or changed by staff since"),
        "merged": _("merged with another listing since"),
        "other source": _("another source lists it too"),
    }[why]


def source_words(run: ImportRunRecord) -> str:
    """The name of a run's source; what was asked for while it is not known."""
    if run.source_name or run.summary:
        return run.source_name or (run.summary.source_name if run.summary else "")
    name = "findtreatment" if run.request.is_fetch else run.request.format
    return format_names().get(name, _("not known yet"))


def fetch_words(run: ImportRunRecord) -> str:
    """What a fetch asks for, which stands in the place of a file's name."""
    request = run.request
    if request.state:
        return _("All of %(state)s", state=state_name(request.state) or request.state)
    return _("%(miles)s miles around %(place)s", miles=request.radius_miles, place=request.near)


def complete_words(run: ImportRunRecord) -> str:
    """What the file is said to hold all of; "" for nothing."""
    state = run.request.complete_state
    if state == WHOLE_SOURCE:
        return _("everything that its source has")
    return (state_name(state) or state) if state else ""


def format_choices() -> Sequence[tuple[str, str]]:
    """The formats as (value, words) pairs, the one to find out in front."""
    return (("", _("Find out from the file")), *format_names().items())
