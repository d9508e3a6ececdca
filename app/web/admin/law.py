"""The law entry of a state as the staff correct it, with its source and its day."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.content.kratom_law import (
    Confidence,
    LawSource,
    LawStatus,
    SevenOhStatus,
    SourceKind,
    StateLaw,
    load_kratom_law,
)
from app.content.reviewable import LAW
from app.db import transaction
from app.domain.address import website_or_none
from app.domain.dates import parse_partial_date
from app.domain.errors import ParseError, StaleEditError
from app.domain.text import clean_int, clean_text
from app.extensions import db
from app.store.history import HistoryRecord, list_history
from app.store.law_corrections import (
    find_correction,
    law_entry_id,
    save_correction,
    take_back_correction,
)
from app.web.admin import blueprint
from app.web.admin.door import signed_in_user
from app.web.admin.listings.submit import keeps_while_away
from app.web.admin.reviews import find_text, review_form
from app.web.clock import now
from app.web.content_now import current_law, source_key
from app.web.formatters import day_words
from app.web.views.law_words import confidence_words, seven_oh_words, speaker_words, status_words

_TEXTS: Final = ("law", "local_rules", "note")
_LONGEST_TEXT: Final = 1_000
_LONGEST_REASON: Final = 500
_OLDEST_AGE: Final = 99
_LAST_VERSION: Final = 2**31 - 1

Errors = tuple[tuple[str, str], ...]


@blueprint.get("/reviews/law/<code>")
def law_entry(code: str) -> str:
    """The entry as it is shown, with the forms to correct it and to mark it as reviewed."""
    return _page(code, _shown_fields(_entry(code)), version=_version(code))


@blueprint.post("/reviews/law/<code>")
@keeps_while_away
def change_law(code: str) -> ResponseReturnValue:
    """Correct the entry, or let the one that came with the application stand again."""
    shown, by = _entry(code), signed_in_user().name
    version = clean_int(request.form.get("version"), default=0, low=0, high=_LAST_VERSION)
    reason = clean_text(request.form.get("reason", "")[:_LONGEST_REASON]) or None
    is_taken_back = request.form.get("action") == "take_back"
    values, source, errors = ({}, None, ()) if is_taken_back else _read()
    if errors:
        return _page(
            code, _typed(), version=version, errors=errors
        ), HTTPStatus.UNPROCESSABLE_ENTITY
    moment = now()
    try:
        with transaction(db.session):
            if is_taken_back:
                take_back_correction(
                    db.session, code, form_version=version, by=by, reason=reason, now=moment
                )
            elif source is not None:
                save_correction(
                    db.session,
                    msgspec.structs.replace(shown, **values, sources=(source_key(code),)),
                    source,
                    shown=shown,
                    form_version=version,
                    by=by,
                    reason=reason,
                    now=moment,
                )
    except StaleEditError:
        message = _("Somebody changed this entry meanwhile. Look at it below, then save again.")
        page = _page(code, _typed(), version=_version(code), errors=(("status", message),))
        return page, HTTPStatus.CONFLICT
    flash(_("Saved. It is live."), "success")
    return redirect(url_for("admin.law_entry", code=code))


def _entry(code: str) -> StateLaw:
    entry = current_law().state(code)
    return entry if entry is not None else abort(HTTPStatus.NOT_FOUND)


def _version(code: str) -> int:
    kept = find_correction(db.session, code)
    return kept.version if kept else 0


def _read() -> tuple[Mapping[str, Any], LawSource | None, Errors]:
    """The fields of the entry and its source; errors are (field id, message) pairs."""
    form, errors = request.form, list[tuple[str, str]]()
    values: dict[str, Any] = {"year": None}
    for field, kind in (
        ("status", LawStatus),
        ("seven_oh", SevenOhStatus),
        ("confidence", Confidence),
    ):
        try:
            values[field] = kind(form.get(field, ""))
        except ValueError:
            errors.append((field, _("Choose one of the list.")))
    values["is_uncertain"] = form.get("is_uncertain") != "no"
    for field in _TEXTS:
        text = form.get(field, "")
        if len(text) > _LONGEST_TEXT:
            errors.append((field, _("%(count)s characters at most.", count=_LONGEST_TEXT)))
        # The page ends a law and a rule with a full stop of its own.
        told = clean_text(text[:_LONGEST_TEXT])
        values[field] = (told if field == "note" else told.rstrip(".")) or None
    age = form.get("min_age", "").strip()
    values["min_age"] = clean_int(age, default=0, low=0, high=_OLDEST_AGE) or None
    if age and str(values["min_age"]) != age:
        errors.append(("min_age", _("Enter an age in years, or nothing.")))
    try:
        as_of = parse_partial_date(clean_text(form.get("as_of", "")[:80]))
        values["as_of"] = str(as_of)
        if as_of.earliest > now().date():
            errors.append(("as_of", _("Enter a day that is not in the future.")))
    except ParseError:
        errors.append(
            ("as_of", _("Enter when the evidence is from, such as 2026-11-24 or 2026-11."))
        )
    source, problems = _read_source()
    return values, source, (*errors, *problems)


def _read_source() -> tuple[LawSource | None, Errors]:
    title = clean_text(request.form.get("source_title", "")[:_LONGEST_TEXT])
    if not title:
        return None, (("source_title", _("Enter where you read it.")),)
    try:
        kind = SourceKind(request.form.get("source_kind", ""))
        url = website_or_none(request.form.get("source_url", ""))
    except ParseError as error:
        return None, (("source_url", f"{_('Address of the source')}: {error.reason}"),)
    except ValueError:
        return None, (("source_kind", _("Choose one of the list.")),)
    # A seller's page is named, and no way leads to it.
    return LawSource(title=title, kind=kind, url=None if kind is SourceKind.INTEREST else url), ()


def _shown_fields(entry: StateLaw) -> Mapping[str, str]:
    sources = current_law().sources
    source = next((sources[key] for key in entry.sources if key in sources), None)
    return {
        "status": entry.status.value,
        "seven_oh": entry.seven_oh.value,
        "confidence": entry.confidence.value,
        "is_uncertain": "yes" if entry.is_uncertain else "no",
        "min_age": str(entry.min_age or ""),
        "as_of": entry.as_of or "",
        **{field: getattr(entry, field) or "" for field in _TEXTS},
        "source_title": source.title if source else "",
        "source_url": (source.url or "") if source else "",
        "source_kind": source.kind.value if source else SourceKind.OFFICIAL.value,
    }


def _typed() -> Mapping[str, str]:
    return {name: value[: 2 * _LONGEST_TEXT] for name, value in request.form.items()}


def _page(code: str, fields: Mapping[str, str], *, version: int, errors: Errors = ()) -> str:
    entry, own = _entry(code), load_kratom_law().state(code)
    kept = find_correction(db.session, code)
    return render_template(
        "admin/law_entry.html",
        entry=entry,
        shown=status_words(entry.status),
        own=own,
        own_status=status_words(own.status) if own else "",
        is_corrected=kept is not None and kept.is_in_force,
        version=version,
        text=fields,
        statuses=[(each.value, status_words(each)) for each in LawStatus],
        seven_ohs=[(each.value, seven_oh_words(each)) for each in SevenOhStatus],
        confidences=[(each.value, confidence_words(each)) for each in Confidence],
        kinds=[(each.value, speaker_words(each)) for each in SourceKind],
        today=now().date().isoformat(),
        review=review_form(find_text(f"{LAW}:{code}")),
        acts=[_act(each) for each in list_history(db.session, law_entry_id(code))],
        all_errors=errors,
        errors=dict(errors),
    )


def _act(record: HistoryRecord) -> tuple[str, str, str, str, str]:
    """Day, person, field, from and to, and the reason of one change."""
    words = {
        "status": _("Kratom leaf"),
        "seven_oh": _("7-OH products"),
        "min_age": _("Age"),
        "law": _("Law"),
        "local_rules": _("Local rules"),
        "note": _("Note"),
        "as_of": _("As of"),
        "confidence": _("How sure"),
        "is_uncertain": _("To be checked first"),
        "source": _("Source"),
        "": _("Taken back: our own entry stands"),
    }
    change = _told(record.before) if not record.field else ""
    if record.field:
        change = _("%(before)s → %(after)s", before=_told(record.before), after=_told(record.after))
    label = words.get(record.field, record.field)
    return day_words(record.at.date()), record.by, label, change, record.reason or ""


def _told(text: str) -> str:
    """A value of the history in a few words."""
    value = msgspec.json.decode(text)
    if isinstance(value, dict):
        return str(value.get("title") or value.get("status") or "")
    if value is None:
        return str(_("nothing"))
    if value in set(LawStatus):
        return status_words(LawStatus(value))
    if value in set(SevenOhStatus):
        return seven_oh_words(SevenOhStatus(value))
    return str(value)
