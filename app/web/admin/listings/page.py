"""The form of a Listing as its page shows it: rows, boxes, errors and warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, url_for
from flask_babel import gettext as _

from app.content.taxonomy import Term, load_taxonomy
from app.domain.hours_reader import DAY_CODES
from app.domain.hours_table import DAY_NAMES
from app.domain.listing import Listing
from app.domain.notices import AVAILABILITY_LASTS_DAYS
from app.domain.records import Delivery
from app.domain.text import fold, words
from app.gazetteer.states import states
from app.web.admin.listings.dated import (
    DATED_REMOVE,
    LONGEST_NOTE,
    DatedRow,
    dated_kinds,
    rows_to_come,
)
from app.web.admin.listings.helpline import TOPIC_FIELD, topic_choices
from app.web.admin.listings.notices import (
    LONGEST_ALERT,
    availability_choices,
    privacy_choices,
)
from app.web.admin.listings.reading import Reading
from app.web.admin.listings.typed import BLANK_ROWS, Typed, one, phone_rows
from app.web.admin.listings.values import delivery_choices, phone_kinds, status_choices
from app.web.admin.listings.week import ALWAYS, KEEP, TEXT, UNKNOWN, WEEK
from app.web.clock import now

NOTHING_READ: Final = Reading(changes={})


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxView:
    """One term with its box."""

    code: str
    name: str
    gloss: str
    is_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxesView:
    """The terms of a group; `chosen` counts the ticked ones."""

    id: str
    name: str
    boxes: tuple[BoxView, ...]
    chosen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """What is beside the fields: the version, the reason, what was confirmed and filtered."""

    version: int | None = None
    reason: str = ""
    confirmed: tuple[str, ...] = ()
    term_filter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFrame:
    """What stands around the fields: where the form goes and comes from, and its words.

    `here` is the endpoint that the page stands under; `crumbs` are (label, address) pairs;
    `beside` are hidden fields that come back with it, as (name, value) pairs.
    """

    here: str
    address: str
    back: str
    crumbs: tuple[tuple[str, str], ...]
    heading: str
    send: str
    notes: tuple[str, ...] = ()
    reason_hint: str = ""
    beside: tuple[tuple[str, str], ...] = ()


def editors_frame(listing: Listing | None) -> FormFrame:
    """The frame in which an editor changes a Listing or (None) adds one."""
    crumbs = ((_("Listings"), url_for("admin.listings")),)
    hint = _("For the history, such as: they told me on the phone. No names of visitors.")
    if listing is None:
        return FormFrame(
            here="admin.listings",
            address=url_for("admin.add_listing"),
            back=url_for("admin.listings"),
            crumbs=crumbs,
            heading=_("Add a listing"),
            send=_("Save"),
            reason_hint=hint,
        )
    back = url_for("admin.listing", listing_id=listing.id)
    return FormFrame(
        here="admin.listings",
        address=url_for("admin.edit_listing", listing_id=listing.id),
        back=back,
        crumbs=(*crumbs, (listing.record.name, back)),
        heading=_("Change %(name)s", name=listing.record.name),
        send=_("Save"),
        reason_hint=hint,
    )


def form_page(
    typed: Typed,
    *,
    listing: Listing | None,
    state: FormState,
    reading: Reading = NOTHING_READ,
    frame: FormFrame | None = None,
) -> str:
    """The form with what was typed, for a Listing that is there or (None) a new one.

    Without a frame it is the editor's, which saves at once.
    """
    groups = tuple(term_groups(typed.get("term", ()), sought=state.term_filter))
    shown_codes = {box.code for group in groups for box in group.boxes}
    is_helpline = listing is not None and listing.record.delivery is Delivery.HELPLINE
    return render_template(
        "admin/listings/form.html",
        frame=frame or editors_frame(listing),
        state=state,
        text={name: one(typed, name) for name in typed},
        errors=dict(reversed(reading.errors)),
        all_errors=reading.errors,
        cautions=reading.warnings,
        phones=_phone_rows(typed),
        removed=frozenset(typed.get("phone_remove", ())),
        phone_kinds=phone_kinds(),
        dated=_dated_rows(typed, listing),
        dated_kinds=dated_kinds(),
        dated_removed=frozenset(typed.get(DATED_REMOVE, ())),
        longest_note=LONGEST_NOTE,
        days=[(code, DAY_NAMES[code]) for code in DAY_CODES],
        hours_modes=_hours_modes(has_keep=one(typed, "hours_mode") == KEEP),
        deliveries=() if is_helpline else delivery_choices(),
        statuses=status_choices(),
        states=_state_choices(one(typed, "state")),
        groups=groups,
        rooms=(("", _("Not known")), *availability_choices()),
        privacies=privacy_choices(),
        topics=topic_choices() if is_helpline else (),
        topics_chosen=frozenset(typed.get(TOPIC_FIELD, ())),
        room_days=AVAILABILITY_LASTS_DAYS,
        longest_alert=LONGEST_ALERT,
        hidden_terms=[code for code in typed.get("term", ()) if code not in shown_codes],
    )


def term_groups(codes: Sequence[str], *, sought: str = "") -> Iterator[BoxesView]:
    """The terms by group, in the order of the public filters; only those that match the text."""
    taxonomy, ticked = load_taxonomy(), frozenset(codes)
    headings = [(group.id, group.name) for group in taxonomy.groups]
    headings += [(section.id, section.name) for section in taxonomy.sections]
    by_heading: dict[str, list[Term]] = {}
    for term in taxonomy.terms:
        by_heading.setdefault(term.group or term.section or "", []).append(term)
    for heading, name in headings:
        terms = [term for term in by_heading.get(heading, ()) if _matches(term, sought)]
        if terms:
            yield BoxesView(
                id=heading,
                name=name,
                boxes=tuple(_box(term, ticked) for term in terms),
                chosen=sum(term.code in ticked for term in terms),
            )


def _box(term: Term, ticked: frozenset[str]) -> BoxView:
    return BoxView(code=term.code, name=term.name, gloss=term.gloss, is_checked=term.code in ticked)


def _matches(term: Term, sought: str) -> bool:
    told = fold(" ".join((term.code, term.name, *term.official_names, *term.synonyms)))
    return all(word in told for word in words(sought))


def _phone_rows(typed: Typed) -> Sequence[tuple[str, str, str, str]]:
    """The rows with two blank ones behind them; blank rows that came back are not added up."""
    rows = list(phone_rows(typed))
    while rows and not any(part.strip() for part in (rows[-1][0], rows[-1][1], rows[-1][3])):
        rows.pop()
    return [*rows, *[("", "", "voice", "")] * BLANK_ROWS]


def _dated_rows(typed: Typed, listing: Listing | None) -> Sequence[DatedRow]:
    """The days that are not over, with blank rows behind them as for telephone numbers."""
    base = listing.record.dated_hours if listing else ()
    rows = rows_to_come(typed, base=base, today=now().date())
    return [*rows, *[DatedRow()] * BLANK_ROWS]


def _hours_modes(*, has_keep: bool) -> Sequence[tuple[str, str]]:
    modes: Mapping[str, Any] = {
        WEEK: _("A time for each day"),
        TEXT: _("One line of text"),
        ALWAYS: _("Open 24 hours, every day"),
        UNKNOWN: _("Not known"),
    }
    kept = ((KEEP, _("Keep the hours as they are")),) if has_keep else ()
    return (*kept, *modes.items())


def _state_choices(given: str) -> Sequence[tuple[str, str]]:
    found = {code: f"{place.label} ({code})" for code, place in states().items()}
    if given not in found:
        found = {given: given or _("Choose a state"), **found}
    return (*(() if "" in found else (("", _("Choose a state")),)), *found.items())
