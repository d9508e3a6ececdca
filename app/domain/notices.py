"""What the staff say of a place for a while, and whether it still holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.records import AlertRecord, AvailabilityRecord

# Rooms and waiting lists change from week to week. After a month an answer is no better than
# none: "full" would keep people from calling a place that has room again.
AVAILABILITY_LASTS_DAYS: Final = 30
# Where the zone is not known, a day ends last of all here.
_LAST_ZONE: Final = timezone(timedelta(hours=-12))


def alert_in_force(
    alert: AlertRecord | None, *, now: datetime, timezone: str | None = None
) -> AlertRecord | None:
    """The alert through its last day at the place, then None; `now` is aware."""
    if alert is None or _day(now, timezone) > alert.until:
        return None
    return alert


def availability_in_force(
    availability: AvailabilityRecord | None, *, now: datetime, timezone: str | None = None
) -> AvailabilityRecord | None:
    """What the place said of its room, None once that is AVAILABILITY_LASTS_DAYS ago."""
    if availability is None:
        return None
    last_day = availability.said_on + timedelta(days=AVAILABILITY_LASTS_DAYS)
    return availability if _day(now, timezone) <= last_day else None


def _day(now: datetime, zone: str | None) -> date:
    return now.astimezone(ZoneInfo(zone) if zone else _LAST_ZONE).date()
