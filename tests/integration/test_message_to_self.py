"""A message that a reader's own device writes: name, number and address, and no word of ours."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.records import PhoneKind
from app.web.views.links import message_to_self
from tests.browse import Browse, Page
from tests.factories import make_phone, make_record, save_records

START = "sms:?&body="


def messages(page: Page) -> list[str]:
    links = [link for link in page.links() if link.startswith(START)]
    return [unquote(link.removeprefix(START)) for link in links]


def test_the_page_of_a_place_has_one(session: Session, browse: Browse) -> None:
    record = make_record(name="Sample & Söhne #1 50%", phones=(make_phone(34, extension="12"),))
    (key,) = save_records(session, record)
    page = browse.get("public.listing", listing_id=key)
    street = record.address.address_1 if record.address else ""
    assert messages(page) == [
        f"Sample & Söhne #1 50%\n(614) 555-0134 ext. 12\n{street}, Columbus, OH 43215"
    ]
    assert "It stays on the phone until you delete it." in page.text


@pytest.mark.parametrize("phones", [(), (make_phone(34, kind=PhoneKind.FAX),)])
def test_a_place_without_a_number_has_none(
    session: Session, browse: Browse, phones: tuple[object, ...]
) -> None:
    (key,) = save_records(session, make_record(phones=phones))
    page = browse.get("public.listing", listing_id=key)
    assert not messages(page)
    assert "Text it to myself" not in page.text


@pytest.mark.usefixtures("embedded")
def test_each_helpline_has_its_own(browse: Browse) -> None:
    page = browse.get("public.helplines", near="Ohio")
    told = messages(page)
    assert "988 Suicide & Crisis Lifeline\n988" in told
    cards = page.all("article", class_="helpline")
    assert len(told) <= len(cards)
    assert len(told) == len(set(told))


def test_the_message_names_no_site_and_no_matter(
    session: Session, browse: Browse, app: Flask
) -> None:
    (key,) = save_records(session, make_record(name="Sample Clinic", term_codes=("MU", "SA")))
    (message,) = messages(browse.get("public.listing", listing_id=key))
    for word in ("http", "help first", "localhost", "opioid", "methadone", "treatment", str(key)):
        assert word not in message.casefold()
    assert app.config["TRUSTED_HOSTS"][0] not in message


def test_nothing_of_a_name_gets_out_of_the_message() -> None:
    link = message_to_self('A&body=B?x#y"<b>\r\n', numbers=("+1 555",))
    assert link.removeprefix(START).isascii()
    assert not set(link.removeprefix(START)) & set('&?#"<>=+ ')


def test_a_private_address_is_not_in_the_message(session: Session, browse: Browse) -> None:
    (key,) = save_records(session, make_record(name="Sample Shelter", is_address_confidential=True))
    (message,) = messages(browse.get("public.listing", listing_id=key))
    assert "Street" not in message
    assert "43215" not in message
