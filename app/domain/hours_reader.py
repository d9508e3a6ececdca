"""One segment of written opening hours, read word by word into lines of days and spans."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, NoReturn

from app.domain.errors import ParseError
from app.domain.text import fold

DAY_CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_MINUTES: Final = 1_440
NOON: Final = 720
LATEST_END: Final = 30 * 60
HOUR_MINUTES: Final = 60
HALF_DAY_HOURS: Final = 12

_DAY_WORDS: Final = {
    "MO": "mondays? mon mo",
    "TU": "tuesdays? tues tue tu",
    "WE": "wednesdays? weds wed we",
    "TH": "thursdays? thurs thur thu th",
    "FR": "fridays? fri fr",
    "SA": "saturdays? sat sa",
    "SU": "sundays? sun su",
}
DAY_PATTERN: Final = "|".join(
    word for words in _DAY_WORDS.values() for word in words.split() if len(word) > len("mo")
)
_DAYS: Final = [(code, re.compile("|".join(words.split()))) for code, words in _DAY_WORDS.items()]
_GROUPS: Final = {
    "weekdays": DAY_CODES[:5],
    "weekday": DAY_CODES[:5],
    "weekends": DAY_CODES[5:],
    "weekend": DAY_CODES[5:],
}
_NTH: Final = {
    "1st": "1",
    "first": "1",
    "2nd": "2",
    "second": "2",
    "3rd": "3",
    "third": "3",
    "4th": "4",
    "fourth": "4",
    "5th": "5",
    "fifth": "5",
    "last": "-1",
}

# In this order: "every second" before "second", "24 hours" before the time 24.
_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<other>every (?:other|second)\b|alternate\b)"
    r"|(?P<month>(?:of )?(?:the|each|every) month\b|of month\b|monthly\b)"
    r"|(?P<nth>[1-5](?:st|nd|rd|th)\b|first\b|second\b|third\b|fourth\b|fifth\b|last\b)"
    r"|(?P<allday>(?:open )?24 ?(?:hours|hrs?)\b(?: (?:a|per) day\b)?|all day\b)"
    r"|(?P<group>weekdays?\b|weekends?\b|daily\b|every ?day\b|each day\b"
    r"|(?:7|seven) days(?: (?:a|per) week)?\b)"
    r"|(?P<appointment>(?:only )?by (?:appointment|appt\.?)(?: only)?|appointments? only)"
    r"|(?P<closed>closed\b)"
    rf"|(?P<day>(?:{'|'.join(' '.join(_DAY_WORDS.values()).split())})\b\.?)"
    r"|(?P<time>\d{1,2}[:.]\d{2}(?:am|pm)?(?!\d)|\d{4}(?!\d)|\d{1,2}(?:am|pm)?(?!\d)"
    r"|noon\b|midnight\b)"
    r"|(?P<dash>-+|to\b|through\b|thru\b|until\b|till?\b)"
    r"|(?P<and>,|/|&|\+|and\b)"
    r"|(?P<fill>:|on\b|every\b|each\b|from\b|open\b|the\b|hours\b)"
    r")\s*",
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(am|pm)?", re.ASCII)
_DAY_STARTS: Final = frozenset({"day", "group", "nth", "other"})
_TIME_STARTS: Final = frozenset({"time", "allday"})


class Days(NamedTuple):
    """When a line applies: BYDAY values with FREQ and INTERVAL; no values for no day named."""

    byday: tuple[str, ...] = ()
    freq: str = "WEEKLY"
    interval: int = 1


class Span(NamedTuple):
    """Minutes after local midnight; the end is greater than the start, and may be past 1440."""

    start: int
    end: int


class Line(NamedTuple):
    """Days with their spans; no spans for days that are closed or by appointment."""

    days: Days
    spans: tuple[Span, ...] = ()
    is_by_appointment: bool = False
    is_closed: bool = False


class _Token(NamedTuple):
    kind: str
    text: str


class _Clock(NamedTuple):
    """A time as written: `half` is am, pm or "" when not said; `is_bare` has no minutes."""

    hour: int
    minute: int
    half: str
    is_bare: bool
    is_padded: bool


def read_lines(segment: str) -> tuple[Line, ...]:
    """The lines of a segment such as "Mon-Thu 09:00-12:00, 13:00-16:00", in order.

    Raises ParseError for any word that is not understood.
    """
    return tuple(_Reader(segment).lines())


def day_range(first: str, last: str) -> tuple[str, ...]:
    """The days from first to last, in the order of the week; Saturday to Monday wraps."""
    start, end = DAY_CODES.index(first), DAY_CODES.index(last)
    chosen = {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return tuple(code for number, code in enumerate(DAY_CODES) if number in chosen)


def checked_span(start: int, end: int, *, written: str) -> Span:
    """The span of two minutes of a day, past midnight where the end is before the start.

    Raises ParseError for times that no day has, equal ends, more than a day, and an end
    before a start in the morning, which is more often a missing "pm" than a long night.
    """
    if start >= DAY_MINUTES or end > LATEST_END:
        _refuse("no such time of day", written)
    if start == end:
        _refuse("opens and closes at the same time", written)
    if end == 0:
        end = DAY_MINUTES
    if end < start:
        if start < NOON:
            _refuse("closes before it opens: say am or pm", written)
        end += DAY_MINUTES
    if end - start > DAY_MINUTES or (end - start == DAY_MINUTES and start):
        _refuse("open for more than a day", written)
    return Span(start, end)


def clock_minutes(text: str) -> int:
    """Minutes after midnight of "HH:MM"; hours past 24 count on. ParseError for all else."""
    hour, _, minute = text.partition(":")
    is_time = len(hour) in {1, 2} and len(minute) == len("00")
    if not (is_time and (hour + minute).isdecimal() and int(minute) < HOUR_MINUTES):
        _refuse("no such time of day", text)
    return int(hour) * HOUR_MINUTES + int(minute)


def _refuse(reason: str, value: str) -> NoReturn:
    raise ParseError(reason, value=value)


def _tokens(segment: str) -> list[_Token]:
    text = re.sub(r"\b12(?::00)? ?(noon|midnight)\b", r"\1", fold(segment))
    found: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            _refuse(f'not understood from "{text[position : position + 40]}" on', segment)
        position = match.end()
        if match.lastgroup != "fill":
            found.append(_Token(match.lastgroup, match[match.lastgroup].rstrip(".")))
    return found


class _Reader:
    """Reads the tokens of one segment from left to right."""

    def __init__(self, segment: str) -> None:
        self._segment = segment
        self._tokens = _tokens(segment)
        self._position = 0

    def lines(self) -> list[Line]:
        found: list[Line] = []
        while self._take("and") or self._kind():
            kind = self._kind()
            if kind in _DAY_STARTS:
                found.append(self._predicate(self._days()))
            elif kind in _TIME_STARTS:
                found.append(self._times_first())
            elif self._take("appointment"):
                days = self._days() if self._kind() in _DAY_STARTS else Days()
                found.append(Line(days, is_by_appointment=True))
            elif self._take("closed") and self._kind() in _DAY_STARTS:
                found.append(Line(self._days(), is_closed=True))
            else:
                self._refuse("not understood")
        return found

    def _times_first(self) -> Line:
        spans = self._spans()
        if self._kind() not in _DAY_STARTS:
            self._refuse("which days? Write them before the times")
        days = self._days()
        return Line(days, spans, is_by_appointment=self._take("appointment"))

    def _predicate(self, days: Days) -> Line:
        if self._take("closed"):
            return Line(days, is_closed=True)
        if self._take("appointment"):
            return Line(days, is_by_appointment=True)
        if self._kind() not in _TIME_STARTS:
            self._refuse("days without times")
        spans = self._spans()
        return Line(days, spans, is_by_appointment=self._take("appointment"))

    def _days(self) -> Days:
        if self._take("other"):
            return Days(self._day_list(), interval=2)
        ordinals = self._ordinals()
        if not ordinals:
            return Days(self._day_list())
        listed = self._day_list()
        self._take("month")
        byday = tuple(ordinal + day for day in listed for ordinal in ordinals)
        return Days(byday, freq="MONTHLY")

    def _ordinals(self) -> list[str]:
        found: list[str] = []
        while self._kind() == "nth" or (found and self._kind() == "and" and self._kind(1) == "nth"):
            self._take("and")
            found.append(_NTH[self._next().text])
        return found

    def _day_list(self) -> tuple[str, ...]:
        chosen = set(self._day_or_range())
        while self._kind() == "and" and self._kind(1) in {"day", "group"}:
            self._take("and")
            chosen.update(self._day_or_range())
        return tuple(code for code in DAY_CODES if code in chosen)

    def _day_or_range(self) -> tuple[str, ...]:
        if self._kind() == "group":
            return _GROUPS.get(self._next().text, DAY_CODES)
        first = self._day()
        if self._kind() == "dash" and self._kind(1) == "day":
            self._take("dash")
            return day_range(first, self._day())
        return (first,)

    def _day(self) -> str:
        if self._kind() != "day":
            self._refuse("a day is missing")
        word = self._next().text
        return next(code for code, pattern in _DAYS if pattern.fullmatch(word))

    def _spans(self) -> tuple[Span, ...]:
        found = [self._span()]
        while self._kind() == "and" and self._kind(1) == "time":
            self._take("and")
            found.append(self._span())
        return tuple(found)

    def _span(self) -> Span:
        if self._take("allday"):
            return Span(0, DAY_MINUTES)
        start = self._clock()
        if not self._take("dash"):
            self._refuse("a closing time is missing")
        if self._kind() != "time":
            self._refuse("a closing time is missing")
        return self._resolved(start, self._clock())

    def _clock(self) -> _Clock:
        word = self._next().text
        if word in {"noon", "midnight"}:
            half = "pm" if word == "noon" else "am"
            return _Clock(HALF_DAY_HOURS, 0, half, is_bare=False, is_padded=True)
        match = _CLOCK.fullmatch(word)
        if match is None:
            self._refuse("no such time of day")
        hour, minute, half = match.groups(default="")
        if int(minute or 0) >= HOUR_MINUTES:
            self._refuse("no such time of day")
        if half and not 1 <= int(hour) <= HALF_DAY_HOURS:
            self._refuse("no such time of day")
        is_padded = len(hour) > 1
        return _Clock(int(hour), int(minute or 0), half, is_bare=not minute, is_padded=is_padded)

    def _resolved(self, start: _Clock, end: _Clock) -> Span:
        if not start.half and not end.half:
            self._refuse_halfless(start, end)
        elif not end.half or (not start.half and start.hour > HALF_DAY_HOURS):
            self._refuse("say am or pm for both times")
        elif not start.half:
            start = self._with_half(start, end)
        return checked_span(_minutes(start), _minutes(end, is_end=True), written=self._segment)

    def _with_half(self, start: _Clock, end: _Clock) -> _Clock:
        """The start of "10-2pm" with its half: the end's, where that is not after the end."""
        if end.half == "am" and end.hour == HALF_DAY_HOURS:
            self._refuse("say am or pm for both times")
        same = start._replace(half=end.half)
        if _minutes(same) < _minutes(end):
            return same
        return start._replace(half="am" if end.half == "pm" else "pm")

    def _refuse_halfless(self, start: _Clock, end: _Clock) -> None:
        """Refuses 9-5 and 1:00-4:00; 09:00-12:00 and 8:00-16:00 can only be of 24 hours."""
        is_small = start.hour <= HALF_DAY_HOURS and end.hour <= HALF_DAY_HOURS
        is_padded = start.is_padded and end.is_padded
        if start.is_bare or end.is_bare or (is_small and not is_padded):
            self._refuse("say am or pm for both times")

    def _kind(self, ahead: int = 0) -> str | None:
        position = self._position + ahead
        return self._tokens[position].kind if position < len(self._tokens) else None

    def _next(self) -> _Token:
        token = self._tokens[self._position]
        self._position += 1
        return token

    def _take(self, kind: str) -> bool:
        if self._kind() != kind:
            return False
        self._position += 1
        return True

    def _refuse(self, reason: str) -> NoReturn:
        _refuse(reason, self._segment)


def _minutes(clock: _Clock, *, is_end: bool = False) -> int:
    hour = clock.hour
    if clock.half:
        hour = hour % HALF_DAY_HOURS + (HALF_DAY_HOURS if clock.half == "pm" else 0)
    minutes = hour * HOUR_MINUTES + clock.minute
    return DAY_MINUTES if is_end and minutes == 0 else minutes
