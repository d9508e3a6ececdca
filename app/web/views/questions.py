"""What to ask when you call a place, made of what is not known about it."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.records import Delivery, ListingRecord
from app.web.views.care_words import met_choices, negative_codes
from app.web.views.ongoing_care import is_withdrawal_only
from app.web.wording import gettext as _


def call_questions(record: ListingRecord) -> tuple[str, ...]:
    """Questions for the call, the one that decides most in front."""
    codes = frozenset(record.term_codes)
    questions = [_first_question(record, codes)]
    if _treats(codes):
        questions.append(_medicine_question(codes))
    if is_withdrawal_only(codes):
        questions.append(_("What care comes after withdrawal care, and who sets it up?"))
    if not record.schedules and not record.hours_note:
        questions.append(_("What are your hours?"))
    if record.delivery is Delivery.SITE and record.accepts_walk_ins is None:
        questions.append(_("Can I walk in, or do I need an appointment?"))
    if not record.cost and not met_choices(codes, "payment"):
        questions.append(_("What will I have to pay? Do you take my insurance, or people without?"))
    if record.is_address_confidential:
        questions.append(_("Where do I come, and which door do I use?"))
    elif record.address is not None and not record.address.address_1:
        questions.append(_("What is the exact address, and which door do I use?"))
    if not record.eligibility and not met_choices(codes, "age"):
        questions.append(_("Is there anybody you cannot take, by age or for another reason?"))
    questions.append(_("What should I bring? Do I need an ID?"))
    if not record.languages and not met_choices(codes, "language"):
        questions.append(_("Does somebody there speak my language?"))
    return tuple(questions)


def _first_question(record: ListingRecord, codes: Collection[str]) -> str:
    if _treats(codes):
        return _("Do you take new people now? How soon could I start?")
    if record.delivery is Delivery.MAIL:
        return _("How soon would it come, and what name will be on the parcel?")
    return _("Is this still the right number for this, and what can you help me with?")


def _medicine_question(codes: Collection[str]) -> str:
    if negative_codes(codes):
        return _("Can I stay on methadone or buprenorphine from another place while I am there?")
    if met_choices(codes, "medicine"):
        return _("Which medicines can I start here, and for how long can I stay on them?")
    return _("Do you offer buprenorphine or methadone? Can I stay on it?")


def _treats(codes: Collection[str]) -> bool:
    """Whether it reports treatment, not only supplies or information."""
    settings = [each for each in met_choices(codes, "setting") if not each.code.startswith("HR-")]
    has_care = met_choices(codes, "medicine") or met_choices(codes, "withdrawal")
    return "SA" in codes or bool(settings or has_care)
