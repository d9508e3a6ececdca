"""Law and content: what is due for a review, and a review by a person with a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.content.pages import load_guide
from app.content.reviewable import LAW, PAGE, Reviewable, reviewables
from app.db import transaction
from app.domain.review import Capacity, Review, ReviewState, Standing
from app.domain.text import clean_text
from app.extensions import db
from app.store.history import HistoryRecord, list_history
from app.store.reviews import list_reviews, review_id, save_review
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.submit import keeps_while_away
from app.web.clock import now
from app.web.content_now import current_law, standing_of
from app.web.formatters import day_words

_LONGEST_ROLE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """A page or a law entry in the queue. `due` is "" where it was never dated."""

    subject: str
    kind: str
    title: str
    url: str
    public_url: str
    state: str
    due: str
    is_due: bool


@blueprint.get("/reviews/")
def reviews() -> str:
    """Every page of the guide and every law entry, the one that is due longest first."""
    found = _standings()
    found.sort(key=lambda pair: (not pair[1].is_due, pair[1].due_on))
    views = [_text_view(text, stands) for text, stands in found]
    return render_template(
        "admin/reviews.html", texts=views, due=sum(view.is_due for view in views)
    )


@blueprint.get("/reviews/<subject>")
def review(subject: str) -> str:
    """One page of the guide: how its review stands, and the form for a new one."""
    text = find_text(subject)
    if not text.subject.startswith(PAGE):
        abort(HTTPStatus.NOT_FOUND)
    return _page(text)


@blueprint.post("/reviews/<subject>")
@keeps_while_away
def add_review(subject: str) -> ResponseReturnValue:
    """Mark a page or a law entry as reviewed; refused where its text changed meanwhile."""
    text = find_text(subject)
    by, moment = signed_in_user().name, now()
    role = clean_text(request.form.get("role", "")[: 4 * _LONGEST_ROLE])[:_LONGEST_ROLE]
    errors = _errors(text, role=role)
    if errors:
        return _page(text, errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    made = Review(
        subject=text.subject,
        fingerprint=text.fingerprint,
        reviewed_on=moment.date(),
        name=by,
        role=role,
        capacity=Capacity(request.form["capacity"]),
    )
    with transaction(db.session):
        save_review(db.session, made, by=by, now=moment)
    flash(
        _("Marked as reviewed: %(title)s. Your name is on the page.", title=text.title), "success"
    )
    return redirect(url_for("admin.reviews"))


def count_due_reviews() -> int:
    """How many pages and law entries are due for a review."""
    return sum(stands.is_due for _text, stands in _standings())


def find_text(subject: str) -> Reviewable:
    """The text of this subject; answers 404 where there is none."""
    found = {text.subject: text for text in _texts(now().date())}
    return found[subject] if subject in found else abort(HTTPStatus.NOT_FOUND)


def review_form(text: Reviewable) -> dict[str, object]:
    """What the form of a review shows, and how the review stands; for the page around it."""
    stands = standing_of(text, list_reviews(db.session), today=now().date())
    return {
        "text": text,
        "view": _text_view(text, stands),
        "capacities": (("", _("Choose one")), *_capacities()),
        "capacity": request.form.get("capacity", ""),
        "role": request.form.get("role", ""),
        "reviewer": signed_in_user().name,
        "past": [_past(each) for each in list_history(db.session, review_id(text.subject))],
    }


def state_words(stands: Standing) -> str:
    """How a review stands."""
    last = stands.review
    if last is None:
        return str(_("Never reviewed"))
    told = {
        ReviewState.CHANGED: _("Changed since %(name)s reviewed it on %(day)s"),
        ReviewState.DUE: _("Due again: %(name)s reviewed it on %(day)s"),
        ReviewState.CURRENT: _("Reviewed by %(name)s on %(day)s"),
    }[stands.state]
    return str(told) % {"name": last.name, "day": day_words(last.reviewed_on)}


def _page(text: Reviewable, *, errors: tuple[tuple[str, str], ...] = ()) -> str:
    return render_template(
        "admin/review.html",
        review=review_form(text),
        address=url_for("admin.add_review", subject=text.subject),
        all_errors=errors,
        errors=dict(errors),
    )


def _errors(text: Reviewable, *, role: str) -> tuple[tuple[str, str], ...]:
    found = []
    if request.form.get("fingerprint") != text.fingerprint:
        found.append(("has_read", _("The text changed while you read. Read it again, then tick.")))
    elif request.form.get("has_read") != "1":
        found.append(("has_read", _("Tick that you have read the whole text and its sources.")))
    if request.form.get("capacity") not in set(Capacity):
        found.append(("capacity", _("Choose as what you reviewed it.")))
    if not role:
        found.append(("role", _("Enter your role.")))
    return tuple(found)


def _texts(today: date) -> tuple[Reviewable, ...]:
    return reviewables(load_guide(on=today), law=current_law())


def _standings() -> list[tuple[Reviewable, Standing]]:
    today = now().date()
    known = list_reviews(db.session)
    return [(text, standing_of(text, known, today=today)) for text in _texts(today)]


def _text_view(text: Reviewable, stands: Standing) -> TextView:
    kind, _colon, key = text.subject.partition(":")
    is_law = kind == LAW
    return TextView(
        subject=text.subject,
        kind=_("Law") if is_law else _("Guide"),
        title=text.title,
        url=url_for("admin.law_entry", code=key)
        if is_law
        else url_for("admin.review", subject=text.subject),
        public_url=url_for("learn.law", _anchor=f"state-{key.lower()}")
        if is_law
        else url_for("learn.page", slug=key),
        state=state_words(stands),
        due="" if stands.due_on == date.min else day_words(stands.due_on),
        is_due=stands.is_due,
    )


def _capacities() -> tuple[tuple[str, str], ...]:
    return (
        (Capacity.CLINICIAN.value, _("As a clinician")),
        (Capacity.LAWYER.value, _("As a lawyer")),
        (Capacity.OTHER.value, _("As somebody else who knows the matter")),
    )


def _past(record: HistoryRecord) -> tuple[str, str]:
    return day_words(record.at.date()), record.by
