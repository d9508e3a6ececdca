"""How much waits behind each task of the first page, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from flask import current_app

from app.domain.import_run import RunState
from app.domain.proposal import ProposalState
from app.extensions import db
from app.store.checks_due import count_pressing
from app.store.duplicates import DuplicateFinder
from app.store.import_runs import count_runs
from app.store.proposals import count_proposals
from app.store.reports import count_reports
from app.web.admin.reviews import count_due_reviews
from app.web.wording import ngettext


def waiting_words(
    endpoints: Iterable[str], *, organization_id: UUID | None = None
) -> Mapping[str, str]:
    """Of these pages how many wait at each; those where nothing does are left out.

    `organization_id` is the one whose own proposals are counted.
    """
    counts = {endpoint: _count(endpoint, organization_id) for endpoint in endpoints}
    return {endpoint: _in_words(endpoint, number) for endpoint, number in counts.items() if number}


def _count(endpoint: str, organization_id: UUID | None) -> int:
    if endpoint == "admin.own_proposals" and organization_id is not None:
        return count_proposals(
            db.session, state=ProposalState.WAITING, organization_id=organization_id
        )
    return _COUNTS[endpoint]() if endpoint in _COUNTS else 0


def _in_words(endpoint: str, number: int) -> str:
    match endpoint:
        case "admin.checks":
            return ngettext("%(num)s in doubt", "%(num)s in doubt", number)
        case "admin.reports":
            return ngettext("%(num)s open", "%(num)s open", number)
        case "admin.duplicates":
            return ngettext("%(num)s pair", "%(num)s pairs", number)
        case "admin.reviews":
            return ngettext("%(num)s due", "%(num)s due", number)
        case _:
            return ngettext("%(num)s waiting", "%(num)s waiting", number)


def _proposals() -> int:
    return count_proposals(db.session, state=ProposalState.WAITING)


def _pairs() -> int:
    finder: DuplicateFinder = current_app.extensions["duplicates"]
    return len(finder.pairs(db.session))


_COUNTS: Final[Mapping[str, Callable[[], int]]] = {
    "admin.checks": lambda: count_pressing(db.session),
    "admin.reports": lambda: count_reports(db.session, is_open=True),
    "admin.proposals": _proposals,
    "admin.imports": lambda: count_runs(db.session, state=RunState.READY),
    "admin.duplicates": _pairs,
    "admin.reviews": count_due_reviews,
}
