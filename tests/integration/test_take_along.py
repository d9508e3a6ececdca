"""The file to take along: complete in itself, small, dated, and silent about who made it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.content.kratom_law import LawStatus, load_kratom_law
from app.db import transaction
from app.domain.records import AddressRecord
from app.domain.report import NewReport, Topic
from app.store import reports
from app.web.clock import CLOCK_SETTING
from app.web.headers import SECURITY_HEADERS
from app.web.take_along import contents
from tests.browse import Browse, Page, text_of
from tests.factories import NOW, import_records, make_record, save_records

OURS = {"Sec-Fetch-Site": "same-origin"}
FILE = "/take-along/file"


@pytest.fixture(autouse=True)
def _at_noon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def file_for(client: FlaskClient, near: str, **fields: str) -> Page:
    response = client.post(FILE, data={"near": near, **fields}, headers=OURS)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == 'attachment; filename="notes.html"'
    return Page(response)


def in_town(city: str, **values: Any) -> Any:
    address = AddressRecord(
        address_1="1 Sample Street", city=city, state_province="OH", postal_code="43215"
    )
    return make_record(address=address, **values)


def test_the_file_is_complete_in_itself(embedded: Flask, session: Session) -> None:
    import_records(session, *[make_record() for _number in range(3)])
    page = file_for(embedded.test_client(), "43215")
    assert not page.parse_errors
    assert len(page.all("h1")) == 1
    tags = {element.tag for element in page.tree.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "link", "img", "iframe", "form", "object", "embed", "base"}
    (style,) = page.all("style")
    assert not re.search(r"url\(|@import|image-set", style.text or "")
    ids = {element.get("id") for element in page.tree.iter()}
    for element in page.tree.iter():
        named = {str(name) for name in element.attrib}
        assert not named & {"src", "srcset", "data", "poster", "background", "style"}
        assert not any(name.startswith("on") for name in named)
    for link in page.links():
        assert link.startswith(("tel:", "sms:", "#"))
        assert not link.startswith("#") or link[1:] in ids, link


def test_the_file_forbids_itself_every_request_and_script(client: FlaskClient) -> None:
    page = file_for(client, "43215")
    (policy,) = [each for each in page.all("meta") if each.get("http-equiv")]
    assert policy.get("content") == (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
    )


def test_the_file_has_what_somebody_needs(embedded: Flask, session: Session) -> None:
    import_records(session, make_record(name="Sample Clinic", term_codes=("SA", "MU")))
    page = file_for(embedded.test_client(), "43215")
    assert "Made on Nov 24, 2026." in page.text
    assert "Give naloxone (Narcan) if you have it." in page.text
    assert "Chest pain, fainting" in page.text
    assert "988 Suicide & Crisis Lifeline" in page.text
    assert "Sample Clinic" in page.text
    assert "Details from a source without a name, Oct 2026. Not checked by us since." in page.text
    assert "Kratom and the law" in page.text
    assert "Ohio" in page.text
    assert "empty the trash" in page.text


def test_helplines_are_those_of_the_place_and_old_numbers_stand_apart(embedded: Flask) -> None:
    client = embedded.test_client()
    connecticut, ohio = file_for(client, "Connecticut").text, file_for(client, "Ohio").text
    assert "Connecticut Access Line" in connecticut
    assert "Connecticut Access Line" not in ohio
    assert "Ohio CareLine" not in connecticut
    old = ohio.index("Old details: these numbers may have changed")
    assert ohio.index("SafeSpot") < old < ohio.index("Ohio CareLine")


def test_a_file_says_nothing_of_now(embedded: Flask, session: Session) -> None:
    """Whether a place is open is untrue an hour later."""
    import_records(session, make_record())
    text = file_for(embedded.test_client(), "43215").text
    for words in ("Open now", "Answers now", "Closes in", "Opens "):
        assert words not in text


@pytest.mark.parametrize(
    "code", [entry.code for entry in load_kratom_law().states if entry.status is LawStatus.UNCLEAR]
)
def test_an_unclear_law_is_never_told_as_legal(client: FlaskClient, code: str) -> None:
    page = file_for(client, code)
    (law,) = page.all("section", id="your-state")
    assert "Unclear: may be banned" in text_of(law)
    assert not re.search(r"\d\d and over", text_of(law))


def test_places_without_a_date_are_left_out_and_counted(
    session: Session, client: FlaskClient
) -> None:
    save_records(
        session, make_record(name="Sample Dated"), make_record(name="Sample Undated", as_of=None)
    )
    text = file_for(client, "43215").text
    assert "Sample Dated" in text
    assert "Sample Undated" not in text
    assert "2 places within 50 miles are in our directory." in text
    assert "1 place is left out. Of these, 1 has no date" in text


@pytest.mark.parametrize("near", ["Ohio", "43215", "Franklin County, OH"])
def test_what_does_not_fit_is_left_out_and_counted(
    session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, near: str
) -> None:
    empty = len(file_for(client, near).response.data)
    save_records(session, *[in_town(f"Town é {n % 7}", name=f"Sample {n} é") for n in range(60)])
    for room in (2_000, 5_003, 9_999):
        monkeypatch.setattr(contents, "MOST_BYTES", empty + room)
        page = file_for(client, near)
        assert len(page.response.data) <= empty + room
        shown = page.html.count("<li><b>Sample ")
        assert 0 < shown < 60
        assert f"{60 - shown} places are left out." in page.text
        assert f"This file holds the nearest {shown}." in page.text or (
            f"This file holds {shown} of them" in page.text
        )


def test_the_largest_file_stays_below_what_an_old_telephone_opens() -> None:
    assert contents.MOST_BYTES <= 300_000


def test_every_town_of_a_state_has_a_place_before_one_has_two(
    session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_records(
        session,
        *[in_town("Columbus", name=f"Sample Columbus {n}", term_codes=("MU",)) for n in range(30)],
        *[in_town(f"Town {n}", name=f"Sample Small {n}", term_codes=("MU",)) for n in range(5)],
        *[in_town(f"Town {n}", name=f"Sample Other {n}") for n in range(5)],
    )
    monkeypatch.setattr(contents, "MOST_BYTES", len(file_for(client, "Iowa").response.data) + 5_000)
    page = file_for(client, "Ohio")
    towns = [text_of(heading) for heading in page.all("h3")]
    assert [town for town in towns if town.startswith(("Columbus", "Town"))] == [
        "Columbus",
        *[f"Town {n}" for n in range(5)],
    ]
    # Those with medicine come before the others.
    assert "Sample Other" not in page.text


def test_a_place_that_a_visitor_reported_says_so(session: Session, client: FlaskClient) -> None:
    (key,) = save_records(session, make_record())
    report = NewReport(listing_id=key, topic=Topic.PHONE)
    with transaction(session):
        reports.add_report(session, report, reference="ABCD-EFGH-JKLM", on=NOW.date())
    assert "A visitor reported a problem with the phone number" in file_for(client, "43215").text


def test_a_private_address_is_told_as_its_town(session: Session, client: FlaskClient) -> None:
    save_records(
        session, make_record(name="Sample Shelter", is_address_confidential=True), make_record()
    )
    page = file_for(client, "43215")
    (shelter,) = [text_of(each) for each in page.all("li") if "Shelter" in text_of(each)]
    assert "Columbus, OH (address private)" in shelter
    assert "Street" not in shelter
    assert "43215" not in shelter


def test_a_place_without_a_number_has_its_website(session: Session, client: FlaskClient) -> None:
    save_records(session, make_record(phones=(), website="https://sample.example"))
    page = file_for(client, "43215")
    assert "https://sample.example" in page.text
    assert "https://sample.example" not in page.links()


def test_without_a_place_it_holds_what_is_true_everywhere(embedded: Flask) -> None:
    page = file_for(embedded.test_client(), "")
    assert "988 Suicide & Crisis Lifeline" in page.text
    assert not page.all("h2", id="places")
    assert not page.all("h2", id="law")


def test_a_state_without_places_says_whom_to_call(client: FlaskClient) -> None:
    assert "Call a helpline above" in file_for(client, "Guam").text


def test_no_header_names_the_place(client: FlaskClient) -> None:
    response = client.post(FILE, data={"near": "Yellow Springs, OH"}, headers=OURS)
    told = str(response.headers)
    assert not re.search(r"Yellow|Springs|OH\b|45387|opioid|help", told, re.IGNORECASE)
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_another_site_cannot_put_the_file_on_a_device(client: FlaskClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        assert client.post(FILE, data={"near": "Ohio"}, headers=headers).status_code == 403


def test_the_address_of_a_file_can_be_passed_on(client: FlaskClient) -> None:
    page = Page(client.get(f"{FILE}?near=Ohio"))
    assert page.response.headers["Content-Disposition"] == 'attachment; filename="notes.html"'
    assert "For Ohio." in page.text


@pytest.mark.parametrize(
    ("near", "message"),
    [
        ("Nowhereville", "We do not know this place"),
        ("00000", "We do not know this ZIP code"),
        ("123", "A ZIP code has 5 digits"),
        ("x" * 5_000, "The place is too long"),
        ("\x00\u202e'; DROP TABLE", "We do not know this place"),
    ],
)
def test_a_place_that_is_not_known_is_asked_for_again(
    browse: Browse, near: str, message: str
) -> None:
    page = browse.post(FILE, data={"near": near})
    assert message in page.text
    assert page.title.startswith("Error: ")
    assert "Content-Disposition" not in page.response.headers


def test_a_name_of_several_places_is_asked_about_by_buttons(browse: Browse) -> None:
    page = browse.post(FILE, data={"near": "Springfield"})
    meant = [each.get("value", "") for each in page.all("button", name="meant")]
    assert "Springfield, OH" in meant
    assert "Which" in page.text or "Did you mean" in page.text


def test_what_was_meant_makes_the_file(client: FlaskClient) -> None:
    page = file_for(client, "Springfield", meant="Springfield, OH")
    assert "For Springfield, OH." in page.text


def test_the_page_says_what_the_file_leaves_behind(browse: Browse) -> None:
    page = browse.get("take_along.page")
    assert "notes.html" in page.text
    assert "downloads folder" in page.text
    (form,) = [f for f in page.all("form") if f.get("action") == FILE]
    assert form.get("method") == "post"


def test_a_search_leads_to_the_file_of_its_place(session: Session, browse: Browse) -> None:
    save_records(session, make_record())
    page = browse.get("public.search", near="43215", term="MU")
    assert "/take-along?near=43215" in page.links()
    assert "near=" not in "".join(
        link for link in browse.get("public.search", q="methadone").links() if "take" in link
    )


def test_a_private_search_leads_to_it_by_post_alone(session: Session, browse: Browse) -> None:
    save_records(session, make_record())
    page = browse.post("/search", data={"near": "43215"})
    assert not [link for link in page.links() if link.startswith("/take-along?")]
    (form,) = [f for f in page.all("form") if f.get("action") == "/take-along"]
    fields = {each.get("name"): each.get("value") for each in form.iter("input")}
    assert (form.get("method"), fields) == ("post", {"near": "43215"})
    shown = browse.post("/take-along", data={"near": "43215"})
    (field,) = shown.all("input", id="near")
    assert field.get("value") == "43215"


@pytest.mark.usefixtures("embedded")
def test_helplines_of_a_place_lead_to_its_file(browse: Browse) -> None:
    assert "/take-along?near=Ohio" in browse.get("public.helplines", near="Ohio").links()
    assert "/take-along" in browse.get("public.helplines").links()
