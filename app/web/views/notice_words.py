"""What the staff say of a place for a while, in words: its alert and its room for new people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.notices import alert_in_force, availability_in_force
from app.domain.records import AlertRecord, Availability, AvailabilityRecord
from app.web.formatters import DEFAULT_LOCALE, partial_date
from app.web.wording import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """Whether a place takes new people, with the day it said so."""

    words: str
    has_room: bool


def alert_text(alert: AlertRecord | None, *, now: datetime, timezone: str | None) -> str | None:
    """The alert while it is in force, else None."""
    found = alert_in_force(alert, now=now, timezone=timezone)
    return found.text if found else None


def room_view(
    availability: AvailabilityRecord | None,
    *,
    now: datetime,
    timezone: str | None,
    locale: str = DEFAULT_LOCALE,
) -> RoomView | None:
    """What the place said of its room; None where it said nothing, or too long ago."""
    found = availability_in_force(availability, now=now, timezone=timezone)
    if found is None:
        return None
    pattern = {
        Availability.ACCEPTING: _("Takes new people, as it told us on %(day)s. Call to be sure."),
        Availability.WAITLIST: _("Has a waiting list, as it told us on %(day)s. Call and ask."),
        Availability.FULL: _("Was full on %(day)s, as it told us. Call and ask."),
    }[found.state]
    day = partial_date(found.said_on.isoformat(), locale=locale)
    return RoomView(words=pattern % {"day": day}, has_room=found.state is Availability.ACCEPTING)
