"""From the time on a wall somewhere to the moment that it is everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.hours_reader import DAY_MINUTES


def zone_named(timezone: str | None) -> ZoneInfo | None:
    """The time zone with an IANA name; None for no name and for one that is not known."""
    if not timezone:
        return None
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local_day(now: datetime, *, timezone: str | None) -> date:
    """The day that it is there at `now` (aware); that of UTC where the zone is not known."""
    return now.astimezone(zone_named(timezone) or UTC).date()


def wall_moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The UTC moment at which a clock on the wall there shows so many minutes after midnight.

    Minutes past 1440 are of the next day. A time that a change of clocks skips is the moment
    of the change or after it; of a time that comes twice it is the first.
    """
    days, rest = divmod(minutes, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=zone)
    return wall.astimezone(UTC)
