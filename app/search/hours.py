"""Opening hours in the index: equal hours share one pattern, reckoned once a minute."""

from __future__ import annotations

from array import array
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from app.domain.opening import (
    OpeningKind,
    is_weekly_only,
    opening_state,
    weekly_minutes,
)
from app.search.bits import Bits, Blocks, Rows, pack, unpack
from app.search.layout import IndexArrays, IndexMeta, OddHours
from app.store.codec import decode_schedules

NEVER_OPEN: Final = 0
_CLOSED: Final = 0
_OPEN: Final = 1
_NOT_YET_RECKONED: Final = 2
_DAY_MINUTES: Final = 1_440
_HOUR_MINUTES: Final = 60


class HoursTable:
    """Gathers hours while an index is built; `number` gives equal hours equal numbers."""

    def __init__(self) -> None:
        self.zones: list[str] = []
        self.odd_hours: list[OddHours] = []
        self._zone_numbers: dict[str, int] = {}
        self._numbers: dict[tuple[str | None, bytes], int] = {}
        self._spans = {name: array("i") for name in ("patterns", "zones", "starts", "ends")}

    @property
    def size(self) -> int:
        """How many patterns there are, with that of hours that are not known."""
        return len(self._numbers) + 1

    def number(self, timezone: str | None, schedules: bytes | None) -> int:
        """The pattern of these hours; 0 where they are not known."""
        if schedules is None or timezone is None:
            return NEVER_OPEN
        key = (timezone, schedules)
        known = self._numbers.get(key)
        if known is not None:
            return known
        number = self._numbers[key] = len(self._numbers) + 1
        self._add(number, timezone, schedules)
        return number

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The spans of opening time, one array a fact, named as the index names them."""
        return {f"weekly_{name}": np.array(span, np.int32) for name, span in self._spans.items()}

    def _add(self, number: int, timezone: str, schedules: bytes) -> None:
        lines = decode_schedules(schedules)
        if not is_weekly_only(lines):
            self.odd_hours.append(OddHours(number, timezone, schedules.decode()))
            return
        if timezone not in self._zone_numbers:
            if not _is_zone(timezone):
                return
            self._zone_numbers[timezone] = len(self.zones)
            self.zones.append(timezone)
        for start, end in weekly_minutes(lines):
            self._spans["patterns"].append(number)
            self._spans["zones"].append(self._zone_numbers[timezone])
            self._spans["starts"].append(start)
            self._spans["ends"].append(end)


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

    Hours that are the same each week are looked up by the minute of the local week; all
    others are reckoned by `opening_state`, and only when a listing that has them is asked
    for. In the hour that a change of clocks skips or repeats the two may differ.
    """

    def __init__(self, arrays: IndexArrays, meta: IndexMeta) -> None:
        self._row_patterns: Rows = arrays.patterns
        self._patterns, self._zones = arrays.weekly_patterns, arrays.weekly_zones
        self._starts, self._ends = arrays.weekly_starts, arrays.weekly_ends
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
            local = np.array([_minute_of_week(now.astimezone(zone)) for zone in self._zone_names])
            minutes = local[self._zones]
            is_open = (self._starts <= minutes) & (minutes < self._ends)
            states[self._patterns[is_open]] = _OPEN
        states[self._odd_numbers] = _NOT_YET_RECKONED
        return states

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
    state = opening_state(schedules, timezone=odd.zone, now=now)
    # Open hours hold until they close and closed ones until they open. Of unknown ones, and
    # of those with no change to tell, nothing is promised beyond this minute.
    change = state.closes_at or state.opens_at or now + timedelta(minutes=1)
    return _OddState(state.kind is OpeningKind.OPEN, now, change)


def _minute_of_week(local: datetime) -> int:
    return local.weekday() * _DAY_MINUTES + local.hour * _HOUR_MINUTES + local.minute


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
