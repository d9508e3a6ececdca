"""Numbers, dates, distances and telephone numbers as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from app.domain.errors import ParseError
from app.domain.records import PhoneKind, PhoneRecord
from app.web import formatters

METRES_IN_A_MILE = 1609.344


def make_phone(
    number: str = "+16145550134",
    *,
    display: str = "614-555-0134",
    kind: PhoneKind = PhoneKind.VOICE,
    extension: str | None = None,
) -> PhoneRecord:
    return PhoneRecord(number=number, display=display, kind=kind, extension=extension)


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        (make_phone(), "tel:+16145550134"),
        (make_phone(extension="12"), "tel:+16145550134;ext=12"),
        (make_phone("988", display="988"), "tel:988"),
        (make_phone("741741", display="741741", kind=PhoneKind.TEXT), "sms:741741"),
        (make_phone(kind=PhoneKind.FAX), ""),
        (make_phone("", display="see the website"), ""),
    ],
)
def test_phone_link_dials_texts_or_is_missing(phone: PhoneRecord, expected: str) -> None:
    assert formatters.phone_url(phone) == expected


def test_phone_text_shows_the_extension() -> None:
    assert formatters.phone_text(make_phone(extension="12")) == "(614) 555-0134 ext. 12"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((), ""),
        (("Medicaid",), "Medicaid"),
        (("Medicaid", "Medicare"), "Medicaid or Medicare"),
        (("a", "b", "c"), "a, b or c"),
    ],
)
def test_list_is_joined_as_it_is_said(items: tuple[str, ...], expected: str) -> None:
    assert formatters.join_words(items) == expected


def test_list_takes_another_conjunction() -> None:
    assert formatters.join_words(["a", "b"], "y") == "a y b"


@pytest.mark.parametrize(
    ("in_miles", "expected"),
    [
        (0, "0 miles"),
        (0.01, "0.1 miles"),
        (1, "1 mile"),
        (2.34, "2.3 miles"),
        (12.4, "12 miles"),
        (1234, "1,234 miles"),
    ],
)
def test_distance_has_the_right_number_and_noun(in_miles: float, expected: str) -> None:
    assert formatters.miles(in_miles * METRES_IN_A_MILE) == expected


@pytest.mark.parametrize(("in_miles", "expected"), [(0.2, "about 1 mile"), (3.6, "about 4 miles")])
def test_rough_distance_is_in_whole_miles(in_miles: float, expected: str) -> None:
    said = formatters.miles(in_miles * METRES_IN_A_MILE, about="about {distance}")
    assert said == expected


def test_distance_speaks_the_language_of_the_page() -> None:
    assert formatters.miles(5 * METRES_IN_A_MILE, locale="es_US") == "5 millas"


@pytest.mark.parametrize(
    ("locale", "expected"), [("en_US", "Nov 24, 2026"), ("en_GB", "24 Nov 2026")]
)
def test_day_is_written_the_way_its_readers_write_it(locale: str, expected: str) -> None:
    assert formatters.day_words(date(2026, 11, 24), locale=locale) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2022", "2022"), ("2022-03", "Mar 2022"), ("2022-03-04", "Mar 4, 2022")],
)
def test_partial_date_says_no_more_than_is_known(text: str, expected: str) -> None:
    assert formatters.partial_date(text) == expected


def test_partial_date_refuses_words() -> None:
    with pytest.raises(ParseError):
        formatters.partial_date("last spring")


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("08:00", "en_US", "8:00\u00a0am"),
        ("12:00", "en_US", "12:00\u00a0pm"),
        ("23:59", "en_US", "11:59\u00a0pm"),
        ("20:30", "de_DE", "20:30"),
    ],
)
def test_clock_follows_the_locale(text: str, locale: str, expected: str) -> None:
    assert formatters.clock(text, locale=locale) == expected


def test_weekday_is_named_from_its_code() -> None:
    assert [formatters.weekday(code) for code in ("MO", "SU")] == ["Monday", "Sunday"]


def test_weekday_refuses_a_code_that_is_none() -> None:
    with pytest.raises(ValueError, match="not in"):
        formatters.weekday("XX")


def test_whole_number_is_grouped() -> None:
    assert formatters.grouped(13204) == "13,204"


def test_template_filters_use_the_locale_of_the_page() -> None:
    filters = formatters.template_filters(lambda: "es_US")
    assert filters["miles"](5 * METRES_IN_A_MILE) == "5 millas"
    assert filters["weekday"]("MO") == "lunes"


def test_template_filters_keep_the_plain_ones() -> None:
    filters = formatters.template_filters(lambda: "en_US")
    assert filters["phone_url"](make_phone()) == "tel:+16145550134"
    assert filters["join_words"](["a", "b"]) == "a or b"


@dataclass(frozen=True)
class MadeChoice:
    value: str = "BU"
    label: str = "Buprenorphine"
    gloss: str = ""
    count: int | str = 41
    is_checked: bool = False


def test_choice_row_shows_label_and_count() -> None:
    assert formatters.choice_rows([MadeChoice()], "term", "f") == (
        '<label><input type="checkbox" name="term" form="f" value="BU">'
        "<span>Buprenorphine</span><b>41</b></label>\n"
    )


def test_chosen_row_is_checked() -> None:
    assert 'value="BU" checked>' in formatters.choice_rows(
        [MadeChoice(is_checked=True)], "term", "f"
    )


def test_choice_row_shows_its_gloss() -> None:
    rows = formatters.choice_rows([MadeChoice(gloss="a daily film")], "term", "f")
    assert "<span>Buprenorphine<small>a daily film</small></span>" in rows


def test_choice_rows_escape_every_text() -> None:
    nasty = '"><b>&'
    rows = formatters.choice_rows(
        [MadeChoice(value=nasty, label=nasty, gloss=nasty, count=nasty)], nasty, nasty
    )
    assert nasty not in rows
    assert rows.count("&#34;&gt;&lt;b&gt;&amp;") == 6


def test_no_choices_are_no_rows() -> None:
    assert formatters.choice_rows([], "term", "f") == ""
