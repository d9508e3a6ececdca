"""A soak is green only where nobody was failed: its verdict over answers that were made up."""

from __future__ import annotations

import pytest

from bench import soak
from tests.load import Answer, Ask, Load

GOOD = [200] * 20


def verdict(
    outcomes: list[int | str],
    *,
    sizes: tuple[float, ...] = (100.0,) * 20,
    event: str | None = None,
    times: int = 0,
) -> int:
    answers = [Answer(Ask("/search?near=43215"), outcome, 0.1) for outcome in outcomes]
    return soak._verdict(Load(answers), sizes, seconds=1.0, event=event, times=times)


@pytest.mark.parametrize("event", [None, "restart", "reload", "kill"])
@pytest.mark.parametrize("bad", [500, 502, 503])
def test_one_answer_of_5xx_is_one_too_many(event: str | None, bad: int) -> None:
    assert verdict([*GOOD], event=event, times=2) == 0
    assert verdict([*GOOD, bad], event=event, times=2) == 1


@pytest.mark.parametrize("event", [None, "restart", "reload"])
def test_no_connection_may_be_broken_off_where_nothing_was_killed(event: str | None) -> None:
    assert verdict([*GOOD, "ConnectionResetError"], event=event, times=2) == 1


def test_killed_workers_take_along_what_their_threads_answered_and_no_more() -> None:
    broken = ["RemoteDisconnected"] * 8
    assert verdict([*GOOD, *broken], event="kill", times=2) == 0
    assert verdict([*GOOD, *broken, "ConnectionResetError"], event="kill", times=2) == 1
    assert verdict([*GOOD, "ConnectionResetError"], event="kill", times=0) == 1


def test_workers_that_grow_are_told_where_they_are_the_same_all_the_time() -> None:
    growing = tuple(100.0 + step for step in range(20))
    assert verdict(GOOD, sizes=growing) == 1
    assert verdict(GOOD, sizes=growing, event="restart") == 1
    assert verdict(GOOD, sizes=growing, event="reload") == 0
