"""Every kind of bad input has a test that is there, or a reason why it has none yet."""

from __future__ import annotations

from tests.bad_inputs import LEFT_TO_THE_PROXY, NOT_YET, TESTS
from tests.named_tests import missing_tests

ROWS = range(1, 125)


def test_every_row_has_a_test_or_a_reason() -> None:
    assert sorted({*TESTS, *NOT_YET}) == list(ROWS)
    assert not set(TESTS) & set(NOT_YET)
    assert all(TESTS.values())
    assert all(NOT_YET.values())
    assert set(LEFT_TO_THE_PROXY) <= set(TESTS)


def test_every_test_that_is_named_is_there() -> None:
    behind = {test for _without, test in LEFT_TO_THE_PROXY.values()}
    assert not missing_tests({each for tests in TESTS.values() for each in tests} | behind)


def test_the_tests_are_among_those_that_run_on_both_engines() -> None:
    places = {each.split("/")[1] for tests in TESTS.values() for each in tests}
    assert places <= {"integration", "unit"}
