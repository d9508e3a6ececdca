"""Why two Listings may be one place, or two, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.domain.duplicates import Reason
from app.web.wording import gettext as _

_LIKELY: Final = 75
_VERY_LIKELY: Final = 90


def reason_words(reason: Reason) -> str:
    """One reason as a part of a sentence."""
    return {
        Reason.SAME_NAME: _("the same name or nearly so"),
        Reason.NEAR_NAME: _("a similar name"),
        Reason.SAME_STREET: _("the same street and number"),
        Reason.NEAR_STREET: _("the same number in a street of a similar name"),
        Reason.SAME_UNIT: _("the same suite"),
        Reason.SAME_ZIP: _("the same ZIP code"),
        Reason.SAME_CITY: _("the same town"),
        Reason.SAME_PHONE: _("the same phone number"),
        Reason.SAME_WEBSITE: _("the same website"),
        Reason.SAME_POINT: _("the same point on the map"),
        Reason.OTHER_PROGRAM: _("another program"),
        Reason.NEAR_PROGRAM: _("a program of another name"),
        Reason.ONE_PROGRAM: _("only one of them names a program"),
        Reason.OTHER_NUMBER: _("another number in the name"),
        Reason.OTHER_STREET: _("another street or number"),
        Reason.OTHER_UNIT: _("another suite"),
        Reason.ONE_UNIT: _("only one of them has a suite"),
        Reason.OTHER_ZIP: _("another ZIP code"),
        Reason.OTHER_PHONE: _("another phone number"),
        Reason.OTHER_WEBSITE: _("another website"),
        Reason.FAR_APART: _("far from each other on the map"),
    }[reason]


def reasons_line(reasons: Iterable[Reason]) -> str:
    """Reasons one after the other, with commas."""
    return ", ".join(reason_words(reason) for reason in reasons)


def likeliness(score: int) -> str:
    """How likely it is that two are one place."""
    if score >= _VERY_LIKELY:
        return _("Very likely one place")
    return _("Likely one place") if score >= _LIKELY else _("Maybe one place")
