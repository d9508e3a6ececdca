"""Addresses, names and websites; ids that never change have golden values here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.address import (
    listing_id,
    listing_key,
    normalize_name,
    normalize_street,
    normalize_zip,
    parse_zip,
    split_unit,
    website_or_none,
)
from app.domain.errors import ParseError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02139", "02139"),
        ("2139", "02139"),
        ("2139.0", "02139"),
        ("601", "00601"),
        ("02139-1234", "02139"),
        ("2139-1234", "02139"),
        ("021391234", "02139"),
        ("21391234", "02139"),
        ("02139-", "02139"),
        (" 96910 ", "96910"),
        ("", ""),
        (None, ""),
    ],
)
def test_zip_codes_of_files_get_their_zeros_back(text: str | None, expected: str) -> None:
    assert normalize_zip(text) == expected


@pytest.mark.parametrize("text", ["00000", "21", "ABCDE", "1234567", "02139-12", "K1A 0B1", "-1"])
def test_what_is_no_zip_code_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        normalize_zip(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15213", "15213"),
        ("15213-3890", "15213"),
        ("\uff11\uff15\uff12\uff11\uff13", "15213"),
        ("١٥٢١٣", "15213"),
    ],
)
def test_a_typed_zip_code_may_have_four_more_digits_and_any_script(
    text: str,
    expected: str,
) -> None:
    assert parse_zip(text) == expected


@pytest.mark.parametrize("text", ["1521", "152133", "", "Boston", "15213-38"])
def test_a_typed_zip_code_without_five_digits_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="5 digits"):
        parse_zip(text)


@pytest.mark.parametrize(
    ("line", "street", "unit"),
    [
        ("1715 North George Mason Drive, Suite 201", "1715 North George Mason Drive", "Suite 201"),
        ("100 Main St #4", "100 Main St", "#4"),
        ("9 Elm St\tUnit 5", "9 Elm St", "Unit 5"),
        ("9 Elm St, Bldg A-3 2nd Floor", "9 Elm St", "Bldg A-3 2nd Floor"),
        ("212 S 4th St First floor, main entrance", "212 S 4th St", "First floor, main entrance"),
        ("9 Elm St Ste B", "9 Elm St", "Ste B"),
        ("25 Building Trades Way", "25 Building Trades Way", None),
        ("10 Ste. Genevieve Rd", "10 Ste. Genevieve Rd", None),
        ("12 Lot Road", "12 Lot Road", None),
        ("3rd Floor", "3rd Floor", None),
        ("P.O. Box 12", "P.O. Box 12", None),
    ],
)
def test_the_unit_stands_apart_from_the_street(line: str, street: str, unit: str | None) -> None:
    assert split_unit(line) == (street, unit)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("75 P Street NE", "75 P St. N.E."),
        ("1715 North George Mason Drive", "1715 N. George Mason Dr, Suite 201"),
        ("One Smithfield Street", "1 SMITHFIELD ST"),
        ("230 Fifth Avenue", "230 5th Ave"),
        ("12\tOak   Boulevard", "12 Oak Blvd"),
        ("5 Peña Road", "5 Pena Rd."),
        ("10 St. Mary\u2019s Court", "10 Saint Marys Ct"),
        ("P.O. Box 12", "PO Box 12"),
    ],
)
def test_two_spellings_of_a_street_are_one(first: str, second: str) -> None:
    assert normalize_street(first) == normalize_street(second) != ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("12 North Oak Street", "12 South Oak Street"),
        ("12 Oak Street", "12 Oak Avenue"),
        ("12 Oak Street", "121 Oak Street"),
        ("12 Oak Street", "12 Oak Street NE"),
    ],
)
def test_two_streets_stay_two(first: str, second: str) -> None:
    assert normalize_street(first) != normalize_street(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The Sample Clinic, Inc.", "SAMPLE CLINIC"),
        ("Sample & Sons LLC", "Sample and Sons"),
        ("Sample Clínica", "sample clinica"),
        ("St. Mary\u2019s Sample", "St Marys Sample"),
        ("Sample\u00a0Center", "Sample  Center"),
        ("Sample Center of N.J.", "Sample Center of NJ"),
    ],
)
def test_two_spellings_of_a_name_are_one(first: str, second: str) -> None:
    assert normalize_name(first) == normalize_name(second) != ""


def test_a_name_is_never_emptied_by_its_company_words() -> None:
    assert normalize_name("The Company") == "company"
    assert normalize_name("Inc") == "inc"


# Printed addresses live on these values: if a change here breaks them, the change is wrong.
@pytest.mark.parametrize(
    ("name", "street", "postal_code", "key", "identifier"),
    [
        (
            "The Sample Clinic, Inc.",
            "1 N. Main Street, Suite 2",
            "2139",
            "sample clinic|1 n main st|02139",
            "08d2deb6-a795-513e-8faa-103c924a68c3",
        ),
        (
            "Sample Peña & Sons",
            "",
            "00601",
            "sample pena and sons||00601",
            "511b1ec7-df06-55c0-880f-aee3ed028c6e",
        ),
    ],
)
def test_the_id_of_a_listing_never_changes(
    name: str,
    street: str,
    postal_code: str,
    key: str,
    identifier: str,
) -> None:
    assert listing_key(name=name, street=street, postal_code=postal_code) == key
    assert str(listing_id(key)) == identifier


@pytest.mark.parametrize("text", [None, "", "  ", "http://", "https://", "HTTP://", "N/A", "none"])
def test_no_website_is_none(text: str | None) -> None:
    assert website_or_none(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://www.example.org\t", "http://www.example.org"),
        ("www.example.org", "https://www.example.org"),
        ("example.org:8080/a", "https://example.org:8080/a"),
        ("HTTPS://Www.Example.ORG/Care?x=1#top", "https://www.example.org/Care?x=1#top"),
        ("http://münchen.example", "http://xn--mnchen-3ya.example"),
    ],
)
def test_a_website_is_kept_as_a_link_that_is_safe(text: str, expected: str) -> None:
    assert website_or_none(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "JAVASCRIPT://example.org/%0aalert(1)",
        "data:text/html,x",
        "//example.org",
        "\\\\example.org",
        "http:\\\\example.org",
        "https://example.org\\@evil.example",
        "http://user@example.org",
        "ftp://example.org",
        "mailto:a@example.org",
        "http:///example.org",
        "http:example.org",
        "http://http://example.org",
        "www.example.org or www.example.com",
        "http://example.org/a b",
        "http://example.org/\\evil.example",
        "http://localhost",
        "http://[::1",
        "http://example.org:99999",
        "call us",
        "http://" + "a" * 3_000,
    ],
)
def test_an_unsafe_or_broken_website_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        website_or_none(text)


@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_any_text_is_a_safe_website_or_a_parse_error(text: str) -> None:
    for prefix in ("", "http://", "https://www.example.org/"):
        try:
            url = website_or_none(prefix + text)
        except ParseError:
            continue
        assert url is None or url.startswith(("http://", "https://"))
        assert url is None or website_or_none(url) == url


@given(st.text(alphabet=st.characters(codec=None), max_size=120))
def test_any_text_can_be_matched_or_is_a_parse_error(text: str) -> None:
    assert normalize_name(normalize_name(text)) == normalize_name(text)
    try:
        normalize_zip(text)
        split_unit(text)
        normalize_street(text)
    except ParseError:
        pass
