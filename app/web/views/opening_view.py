"""Whether a place is open, as the macro `opening` shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from babel.dates import format_date, get_timezone_name

from app.domain.opening import (
    SOON,
    UNKNOWN_STATE,
    OpeningPhrase,
    describe_opening,
    opening_state,
)
from app.domain.records import DatedHoursRecord, ScheduleRecord
from app.domain.wall_clock import zone_named
from app.web.formatters import DEFAULT_LOCALE, clock, day_words
from app.web.wording import gettext as _
from app.web.wording import gettext_noop as marked
from app.web.wording import ngettext

_CLOSED_PHRASES: Final = frozenset(
    {
        OpeningPhrase.OPENS_SOON,
        OpeningPhrase.OPENS_TODAY,
        OpeningPhrase.OPENS_TOMORROW,
        OpeningPhrase.OPENS_THIS_WEEK,
        OpeningPhrase.OPENS_LATER,
        OpeningPhrase.CLOSED,
    }
)
# "Until 2:00 am" is plain on the night itself; a time further off needs its day.
_SAME_NIGHT: Final = timedelta(hours=18)
_MIDNIGHT: Final = time()
_FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)


# The words of each state, without a time and with one; gettext gives those of the page.
_WORDS: Final[Mapping[str, str]] = {
    "always": marked("Open now, day and night"),
    "open": marked("Open now"),
    "closing": marked("Open now"),
    "closed": marked("Closed now"),
    "appointment": marked("By appointment: call first"),
    "varies": marked("Open on some days only: call first"),
    "unknown": marked("Hours not known: call and ask"),
}
_TIMED_WORDS: Final[Mapping[str, str]] = {
    "open": marked("Open now, until %(time)s"),
    "closed": marked("Closed now, opens %(time)s"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningView:
    """One line about opening.

    `state`: always, open, closing, closed, appointment, varies or unknown. `time` is when it
    closes ("8:00 pm") or opens ("Monday 8:00 am"), None when not known; `minutes` until
    closing, for `closing` alone.
    """

    state: str
    time: str | None = None
    minutes: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody is there now."""
        return self.state in {"always", "open", "closing"}

    @property
    def words(self) -> str:
        """The line as it is read."""
        if self.state == "closing" and self.minutes is not None:
            return ngettext(
                "Open, closes in %(num)s minute", "Open, closes in %(num)s minutes", self.minutes
            )
        if self.time and self.state in _TIMED_WORDS:
            return _(_TIMED_WORDS[self.state], time=self.time)
        return _(_WORDS[self.state])


def opening_view(
    schedules: Sequence[ScheduleRecord],
    *,
    timezone: str | None,
    now: datetime,
    dated: Sequence[DatedHoursRecord] = (),
    locale: str = DEFAULT_LOCALE,
    names_zone: bool = False,
) -> OpeningView:
    """The line for these schedules at `now` (aware), in the place's own time zone.

    `dated` are the hours of single days in place of the week's.
    `names_zone` adds the zone to a time ("8:00 pm Eastern time"), for readers who may be in
    another one. Schedules that cannot be reckoned give `appointment` or `varies`, never closed.
    """
    # Most places of the federal lists have no hours, and need no look at their time zone.
    reckoned = (
        opening_state(schedules, timezone=timezone, now=now, dated=dated)
        if schedules or dated
        else UNKNOWN_STATE
    )
    described = describe_opening(reckoned, now=now)
    zone = f" {zone_words(timezone, locale=locale)}" if names_zone and timezone else ""
    if described.phrase is OpeningPhrase.OPEN_ALL_DAY:
        return OpeningView(state="always")
    if described.phrase is OpeningPhrase.CLOSES_SOON:
        return OpeningView(state="closing", minutes=described.minutes)
    if described.phrase is OpeningPhrase.OPEN_UNTIL and described.at:
        time = _closing_words(described.at, now=now, locale=locale)
        return OpeningView(state="open", time=time + zone)
    if described.phrase in _CLOSED_PHRASES:
        if described.at is None:
            return OpeningView(state="closed")
        time = _opening_words(described.phrase, described.at, now=now, locale=locale)
        return OpeningView(state="closed", time=time + zone)
    return OpeningView(state=_unreckoned(schedules))


