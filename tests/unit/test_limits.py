"""Limits: never more than they say in any span, shared by processes, and kept by no disk."""

from __future__ import annotations

import multiprocessing
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.web.limits import Limit, Limiter

NOON = 1_795_521_600.0
TEN = Limit(name="sample", count=10, period_s=300)


@pytest.fixture
def limiter(tmp_path: Path) -> Iterator[Limiter]:
    made = Limiter("table", folder=tmp_path)
    yield made
    made.close()


def test_the_eleventh_try_has_to_wait(limiter: Limiter) -> None:
    waits = [limiter.take(TEN, "a", at=NOON + second) for second in range(11)]
    assert waits[:10] == [0] * 10
    assert 0 < waits[10] <= 320


def test_waiting_as_long_as_was_said_is_enough(limiter: Limiter) -> None:
    for second in range(10):
        limiter.take(TEN, "a", at=NOON + second)
    wait_s = limiter.take(TEN, "a", at=NOON + 10)
    assert limiter.take(TEN, "a", at=NOON + 10 + wait_s) == 0


def test_a_refused_try_does_not_make_the_wait_longer(limiter: Limiter) -> None:
    for _number in range(10):
        limiter.take(TEN, "a", at=NOON)
    first = limiter.take(TEN, "a", at=NOON)
    for _number in range(50):
        assert limiter.take(TEN, "a", at=NOON) == first


def test_subjects_and_names_are_counted_apart(limiter: Limiter) -> None:
    other = Limit(name="other", count=10, period_s=300)
    for _number in range(10):
        limiter.take(TEN, "a", at=NOON)
    assert limiter.take(TEN, "a", at=NOON) > 0
    assert limiter.take(TEN, "b", at=NOON) == 0
    assert limiter.take(other, "a", at=NOON) == 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    gaps=st.lists(st.floats(min_value=0, max_value=90), min_size=20, max_size=120),
    count=st.integers(min_value=1, max_value=12),
)
def test_no_span_of_the_period_holds_more_than_the_limit(
    limiter: Limiter, gaps: list[float], count: int
) -> None:
    limiter.forget()
    limit = Limit(name="sample", count=count, period_s=300)
    moment, taken = NOON, []
    for gap in gaps:
        moment += gap
        if limiter.take(limit, "a", at=moment) == 0:
            taken.append(moment)
    for start in taken:
        assert sum(start <= other < start + 300 for other in taken) <= count


def test_the_table_is_ours_alone_and_names_nobody(tmp_path: Path) -> None:
    limiter = Limiter("table", folder=tmp_path)
    for subject in ("203.0.113.0/24", "ada@example.org"):
        limiter.take(TEN, subject, at=NOON)
    content = (tmp_path / "table").read_bytes()
    assert b"203.0.113" not in content
    assert b"ada" not in content
    assert stat.S_IMODE((tmp_path / "table").stat().st_mode) == 0o600
    limiter.close()


def test_each_day_has_a_new_key_and_no_old_counts(tmp_path: Path) -> None:
    limiter = Limiter("table", folder=tmp_path)
    limiter.take(TEN, "a", at=NOON)
    first = (tmp_path / "table").read_bytes()
    limiter.take(TEN, "a", at=NOON + 86_400)
    second = (tmp_path / "table").read_bytes()
    assert first[:32] != second[:32]
    assert sum(byte != 0 for byte in second) < 100
    limiter.close()


def test_a_table_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(b"")
    (tmp_path / "table").chmod(0o666)
    with pytest.raises(PermissionError):
        Limiter("table", folder=tmp_path).take(TEN, "a")
    (tmp_path / "link").symlink_to(tmp_path / "table")
    with pytest.raises(OSError, match="link"):
        Limiter("link", folder=tmp_path).take(TEN, "a")


def test_without_a_memory_file_system_each_process_counts_for_itself(tmp_path: Path) -> None:
    limiter = Limiter("table", folder=tmp_path / "missing")
    waits = [limiter.take(TEN, "a", at=NOON) for _number in range(11)]
    assert sum(wait == 0 for wait in waits) == 10
    assert not (tmp_path / "missing").exists()
    limiter.close()


def _try_in_process(folder: Path, subject: str, tries: int) -> int:
    limiter = Limiter("table", folder=folder)
    taken = sum(limiter.take(TEN, subject, at=NOON) == 0 for _number in range(tries))
    limiter.close()
    return taken


def test_processes_count_together(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        results = pool.starmap(_try_in_process, [(tmp_path, "a", 40)] * 6)
    assert sum(results) == TEN.count
