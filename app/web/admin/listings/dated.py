"""Days with hours of their own in a form, as rows, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from app.domain.dated_hours import LONGEST_DAYS, MOST_DATED_HOURS, clash, in_order, not_past
from app.domain.errors import ParseError, RowError
from app.domain.hours_reader import checked_span, clock_minutes
from app.domain.records import DatedHoursRecord
from app.domain.text import clean_text
from app.web.wording import gettext as _

DATED_FIELDS: Final = (
    "dated_from", "dated_to", "dated_kind", "dated_opens", "dated_closes", "dated_note"
)  # fmt: skip
DATED_REMOVE: Final = "dated_remove"
CLOSED: Final = "closed"
OPEN: Final = "open"
LONGEST_NOTE: Final = 100

# Nobody plans further; a year that was typed wrongly is not kept.
_FURTHEST_DAYS: Final = 2 * 366
_LONGEST_TEXT: Final = 80

Columns = Mapping[str, Sequence[str]]
Problems = tuple[tuple[str, str], ...]


class DatedRow(NamedTuple):
    """One row of the form; `last` is empty for a single day, `kind` closed or open."""

    first: str = ""
    last: str = ""
    kind: str = CLOSED
    opens: str = ""
    closes: str = ""
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nobody has typed in it."""
        return not any(part.strip() for part in self._replace(kind=""))


class DatedReading(NamedTuple):
    """What the rows say; nothing counts of it where there are problems, as (id, message) pairs."""

    dated: tuple[DatedHoursRecord, ...]
    problems: Problems = ()


def shown_dated(dated: Sequence[DatedHoursRecord]) -> Columns:
    """The columns of the form for these days, those that are over among them."""
    return columns_of([_shown(each) for each in in_order(dated)])


def dated_rows(typed: Columns) -> Iterator[DatedRow]:
    """The rows of the form, blank ones too."""
    columns = [typed.get(name, ()) for name in DATED_FIELDS]
    for position in range(max(len(column) for column in columns)):
        yield DatedRow(*(column[position] if position < len(column) else "" for column in columns))


def rows_to_come(
    typed: Columns, *, base: Sequence[DatedHoursRecord], today: date
) -> tuple[DatedRow, ...]:
    """The rows that a person still has to see: without days that are over, and blanks at the end."""
    over = _over(base, today)
    rows = [row for row in dated_rows(typed) if row not in over]
    while rows and rows[-1].is_blank:
        rows.pop()
    return tuple(rows)


def read_dated(typed: Columns, *, base: Sequence[DatedHoursRecord], today: date) -> DatedReading:
    """The days that the rows say; `today` is the day in UTC.

    Rows that are as they were keep their records; days that are over are left out, unless
    nothing else changed. What is over and was not there before is a problem: a wrong year.
    """
    removed, over = frozenset(typed.get(DATED_REMOVE, ())), _over(base, today)
    known = {_shown(each): each for each in base}
    rows = [
        (position, row)
        for position, row in enumerate(dated_rows(typed))
        if str(position) not in removed and not row.is_blank and row not in over
    ]
    if len(rows) > MOST_DATED_HOURS:
        message = _("At most %(count)s days with other hours.", count=MOST_DATED_HOURS)
        return DatedReading((), (("dated_from_0", message),))
    found: dict[int, DatedHoursRecord] = {}
    problems: list[tuple[str, str]] = []
    for position, row in rows:
        try:
            found[position] = known.get(row) or _read(row, today=today)
        except RowError as error:
            problems.append((f"{error.field}_{position}", _named(position, error.reason)))
    if problems:
        return DatedReading((), tuple(problems))
    return _checked(found, base=base, today=today)


def dated_kinds() -> Sequence[tuple[str, str]]:
    """What can be said of a day, as (value, words) pairs."""
    return ((CLOSED, _("Closed")), (OPEN, _("Open at these times")))


