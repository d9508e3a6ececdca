"""Data that would run as a script wherever a page took it for anything but text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from flask import Flask

from app.content.kratom_law import load_kratom_law
from app.content.pages import load_guide
from app.content.reviewable import reviewables
from app.db import Base, transaction
from app.domain.listing import Listing
from app.domain.records import (
    AlertRecord,
    AreaExtent,
    HelplineRecord,
    ListingRecord,
    PhoneRecord,
    ServiceAreaRecord,
)
from app.domain.review import Capacity, Review
from app.extensions import db
from app.models import ServiceAtLocation
from app.store.checks import verify_fields
from app.store.edits import edit_listing
from app.store.law_corrections import save_correction
from app.store.listings import get_listing
from app.store.reviews import save_review
from app.web.content_now import source_key
from tests.factories import NOW
from tests.visits import Sample

# Ends an attribute, a title, a field, a comment and a script, and then begins what runs.
POLYGLOT: Final = (
    "PLANTED'\"></title></textarea></script></style>--><script>alert(1)</script>"
    "<svg/onload=alert(2)><img src=x onerror=alert(3)><a href=javascript:alert(4)>"
    "`${alert(5)}`{{7*7}}\\x3cscript>javascript:alert(6)//' autofocus onfocus=alert(7) x='"
)
_ADDRESS: Final = f"https://example.org/{POLYGLOT}"

# Texts of people and of files; what holds codes, days or JSON of our own making is left.
_TEXTS: Final = {
    "check_due": ("taken_by",),
    "content_review": ("name",),
    "import_run": ("file_name", "started_by", "problem", "undone_by"),
    "listing_apart": ("said_by",),
    "listing_merge": ("merged_by",),
    "passkey": ("name",),
    "proposal": ("note", "proposed_by", "decided_by", "reason"),
    "report": ("details", "place_name", "place_town", "place_phone", "place_website", "taken_by"),
    "row_problem": ("field", "value", "reason"),
    "source": ("name", "url"),
    "source_record": ("edition",),
    "table_update": ("file_name", "uploaded_by", "applied_by"),
    "user_account": ("name",),
    "verification": ("verified_by",),
}


def poison(app: Flask, sample: Sample) -> None:
    """Put the polyglot into every text of the sample that a person or a file could have written."""
    with app.app_context():
        _poison_listing(sample.listing, website=_ADDRESS)
        _poison_listing(sample.other, website="javascript:alert(8)")
        for listing_id in _helplines():
            _poison_listing(listing_id, website=_ADDRESS)
        with transaction(db.session):
            _poison_law()
            _poison_review()
            for table, columns in _TEXTS.items():
                _poison_rows(Base.metadata.tables[table], columns)


def _poison_rows(table: sa.Table, columns: tuple[str, ...]) -> None:
    """What is not said stays so, since a table may want two columns to be said together."""
    for name in columns:
        said = table.c[name].is_not(None)
        db.session.execute(sa.update(table).where(said).values({name: POLYGLOT}))


def _helplines() -> list[UUID]:
    keys = db.session.execute(sa.select(ServiceAtLocation.id)).scalars().all()
    found = [key for key in keys if get_listing(db.session, key).record.helpline]
    return found[:3]


def _poison_listing(listing_id: UUID, *, website: str) -> None:
    listing = get_listing(db.session, listing_id)
    with transaction(db.session):
        edit_listing(
            db.session,
            listing_id,
            form_version=listing.version,
            changes=_changes(listing, website=website),
            by=POLYGLOT,
            reason=POLYGLOT,
            now=NOW,
        )
        # The file to take along has no place whose details are of no day.
        on = NOW.date()
        verify_fields(db.session, listing_id, ["phones"], how="call", by=POLYGLOT, on=on, now=NOW)


def _changes(listing: Listing, *, website: str) -> dict[str, Any]:
    record: ListingRecord = listing.record
    texts = ("description", "hours_note", "cost", "eligibility")
    changes: dict[str, Any] = dict.fromkeys(texts, POLYGLOT)
    changes |= {
        "name": f"Sample {POLYGLOT}",
        "email": f"a@example.org{POLYGLOT}",
        "website": website,
        "phones": (
            PhoneRecord(
                number="+16145550134", display=POLYGLOT, extension=POLYGLOT, description=POLYGLOT
            ),
        ),
        "accessibility": (POLYGLOT,),
        "alert": AlertRecord(text=POLYGLOT, until=NOW.date() + timedelta(days=30)),
        "service_areas": (ServiceAreaRecord(extent=AreaExtent.PLACE, code="OH", name=POLYGLOT),),
    }
    if record.address:
        changes["address"] = replace(
            record.address, address_1=POLYGLOT, address_2=POLYGLOT, city=POLYGLOT
        )
    if record.helpline:
        changes["helpline"] = _poisoned_helpline(record.helpline)
    return changes


def _poisoned_helpline(helpline: HelplineRecord) -> HelplineRecord:
    return replace(helpline, chat_url="javascript:alert(9)", text_keyword=POLYGLOT, notes=POLYGLOT)


def _poison_law() -> None:
    law = load_kratom_law()
    shown = law.state("OH")
    assert shown
    wanted = msgspec.structs.replace(
        shown, law=POLYGLOT, local_rules=POLYGLOT, note=POLYGLOT, sources=(source_key("OH"),)
    )
    source = next(iter(law.sources.values()))
    save_correction(
        db.session,
        wanted,
        msgspec.structs.replace(source, title=POLYGLOT, url="javascript:alert(10)"),
        shown=shown,
        form_version=0,
        by=POLYGLOT,
        reason=POLYGLOT,
        now=NOW,
    )


def _poison_review() -> None:
    texts = reviewables(load_guide(on=NOW.date()), law=load_kratom_law())
    text = next(each for each in texts if each.subject == "page:naloxone")
    review = Review(
        subject=text.subject,
        fingerprint=text.fingerprint,
        reviewed_on=NOW.date(),
        name=POLYGLOT,
        role=POLYGLOT,
        capacity=Capacity.CLINICIAN,
    )
    save_review(db.session, review, by=POLYGLOT, now=NOW)
