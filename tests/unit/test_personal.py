"""What is struck out of a visitor's words, and what stays."""

from __future__ import annotations

import time

import pytest

from app.domain.errors import ParseError
from app.domain.personal import ADDRESS_REMOVED, NUMBER_REMOVED, clean_lines, strike_out
from app.domain.report import format_reference, read_reference

OWN = ("+16145550134", "988", "+18005550100")


@pytest.mark.parametrize(
    "written",
    [
        "614-555-0199",
        "(614) 555-0199",
        "614.555.0199",
        "6145550199",
        "+1 614 555 0199",
        "1-614-555-0199",
        "6 1 4 5 5 5 0 1 9 9",
        "614\u2013555\u20130199",
        "614 / 555 / 0199",
        "555-0199",
        "614-555-0199 ext. 12",
        "614-555-0199 x12",
        "123-45-6789",
        "\u0666\u0661\u0664-\u0665\u0665\u0665-\u0660\u0661\u0669\u0669",
        "\uff16\uff11\uff14\uff15\uff15\uff15\uff10\uff11\uff19\uff19",
        "+44 20 7946 0000",
        # An own number with more digits in front is another number.
        "44 614 555 0134",
    ],
)
def test_number_of_a_person_is_struck_out(written: str) -> None:
    struck = strike_out(f"Call me at {written}, thanks", own_numbers=OWN)
    assert struck.text == f"Call me at {NUMBER_REMOVED}, thanks"
    assert struck.removed == (written,)


@pytest.mark.parametrize(
    "written",
    [
        "(614) 555-0134",
        "6145550134",
        "1-614-555-0134",
        "+1 614.555.0134",
        "555-0134",
        "614-555-0134 x12",
        "800-555-0100",
        "988",
        "911",
    ],
)
def test_own_number_of_the_listing_stays(written: str) -> None:
    text = f"I called {written} twice"
    assert strike_out(text, own_numbers=OWN).text == text


@pytest.mark.parametrize(
    "written",
    [
        "on 11/24/2026",
        "on 2026-11-24",
        "at 43215-1234",
        "from 9:00-17:00",
        "from 0900-1700",
        "from 9-5",
        "at 1200 N High Street, 43215",
        "for $1,500",
    ],
)
def test_dates_hours_and_streets_stay(written: str) -> None:
    assert strike_out(written, own_numbers=OWN).removed == ()


@pytest.mark.parametrize(
    "written",
    [
        "sample.person@example.org",
        "sample+tag@mail.example.co.uk",
        "SAMPLE@EXAMPLE.ORG",
        "s\u00e4mple@ex\u00e4mple.org",
        "sample (at) example.org",
        "sample [at] example [dot] org",
        "sample at example dot com",
        "sample @ example.com",
        "@sample_person",
    ],
)
def test_address_of_a_person_is_struck_out(written: str) -> None:
    struck = strike_out(f"Write {written} please")
    assert ADDRESS_REMOVED in struck.text
    assert len(struck.removed) == 1
    assert "ample" not in struck.text


def test_own_address_of_the_listing_stays() -> None:
    struck = strike_out("They read intake@example.org.", own_addresses=("Intake@example.org",))
    assert struck.removed == ()


@pytest.mark.parametrize("text", ["I sat at the dot on the map", "open at 9. come early", "a@", ""])
def test_plain_words_stay(text: str) -> None:
    assert strike_out(text).text == text


def test_several_are_told_in_their_order() -> None:
    struck = strike_out("614-555-0101 or a@example.org or 614-555-0102")
    assert struck.removed == ("614-555-0101", "a@example.org", "614-555-0102")


def test_striking_out_twice_changes_nothing_more() -> None:
    once = strike_out("614-555-0101 a@example.org @me 555-0102 x4").text
    assert strike_out(once).text == once
    assert strike_out(once).removed == ()


def test_number_split_by_unseen_characters_is_found_after_cleaning() -> None:
    text = clean_lines("614\u200b-555\u200d-01\u202e99", limit=2_000)
    assert strike_out(text).text == NUMBER_REMOVED


def test_cleaning_keeps_lines_and_takes_out_nul() -> None:
    assert clean_lines("one\x00\r\n two  words \n\n\n\nthree", limit=100) == (
        "one\ntwo words\n\nthree"
    )


def test_text_over_the_limit_is_refused() -> None:
    with pytest.raises(ParseError):
        clean_lines("a" * 2_001, limit=2_000)
    assert clean_lines("a" * 2_000, limit=2_000)


@pytest.mark.parametrize(
    "text", ["1(" * 1_000, "1 " * 1_000, "a." * 1_000, "a at " * 400, "@" * 2_000, "a@" * 1_000]
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.perf_counter()
    strike_out(text, own_numbers=OWN)
    assert time.perf_counter() - begun < 0.5


def test_reference_is_read_as_it_is_written_and_as_it_is_misread() -> None:
    reference = format_reference(bytes(range(10)))
    assert len(reference) == 19
    assert read_reference(reference) == reference
    assert read_reference(reference.lower().replace("-", " ").replace("0", "o")) == reference


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 16, "0" * 17, "%00" * 6, "0000-0000-0000-000?"])
def test_what_is_no_reference_is_none(text: str) -> None:
    assert read_reference(text) is None