def columns_of(rows: Sequence[DatedRow]) -> Columns:
    """The columns of the form for these rows."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(DATED_FIELDS)
    return dict(zip(DATED_FIELDS, (tuple(column) for column in columns), strict=True))


def _checked(
    found: Mapping[int, DatedHoursRecord], *, base: Sequence[DatedHoursRecord], today: date
) -> DatedReading:
    positions, dated = tuple(found), tuple(found.values())
    met = clash(dated)
    if met is not None:
        first, second = (positions[place] for place in met)
        reason = _("it has a day in common with row %(count)s.", count=first + 1)
        return DatedReading((), ((f"dated_from_{second}", _named(second, reason)),))
    unchanged = in_order(dated) == not_past(base, today=_yesterday(today))
    return DatedReading(tuple(base) if unchanged else in_order(dict.fromkeys(dated)))


def _read(row: DatedRow, *, today: date) -> DatedHoursRecord:
    first = _day("dated_from", row.first)
    last = _day("dated_to", row.last) if row.last.strip() else first
    if last < first:
        raise _wrong(field="dated_to", reason=_("the last day comes before the first."))
    if last < _yesterday(today):
        raise _wrong(field="dated_from", reason=_("this day is over. Is the year right?"))
    if last - first >= timedelta(days=LONGEST_DAYS):
        raise _wrong(
            field="dated_to", reason=_("a year at most. Change the hours of the week instead.")
        )
    if last > today + timedelta(days=_FURTHEST_DAYS):
        raise _wrong(
            field="dated_from", reason=_("this is more than two years off. Is the year right?")
        )
    opens, closes = _times(row)
    return DatedHoursRecord(
        valid_from=first, valid_to=last, opens_at=opens, closes_at=closes, note=_note(row.note)
    )


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip()[:_LONGEST_TEXT])
    except ValueError:
        reason = _("enter a day that exists, such as 2026-12-25.")
        raise _wrong(field=field, reason=reason) from None


def _times(row: DatedRow) -> tuple[str | None, str | None]:
    """The times of an open day; (None, None) for a closed one."""
    opens, closes = (text.strip()[:_LONGEST_TEXT] for text in (row.opens, row.closes))
    if row.kind == CLOSED:
        if opens or closes:
            raise _wrong(
                field="dated_kind", reason=_("closed, or open at these times? Choose one.")
            )
        return None, None
    if row.kind != OPEN:
        raise _wrong(field="dated_kind", reason=_("choose one of the list."))
    if not (opens and closes):
        raise _wrong(field="dated_opens", reason=_("enter when it opens and when it closes."))
    try:
        checked_span(clock_minutes(opens), clock_minutes(closes), written=f"{opens}-{closes}")
    except ParseError as error:
        raise _wrong(field="dated_opens", reason=f"{error.reason}.") from error
    return opens, closes


def _note(text: str) -> str | None:
    note = clean_text(text[: 4 * LONGEST_NOTE])
    if len(note) > LONGEST_NOTE:
        reason = _("a note has %(count)s characters at most.", count=LONGEST_NOTE)
        raise _wrong(field="dated_note", reason=reason)
    return note or None


def _shown(dated: DatedHoursRecord) -> DatedRow:
    first, last = dated.valid_from.isoformat(), dated.valid_to.isoformat()
    return DatedRow(
        first=first,
        last=last if last != first else "",
        kind=OPEN if dated.opens_at else CLOSED,
        opens=dated.opens_at or "",
        closes=dated.closes_at or "",
        note=dated.note or "",
    )


def _over(base: Sequence[DatedHoursRecord], today: date) -> frozenset[DatedRow]:
    return frozenset(_shown(each) for each in base if each.valid_to < _yesterday(today))


def _yesterday(today: date) -> date:
    """The first day that is not over everywhere: west of Greenwich it may still be yesterday."""
    return today - timedelta(days=1)


def _named(position: int, reason: str) -> str:
    return _("Days with other hours, row %(count)s: %(reason)s", count=position + 1, reason=reason)


def _wrong(*, field: str, reason: str) -> RowError:
    return RowError(field=field, value="", reason=reason)
