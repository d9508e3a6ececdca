"""The chain of the history: what it is made of, and that no change of it goes unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.domain.errors import ParseError
from app.domain.history import (
    GENESIS,
    Anchor,
    HistoryEntry,
    canonical_json,
    chain_hash,
    chain_row,
    find_fault,
    format_anchor,
    moment_text,
    parse_anchor,
    parse_moment,
)

MOMENT = datetime(2026, 11, 24, 17, 0, 0, 42, tzinfo=UTC)
ENTRY = HistoryEntry(
    at=MOMENT,
    by="Sample Person",
    action="edit",
    resource_type="service_at_location",
    resource_id=UUID(int=7),
    field="phones",
    before='"(614) 555-0101"',
    after='"(614) 555-0102"',
    version=2,
    reason="a visitor told us",
    request_id="r1",
)


def _chain(length: int) -> list[tuple[dict[str, object], object]]:
    rows, previous = [], GENESIS
    for seq in range(1, length + 1):
        row = chain_row(ENTRY, seq=seq)
        previous = chain_hash(previous, row)
        rows.append((row, previous))
    return rows


def test_the_hash_of_a_known_record_never_changes() -> None:
    assert chain_hash(GENESIS, chain_row(ENTRY, seq=1)).hex() == (
        "7f9849597de2ab12286723900501bbfc7f2b59382d59753dc2943754817fbc82"
    )


def test_canonical_text_is_one_line_of_ascii_in_order() -> None:
    text = canonical_json({"b": "é\n", "a": None})
    assert text == b'{"a":null,"b":"\\u00e9\\n"}'


def test_null_and_empty_text_and_numbers_and_their_digits_differ() -> None:
    texts = {canonical_json({"a": value}) for value in (None, "", "null", 1, "1")}
    assert len(texts) == 5


def test_moment_comes_back_from_its_text() -> None:
    assert moment_text(MOMENT) == "2026-11-24T17:00:00.000042Z"
    assert parse_moment(moment_text(MOMENT)) == MOMENT


def test_whole_chain_has_no_fault_and_tells_its_end() -> None:
    rows = _chain(5)
    assert find_fault(rows) == (Anchor(head=rows[-1][1], count=5), None)
    assert find_fault([]) == (Anchor(head=GENESIS, count=0), None)


@pytest.mark.parametrize("column", sorted(chain_row(ENTRY, seq=1)))
@pytest.mark.parametrize("forged", ["x", None, 9, b"x"])
def test_forged_column_is_found_and_named(column: str, forged: object) -> None:
    rows = _chain(5)
    rows[2] = ({**rows[2][0], column: forged}, rows[2][1])
    _end, fault = find_fault(rows)
    assert fault is not None
    assert fault.seq == 3


@pytest.mark.parametrize("forged", [b"", GENESIS, None, "text"])
def test_forged_hash_is_found(forged: object) -> None:
    rows = _chain(5)
    rows[2] = (rows[2][0], forged)
    _end, fault = find_fault(rows)
    assert fault is not None
    assert fault.seq == 3


@pytest.mark.parametrize("position", [0, 2])
def test_missing_record_is_named(position: int) -> None:
    rows = _chain(5)
    del rows[position]
    _end, fault = find_fault(rows)
    assert fault is not None
    assert fault.seq == position + 1


def test_rewritten_end_is_found_by_the_anchor_alone() -> None:
    anchor = find_fault(_chain(5))[0]
    assert find_fault(_chain(3))[1] is None
    assert find_fault(_chain(7), anchor=anchor)[1] is None
    dropped = find_fault(_chain(3), anchor=anchor)[1]
    assert dropped is not None
    assert dropped.seq == 4
    other = Anchor(head=bytes([1]) * 32, count=5)
    forged = find_fault(_chain(7), anchor=other)[1]
    assert forged is not None
    assert forged.seq == 5


def test_anchor_of_nothing_holds_only_for_the_beginning() -> None:
    assert find_fault(_chain(2), anchor=Anchor(head=GENESIS, count=0))[1] is None
    assert find_fault(_chain(2), anchor=Anchor(head=bytes([1]) * 32, count=0))[1] is not None


def test_anchor_comes_back_from_its_text() -> None:
    anchor = find_fault(_chain(3))[0]
    assert parse_anchor(f" {format_anchor(anchor)}\n") == anchor


@pytest.mark.parametrize("text", ["", "abc:3", f"{'0' * 64}", f"{'0' * 64}:", f"{'g' * 64}:1"])
def test_text_that_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_anchor(text)