def opening_holds_until(
    schedules: Sequence[ScheduleRecord],
    *,
    timezone: str | None,
    now: datetime,
    dated: Sequence[DatedHoursRecord] = (),
) -> datetime:
    """A moment before which `opening_view` says the same as at `now` (aware).

    Its words change when a place opens or closes, some hours before that, and with the day
    where the place is: at such a turn itself the moment is `now`. What cannot be reckoned, and
    minutes that are counted down, hold for this minute alone.
    """
    if not schedules and not dated:
        return _FOR_EVER
    state = opening_state(schedules, timezone=timezone, now=now, dated=dated)
    change = state.closes_at or state.opens_at
    if change is None or change - now < SOON:
        return next_minute(now)
    tomorrow = now.astimezone(change.tzinfo).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), tzinfo=change.tzinfo)
    moment = change.astimezone(UTC)
    turns = (midnight, moment - SOON, moment - _SAME_NIGHT)
    return min(turn.astimezone(UTC) for turn in turns if turn >= now)


def next_minute(now: datetime) -> datetime:
    """When the next minute of the clock begins."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def zone_words(timezone: str | None, *, locale: str = DEFAULT_LOCALE) -> str | None:
    """A time zone as people name it: "Eastern time"; None for none and for one not known."""
    if not timezone:
        return None
    zone = zone_named(timezone)
    if zone is None:
        return None
    name = str(get_timezone_name(zone, width="long", locale=locale, zone_variant="generic"))
    if "/" in name or "(" in name:  # A zone whose common name the tables lack.
        return _("%(place)s time", place=timezone.rpartition("/")[2].replace("_", " "))
    return name.replace(" Time", " time")


def clock_words(text: str, *, locale: str = DEFAULT_LOCALE) -> str:
    """A local time HH:MM as people say it; midnight and noon in words: "12:00 am" is misread."""
    if text == "00:00":
        return _("midnight")
    if text == "12:00":
        return _("noon")
    return clock(text, locale=locale)


def _unreckoned(schedules: Sequence[ScheduleRecord]) -> str:
    if any(line.is_by_appointment for line in schedules):
        return "appointment"
    return "varies" if schedules else "unknown"


def _closing_words(at: datetime, *, now: datetime, locale: str) -> str:
    time = clock_words(at.strftime("%H:%M"), locale=locale)
    is_same_day = now.astimezone(at.tzinfo).date() == at.date()
    is_same_night = at - now < _SAME_NIGHT
    if is_same_day or is_same_night:
        return time
    if at.time() == _MIDNIGHT:  # "Friday midnight" may be the night before Friday or after it.
        day = format_date(at - timedelta(days=1), "EEEE", locale=locale)
        return _("the end of %(day)s", day=day)
    return f"{format_date(at, 'EEEE', locale=locale)} {time}"


def _opening_words(phrase: OpeningPhrase, at: datetime, *, now: datetime, locale: str) -> str:
    if at.time() == _MIDNIGHT:
        return _midnight_words(phrase, at, locale=locale)
    time = clock_words(at.strftime("%H:%M"), locale=locale)
    if phrase is OpeningPhrase.OPENS_LATER:
        return f"{day_words(at.date(), locale=locale)}, {time}"
    if phrase is OpeningPhrase.OPENS_THIS_WEEK:
        return f"{format_date(at, 'EEEE', locale=locale)} {time}"
    days = (at.date() - now.astimezone(at.tzinfo).date()).days
    return _("tomorrow %(time)s", time=time) if days else _("today %(time)s", time=time)


def _midnight_words(phrase: OpeningPhrase, at: datetime, *, locale: str) -> str:
    """The first minute of a day: "tomorrow midnight" may be a whole day off."""
    if phrase is OpeningPhrase.OPENS_THIS_WEEK:
        return _("at the start of %(day)s", day=format_date(at, "EEEE", locale=locale))
    if phrase is OpeningPhrase.OPENS_LATER:
        return _("at the start of %(day)s", day=day_words(at.date(), locale=locale))
    return _("tonight at midnight")
