"""Opening hours in the index: equal hours share one pattern, reckoned once a minute."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.domain.dated_hours import opening_minutes
from app.domain.opening import (
    OpeningKind,
    is_weekly_only,
    opening_state,
    weekly_minutes,
    weekly_openings,
)
from app.domain.records import DatedHoursRecord
from app.domain.wall_clock import zone_named
from app.search.bits import Bits, Blocks, Rows, pack, unpack
from app.search.layout import IndexArrays, IndexMeta, OddHours
from app.store.codec import decode_dated_hours, decode_schedules

NEVER_OPEN: Final = 0
_CLOSED: Final = 0
_OPEN: Final = 1
_NOT_YET_RECKONED: Final = 2
_DAY_MINUTES: Final = 1_440
_HOUR_MINUTES: Final = 60
_MINUTE_SECONDS: Final = 60
_NO_HOURS: Final = b"[]"
_SPANS: Final = (
    *("weekly_patterns", "weekly_zones", "weekly_starts", "weekly_ends"),
    *("dated_patterns", "dated_zones", "dated_firsts", "dated_lasts"),
    *("extra_patterns", "extra_starts", "extra_ends"),
)


class HoursTable:
    """Gathers hours while an index is built; `number` gives equal hours equal numbers."""

    def __init__(self) -> None:
        self.zones: list[str] = []
        self.odd_hours: list[OddHours] = []
        self._zone_numbers: dict[str, int] = {}
        self._numbers: dict[tuple[str, bytes, bytes], int] = {}
        self._spans = {name: array("i") for name in _SPANS}

    @property
    def size(self) -> int:
        """How many patterns there are, with that of hours that are not known."""
        return len(self._numbers) + 1

    def number(
        self, timezone: str | None, schedules: bytes | None, dated_hours: bytes | None
    ) -> int:
        """The pattern of these hours; 0 where they are not known."""
        if timezone is None or (schedules is None and dated_hours is None):
            return NEVER_OPEN
        key = (timezone, schedules or _NO_HOURS, dated_hours or _NO_HOURS)
        known = self._numbers.get(key)
        if known is not None:
            return known
        number = self._numbers[key] = len(self._numbers) + 1
        self._add(number, *key)
        return number

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The spans of opening time, one array a fact, named as the index names them."""
        return {name: np.array(span, np.int32) for name, span in self._spans.items()}

    def _add(self, number: int, timezone: str, schedules: bytes, dated_hours: bytes) -> None:
        lines, dated = decode_schedules(schedules), decode_dated_hours(dated_hours)
        if lines and not is_weekly_only(lines):
            odd = OddHours(number, timezone, schedules.decode(), dated_hours.decode())
            self.odd_hours.append(odd)
            return
        zone = self._zone_number(timezone)
        if zone is None:
            return
        # The openings of a week with other days in it must each tell the day they began on.
        for start, end in weekly_openings(lines) if dated else weekly_minutes(lines):
            self._append("weekly", patterns=number, zones=zone, starts=start, ends=end)
        self._add_dated(number, zone, dated)

    def _add_dated(self, number: int, zone: int, dated: Sequence[DatedHoursRecord]) -> None:
        for each in dated:
            first, last = each.valid_from.toordinal(), each.valid_to.toordinal()
            self._append("dated", patterns=number, zones=zone, firsts=first, lasts=last)
        for start, end in opening_minutes(dated, timezone=self.zones[zone]):
            self._append("extra", patterns=number, starts=start, ends=end)

    def _append(self, kind: str, **values: int) -> None:
        for name, value in values.items():
            self._spans[f"{kind}_{name}"].append(value)

    def _zone_number(self, timezone: str) -> int | None:
        """The place of a zone among those of the index; None for one that is not known."""
        if timezone not in self._zone_numbers:
            if zone_named(timezone) is None:
                return None
            self._zone_numbers[timezone] = len(self.zones)
            self.zones.append(timezone)
        return self._zone_numbers[timezone]


class _Reckoned(NamedTuple):
    """What is known of each pattern in one minute."""

    minute: datetime
    states: NDArray[np.uint8]


class _OddState(NamedTuple):
    """A state of odd hours that holds from one moment until, but not at, another."""

    is_open: bool
    since: datetime
    until: datetime


