"""What the staff say of a place beside its facts, in a form, and back: alert, room, who sees what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from app.domain.address import names_street
from app.domain.notices import AVAILABILITY_LASTS_DAYS
from app.domain.records import AlertRecord, Availability, AvailabilityRecord, ListingRecord
from app.domain.text import clean_text
from app.web.wording import gettext as _

ALERT_FIELDS: Final = ("alert", "alert_until")
ROOM_FIELDS: Final = ("availability", "availability_on")
PRIVACY_FIELD: Final = "address_shown"
NOTICE_FIELDS: Final = (*ALERT_FIELDS, *ROOM_FIELDS, PRIVACY_FIELD)

LONGEST_ALERT: Final = 300
# An alert is for a while; what stays true belongs into the description.
_LONGEST_DAYS: Final = 366
_TOWN: Final = "town"
_EVERYBODY: Final = "all"
# The fields that visitors read, in which a confidential street must not stand.
_PUBLIC_TEXTS: Final = (
    "name", "organization_name", "description", "hours_note", "cost", "eligibility"
)  # fmt: skip

Problems = tuple[tuple[str, str], ...]


def shown_notices(record: ListingRecord) -> Mapping[str, str]:
    """The fields of the form for this record."""
    alert, room = record.alert, record.availability
    return {
        "alert": alert.text if alert else "",
        "alert_until": alert.until.isoformat() if alert else "",
        "availability": room.state.value if room else "",
        "availability_on": room.said_on.isoformat() if room else "",
        PRIVACY_FIELD: _TOWN if record.is_address_confidential else _EVERYBODY,
    }


def read_alert(fields: Mapping[str, str], *, today: date) -> tuple[AlertRecord | None, Problems]:
    """The alert that the fields say; None for none."""
    text = clean_text(fields["alert"][: 4 * LONGEST_ALERT])
    if not text:
        return None, ()
    if len(text) > LONGEST_ALERT:
        message = _("Notice: %(count)s characters at most.", count=LONGEST_ALERT)
        return None, (("alert", message),)
    until = _day(fields["alert_until"])
    if until is None or not today <= until <= today + timedelta(days=_LONGEST_DAYS):
        message = _("Notice: enter its last day, from today on and within a year.")
        return None, (("alert_until", message),)
    return AlertRecord(text=text, until=until), ()


def read_room(
    fields: Mapping[str, str], *, before: AvailabilityRecord | None, today: date
) -> tuple[AvailabilityRecord | None, Problems]:
    """What the place said of its room; of today, unless another day was entered."""
    if not fields["availability"]:
        return None, ()
    try:
        state = Availability(fields["availability"])
    except ValueError:
        return None, (("availability", _("Choose one of the list.")),)
    told = fields["availability_on"]
    is_another = before is not None and before.state is not state
    is_as_before = before is not None and told == before.said_on.isoformat()
    day = today if not told or (is_another and is_as_before) else _day(told)
    earliest = today - timedelta(days=AVAILABILITY_LASTS_DAYS)
    if day is None or not earliest <= day <= today:
        message = _(
            "Room for new people: enter the day they said so, within the last %(days)s days.",
            days=AVAILABILITY_LASTS_DAYS,
        )
        return None, (("availability_on", message),)
    return AvailabilityRecord(state=state, said_on=day), ()


def read_privacy(fields: Mapping[str, str]) -> bool:
    """Whether only the staff see the address."""
    return fields[PRIVACY_FIELD] == _TOWN


def told_in_public(record: ListingRecord) -> tuple[str, ...]:
    """The fields that visitors read in which the confidential street stands all the same."""
    address = record.address
    if address is None or not record.is_address_confidential or not address.address_1:
        return ()
    found = [field for field, text in _texts(record) if names_street(text, address.address_1)]
    return tuple(dict.fromkeys(found))


def availability_choices() -> Sequence[tuple[str, str]]:
    """The states of a place's room as (value, words) pairs."""
    return tuple((state.value, availability_words(state)) for state in Availability)


def availability_words(state: Availability) -> str:
    """A state of a place's room in words."""
    return {
        Availability.ACCEPTING: _("Takes new people"),
        Availability.WAITLIST: _("Waiting list"),
        Availability.FULL: _("Full"),
    }[state]


def privacy_choices() -> Sequence[tuple[str, str]]:
    """Who sees the address as (value, words) pairs."""
    return (
        (_EVERYBODY, _("Everybody")),
        (_TOWN, _("Staff only")),
    )


def _texts(record: ListingRecord) -> Sequence[tuple[str, str]]:
    texts = [(field, getattr(record, field) or "") for field in _PUBLIC_TEXTS]
    texts += [("accessibility", line) for line in record.accessibility]
    texts += [("phones", phone.description or "") for phone in record.phones]
    texts += [("schedules", schedule.description or "") for schedule in record.schedules]
    texts += [("dated_hours", dated.note or "") for dated in record.dated_hours]
    texts += [("service_areas", area.name) for area in record.service_areas]
    texts.append(("alert", record.alert.text if record.alert else ""))
    return texts


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
