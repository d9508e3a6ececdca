"""Telephone numbers as files and people print them, and the links that dial them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ParseError
from app.domain.phone import (
    SHORT_CODES,
    format_phone,
    parse_phone,
    parse_phones,
    phone_country,
    same_number,
    short_code_meaning,
    sms_uri,
    tel_uri,
)
from app.domain.records import PhoneKind, PhoneRecord


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("412-555-0100", "+14125550100", None),
        ("(412) 555-0100", "+14125550100", None),
        ("(412)555-0100", "+14125550100", None),
        ("412.555.0100", "+14125550100", None),
        ("412 555 0100", "+14125550100", None),
        ("1-412-555-0100", "+14125550100", None),
        ("+1 412 555 0100 x12", "+14125550100", "12"),
        ("412-555-0100 x9", "+14125550100", "9"),
        ("412-555-0100 x12345", "+14125550100", "12345"),
        ("412-555-0100 ext. 12", "+14125550100", "12"),
        ("412-555-0100, extension 12", "+14125550100", "12"),
        ("412-555-0100 EXT:12", "+14125550100", "12"),
        ("412-555-0100 #12", "+14125550100", "12"),
        ("412-555-0100x12", "+14125550100", "12"),
        ("tel:+14125550100;ext=12", "+14125550100", "12"),
        ("4125550100.0", "+14125550100", None),
        ("\uff14\uff11\uff12-555-0100", "+14125550100", None),
        ("412\u2013555\u20130100", "+14125550100", None),
        ("412\u00a0555\u00a00100", "+14125550100", None),
        ("412-555-0100 (St. Croix)", "+14125550100", None),
        ("1-412-555-0100, then press 1", "+14125550100", None),
        ("Phone: 412-555-0100", "+14125550100", None),
        ("+44 300 123 6600", "+443001236600", None),
    ],
)
def test_a_printed_number_dials(text: str, number: str, extension: str | None) -> None:
    record = parse_phone(text)
    assert (record.number, record.extension) == (number, extension)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("800-662-HELP", "+18006624357"),
        ("1-800-662-HELP (4357)", "+18006624357"),
        ("999-NFIHOPE", "+19996344673"),
        ("800-USA2525", "+18008722525"),
        ("1-855-378-4373 (1-855-DRUGFREE)", "+18553784373"),
        ("1-833-2FINDHELP (234-6343)", "+18332346343"),
        ("1-888-4AL-ANON (425-2666)", "+18884252666"),
        ("1-844-POISON-X (764-7669)", "+18447647669"),
        ("1-800-HOPE-135 (467-3135)", "+18004673135"),
        ("855-CRISIS-1 (274-7471)", "+18552747471"),
        ("844-HELP4WV (435-7498)", "+18444357498"),
    ],
)
def test_letters_stand_for_their_keys_and_stay_as_printed(text: str, number: str) -> None:
    record = parse_phone(text)
    assert record.number == number
    assert record.display == text
    assert format_phone(record).startswith(text)


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("911", "US", "911"),
        ("988", "US", "988"),
        ("9-8-8", "CA", "988"),
        ("988, then press 1", "US", "988"),
        ("211", "PR", "211"),
        ("711", "US", "711"),
        ("999", "GB", "999"),
        ("111", "GB", "111"),
        ("116 123", "IE", "116123"),
        ("112", "BE", "112"),
        ("000", "AU", "000"),
        ("1737", "NZ", "1737"),
        ("024", "ES", "024"),
        ("1414", "PT", "1414"),
    ],
)
def test_short_codes_are_dialled_as_they_stand(text: str, country: str, number: str) -> None:
    record = parse_phone(text, country=country)
    assert record.number == number
    assert tel_uri(record) == f"tel:{number}"
    assert short_code_meaning(number, country=country)


def test_a_short_code_of_another_country_is_no_number_here() -> None:
    for text in ("999", "112", "116 123", "000", "411"):
        with pytest.raises(ParseError):
            parse_phone(text, country="US")
    assert short_code_meaning("999", country="US") is None


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("0300 123 6600", "GB", "+443001236600"),
        ("0300 123 1099 (textphone)", "GB", "+443001231099"),
        ("08080 10 10 11", "GB", "+448080101011"),
        ("1800 459 459", "IE", "+3531800459459"),
        ("01 809 2166", "IE", "+35318092166"),
        ("13 11 14", "AU", "+61131114"),
        ("(02) 5124 9977", "AU", "+61251249977"),
        ("0800 POISON (0800 764 766)", "NZ", "+64800764766"),
        ("0 800 23 13 13", "FR", "+33800231313"),
        ("0221 892031", "DE", "+49221892031"),
        ("800 250 250", "PT", "+351800250250"),
        ("09 471 977", "FI", "+3589471977"),
        ("514 527-2626 (Montreal area)", "CA", "+15145272626"),
        ("691-350-2115 x123", "FM", "+6913502115"),
        ("680-488-4573", "PW", "+6804884573"),
        ("670-323-6560 x101", "MP", "+16703236560"),
    ],
)
def test_numbers_of_other_countries_dial_from_anywhere(
    text: str,
    country: str,
    number: str,
) -> None:
    assert parse_phone(text, country=country).number == number


def test_freely_associated_states_have_country_codes_of_their_own() -> None:
    assert [phone_country(state) for state in ("FM", "MH", "PW")] == ["FM", "MH", "PW"]
    assert [phone_country(state) for state in ("GU", "OH", None)] == ["US", "US", "US"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("999-999-9999 x12", "placeholder"),
        ("(999) 999-9999", "placeholder"),
        ("000-000-0000", "placeholder"),
        ("123-456-7890", "placeholder"),
        ("4.12555E9", "spreadsheet"),
        ("4.12555E+09", "spreadsheet"),
        ("4" * 60, "too many digits"),
        ("555-0100", "10 digits"),
        ("0412-555-0100", "10 digits"),
        ("112-555-0100", "no North American number"),
        ("412-155-0100", "no North American number"),
        ("412-555-010O", "412-555-0100"),
        ("call us", "412-555-0100"),
        ("CALLTODAYNOW", "412-555-0100"),
        ("x12", "412-555-0100"),
        ("412-555-0100 or 412-555-0101", "412-555-0100"),
        ("", "412-555-0100"),
        (" \x00 ", "412-555-0100"),
        ("+999 1", "not a telephone number"),
        ("4" * 200, "too long"),
    ],
)
def test_what_does_not_dial_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse_phone(text)


def test_a_number_to_write_to_may_be_a_code_of_four_to_six_digits() -> None:
    for text in ("741741", "88788", "8681"):
        record = parse_phone(text, kind=PhoneKind.TEXT)
        assert sms_uri(record) == f"sms:{text}"
        with pytest.raises(ParseError):
            parse_phone(text)


def test_what_is_printed_as_text_is_a_number_to_write_to() -> None:
    record = parse_phone("text 741741")
    assert record.kind is PhoneKind.TEXT
    assert record.number == "741741"


def test_kind_and_description_are_kept() -> None:
    record = parse_phone("412-555-0100", kind=PhoneKind.INTAKE, description="Admissions")
    assert record == PhoneRecord(
        number="+14125550100",
        display="412-555-0100",
        kind=PhoneKind.INTAKE,
        description="Admissions",
    )


def test_a_cell_may_hold_several_numbers() -> None:
    records = parse_phones("412-555-0100; (412) 555-0100 or 412-555-0101 x3\n")
    assert [(r.number, r.extension) for r in records] == [
        ("+14125550100", None),
        ("+14125550101", "3"),
    ]
    assert parse_phones(" ; ") == ()
    assert [r.number for r in parse_phones("112 or 999", country="IE")] == ["112", "999"]


@pytest.mark.parametrize(
    ("text", "country", "shown"),
    [
        ("412-555-0100", "US", "(412) 555-0100"),
        ("412-555-0100 x12", "US", "(412) 555-0100 ext. 12"),
        ("+14125550100", "US", "(412) 555-0100"),
        ("tel:+14125550100;ext=12", "US", "(412) 555-0100 ext. 12"),
        ("800-662-HELP", "US", "800-662-HELP (800-662-4357)"),
        ("1-800-662-HELP (4357)", "US", "1-800-662-HELP (4357)"),
        ("412-555-0100 (St. Croix)", "US", "412-555-0100 (St. Croix)"),
        ("988, then press 1", "US", "988, then press 1"),
        ("9-8-8", "CA", "9-8-8"),
        ("08080 10 10 11", "GB", "08080 10 10 11"),
        ("+443001236600", "GB", "+44 300 123 6600"),
    ],
)
def test_a_number_is_shown_in_the_style_of_its_country(
    text: str,
    country: str,
    shown: str,
) -> None:
    assert format_phone(parse_phone(text, country=country)) == shown


def test_a_link_dials_the_extension_too() -> None:
    assert tel_uri(parse_phone("412-555-0100 x12")) == "tel:+14125550100;ext=12"


def test_nothing_to_dial_has_no_link() -> None:
    relay = PhoneRecord(number="", display="ASL, by video on the website", kind=PhoneKind.TTY)
    assert tel_uri(relay) is None
    assert sms_uri(relay) is None
    assert format_phone(relay) == "ASL, by video on the website"


def test_the_same_number_is_known_however_it_is_printed() -> None:
    plain, printed = parse_phone("412-555-0100"), parse_phone("(412) 555-0100")
    extended = parse_phone("412-555-0100 x1")
    relay = PhoneRecord(number="", display="Relay")
    assert same_number(plain, printed)
    assert not same_number(plain, extended)
    assert same_number(relay, PhoneRecord(number="", display="RELAY"))
    assert not same_number(relay, plain)


def test_every_short_code_is_digits_with_a_meaning() -> None:
    for country, codes in SHORT_CODES.items():
        for number, meaning in codes.items():
            assert number.isdecimal(), (country, number)
            assert meaning


@given(
    st.from_regex(r"[2-9][0-9]{2}555[0-9]{4}", fullmatch=True).filter(
        lambda digits: len(set(digits)) > 1,
    ),
)
def test_a_shown_number_is_read_back_as_itself(digits: str) -> None:
    record = parse_phone(f"{digits} x7")
    again = parse_phone(format_phone(record))
    assert same_number(record, again)
    assert same_number(record, parse_phone(tel_uri(record) or ""))


@given(
    st.text(alphabet=st.characters(codec=None), max_size=140)
    | st.text(alphabet="0123456789+-().xX#eE HELPtext;,", max_size=30),
    st.sampled_from(["US", "CA", "GB", "NZ", "FM", "XX", ""]),
    st.sampled_from(PhoneKind),
)
def test_any_text_is_a_number_that_dials_or_a_parse_error(
    text: str,
    country: str,
    kind: PhoneKind,
) -> None:
    try:
        record = parse_phone(text, country=country, kind=kind)
    except ParseError:
        return
    assert record.number.removeprefix("+").isdecimal()
    assert len(record.number) <= 16
    assert format_phone(record)