class OpenHours:
    """Which listings of an index are open at a moment.

    Hours that are the same each week are looked up by the minute of the local week, and those
    of single days in their place by the day and the minute; all others are reckoned by `opening_state`, and only when a listing that has them is asked
    for. In the hour that a change of clocks skips or repeats the two may differ.
    """

    def __init__(self, arrays: IndexArrays, meta: IndexMeta) -> None:
        self._row_patterns: Rows = arrays.patterns
        self._patterns, self._zones = arrays.weekly_patterns, arrays.weekly_zones
        self._starts, self._ends = arrays.weekly_starts, arrays.weekly_ends
        self._dated_patterns, self._dated_zones = arrays.dated_patterns, arrays.dated_zones
        self._firsts, self._lasts = arrays.dated_firsts, arrays.dated_lasts
        self._extra_patterns = arrays.extra_patterns
        self._extra_starts, self._extra_ends = arrays.extra_starts, arrays.extra_ends
        self._zone_names = [ZoneInfo(zone) for zone in meta.zones]
        self._size = meta.patterns
        self._odd = {odd.pattern: odd for odd in meta.odd_hours}
        self._odd_numbers = np.array(sorted(self._odd), np.int32)
        self._odd_states: dict[int, _OddState] = {}
        self._reckoned: _Reckoned | None = None

    def bits(self, blocks: Blocks, among: Bits, *, now: datetime) -> Bits:
        """Those among the rows of these blocks that are open at `now` (aware)."""
        states = self._states(now)
        patterns = self._row_patterns.take(blocks, axis=0)
        found = states.take(patterns)
        if len(self._odd_numbers):
            undecided = pack(found == _NOT_YET_RECKONED) & among
            if undecided.any():
                self._reckon_odd(np.unique(patterns.reshape(-1)[unpack(undecided)]), states, now)
                found = states.take(patterns)
        return pack(found == _OPEN) & among

    def _states(self, now: datetime) -> NDArray[np.uint8]:
        minute = now.replace(second=0, microsecond=0)
        reckoned = self._reckoned
        if reckoned is None or reckoned.minute != minute:
            # Two threads may both reckon it: they come to the same states.
            reckoned = _Reckoned(minute, self._weekly_states(now))
            self._reckoned = reckoned
        return reckoned.states

    def _weekly_states(self, now: datetime) -> NDArray[np.uint8]:
        states = np.full(self._size, _CLOSED, np.uint8)
        if self._zone_names:
            local = [now.astimezone(zone) for zone in self._zone_names]
            states[self._open_by_week(local)] = _OPEN
            states[self._open_by_date(now)] = _OPEN
        states[self._odd_numbers] = _NOT_YET_RECKONED
        return states

    def _open_by_week(self, local: Sequence[datetime]) -> Rows:
        """The patterns that a line of the week opens, at the local times of the zones."""
        week = np.array([_minute_of_week(time) for time in local])
        minutes = week[self._zones]
        is_open = (self._starts <= minutes) & (minutes < self._ends)
        if len(self._dated_patterns):
            today = np.array([time.toordinal() for time in local])
            began_today = self._starts >= minutes - minutes % _DAY_MINUTES
            is_replaced = np.where(
                began_today,
                self._has_own_hours(today)[self._patterns],
                self._has_own_hours(today - 1)[self._patterns],
            )
            is_open &= ~is_replaced
        found: Rows = self._patterns[is_open]
        return found

    def _has_own_hours(self, days: NDArray[np.int64]) -> NDArray[np.bool_]:
        """By pattern, whether the day of its zone has hours in place of the week's."""
        found = np.zeros(self._size, np.bool_)
        day = days[self._dated_zones]
        found[self._dated_patterns[(self._firsts <= day) & (day <= self._lasts)]] = True
        return found

    def _open_by_date(self, now: datetime) -> Rows:
        minute = int(now.timestamp()) // _MINUTE_SECONDS
        is_open = (self._extra_starts <= minute) & (minute < self._extra_ends)
        found: Rows = self._extra_patterns[is_open]
        return found

    def _reckon_odd(
        self, patterns: NDArray[np.int32], states: NDArray[np.uint8], now: datetime
    ) -> None:
        for pattern in patterns.tolist():
            known = self._odd_states.get(pattern)
            if known is None or not known.since <= now < known.until:
                known = _odd_state(self._odd[pattern], now)
                self._odd_states[pattern] = known
            states[pattern] = _OPEN if known.is_open else _CLOSED


def _odd_state(odd: OddHours, now: datetime) -> _OddState:
    schedules = decode_schedules(odd.schedules.encode())
    dated = decode_dated_hours(odd.dated.encode())
    state = opening_state(schedules, timezone=odd.zone, now=now, dated=dated)
    # Open hours hold until they close and closed ones until they open. Of unknown ones, and
    # of those with no change to tell, nothing is promised beyond this minute.
    change = state.closes_at or state.opens_at or now + timedelta(minutes=1)
    return _OddState(state.kind is OpeningKind.OPEN, now, change)


def _minute_of_week(local: datetime) -> int:
    return local.weekday() * _DAY_MINUTES + local.hour * _HOUR_MINUTES + local.minute
