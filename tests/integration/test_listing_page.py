"""The page of a listing: what it must say, what it must not, and ids that lead elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.records import (
    AddressRecord,
    Delivery,
    PhoneKind,
    ScheduleRecord,
    SourceReference,
)
from app.extensions import db
from app.models import Service, ServiceAtLocation, SourceRecord
from app.store.helplines import list_helplines
from app.store.versions import bump_version
from app.web.clock import CLOCK_SETTING
from tests.browse import Browse, Page, text_of
from tests.factories import NOW, import_records, make_phone, make_record, save_records

OFFICE = ScheduleRecord(byday=("MO", "TU", "WE", "TH", "FR"), opens_at="08:00", closes_at="17:00")


@pytest.fixture(autouse=True)
def _clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, CLOCK_SETTING, lambda: NOW)


def section(page: Page, heading: str) -> str:
    """The text of the section with this heading."""
    for element in page.tree.iter("section"):
        heads = [text_of(each) for each in element.iter() if each.tag in {"h2", "h3"}]
        if heads and heads[0] == heading:
            return text_of(element)
    pytest.fail(f"no section {heading}")


def retire(session: Session, listing_id: UUID, *, status: str) -> None:
    with transaction(session):
        bump_version(session)
        row = session.get_one(ServiceAtLocation, listing_id)
        row.status_changed_on = datetime(2026, 3, 4, tzinfo=UTC).date()
        session.execute(update(Service).where(Service.id == row.service_id).values(status=status))


def test_a_full_listing_says_what_to_do_first(session: Session, browse: Browse) -> None:
    source = SourceReference(title="Sample directory", url="https://example.org", dated="2026-10")
    record = make_record(
        name="Sample Recovery Center",
        phones=(
            make_phone(34, extension="12"),
            make_phone(35, kind=PhoneKind.INTAKE),
            make_phone(36, kind=PhoneKind.TTY),
        ),
        schedules=(OFFICE,),
        term_codes=("BU", "MD", "NMAUT", "OUDO", "SA", "SP"),
        languages=("en",),
        sources=(source,),
    )
    import_records(session, record)
    (key,) = [row.id for row in session.query(ServiceAtLocation)]
    page = browse.get("public.listing", listing_id=key)
    assert page.h1 == "Sample Recovery Center"
    assert "Open now, until 5:00" in page.text
    assert "tel:+16145550135" in page.links()
    assert "tel:+16145550134;ext=12" in page.links()
    assert "TTY" in page.text
    assert "Only for opioid use" in section(page, "Not for everybody")
    assert "Does not use medicine for alcohol use" in section(page, "Not for everybody")
    assert "Buprenorphine" in section(page, "Medicine for opioid use")
    assert "Spanish" in section(page, "Who it is for")
    assert "Eastern time" in section(page, "Hours")
    assert "Seen in Sample directory, Oct 2026" in section(page, "Call first")
    assert any(link.startswith("geo:39.967") for link in page.links())
    for code in ("OUDO", "NMAUT"):
        assert code not in page.text.split()


def test_what_is_not_known_is_said(session: Session, browse: Browse) -> None:
    (key,) = save_records(
        session, make_record(phones=(), schedules=(), address=None, point=None, as_of=None)
    )
    page = browse.get("public.listing", listing_id=key)
    assert "Phone not known: call and ask" in page.text
    assert "Hours not known: call and ask" in page.text
    assert "Cost not known: call and ask" in page.text
    assert "Place not known: call and ask" in page.text
    assert not page.all("figure")


def test_a_place_of_withdrawal_care_alone_warns_and_leads_on(
    session: Session, browse: Browse
) -> None:
    keys = save_records(
        session,
        make_record(name="Sample Detox", term_codes=("DT", "RD", "RES")),
        make_record(name="Sample Clinic", term_codes=("BU", "DT", "OP")),
    )
    page = browse.get("public.listing", listing_id=keys[0])
    assert "risk of a fatal overdose is higher" in page.text
    assert any("near=43215&term=BU&term=MU&term=NU" in link for link in page.links())
    assert "fatal overdose" not in browse.get("public.listing", listing_id=keys[1]).text


def test_hours_are_those_of_the_place(session: Session, browse: Browse) -> None:
    (key,) = save_records(session, make_record(schedules=(OFFICE,), timezone="Pacific/Guam"))
    page = browse.get("public.listing", listing_id=key)
    assert "Closed now, opens today 8:00" in page.text.replace("\u00a0", " ")


def test_old_details_carry_a_warning_and_new_ones_do_not(session: Session, browse: Browse) -> None:
    import_records(session, make_record(name="Sample Old", as_of="2022"), source_id="old")
    import_records(session, make_record(name="Sample New", as_of="2026-10"), source_id="new")
    keys = {row.service.name: row.id for row in _rows(session)}
    assert "may be out of date" in browse.get("public.listing", listing_id=keys["Sample Old"]).text
    page = browse.get("public.listing", listing_id=keys["Sample New"])
    assert "may be out of date" not in page.text


def _rows(session: Session) -> list[_Row]:
    pairs = session.query(ServiceAtLocation, Service).join(
        Service, Service.id == ServiceAtLocation.service_id
    )
    return [_Row(link.id, service) for link, service in pairs]


class _Row:
    def __init__(self, key: UUID, service: Service) -> None:
        self.id, self.service = key, service


@pytest.mark.parametrize("status", ["defunct", "inactive"])
def test_a_place_that_is_gone_answers_410_with_what_is_near(
    session: Session, browse: Browse, status: str
) -> None:
    gone, near = save_records(
        session,
        make_record(name="Sample Gone", phones=(make_phone(34),)),
        make_record(name="Sample Near", phones=(make_phone(35),)),
    )
    retire(session, gone, status=status)
    page = browse.get("public.listing", listing_id=gone, status=410)
    assert "Sample Gone" in page.h1
    assert "Since Mar 4, 2026" in page.text
    assert f"/listings/{near}" in page.links()
    assert "tel:+16145550134" not in page.links()
    assert any("near=43215" in link for link in page.links())


def test_a_place_that_is_closed_for_now_is_still_shown(session: Session, browse: Browse) -> None:
    (key,) = save_records(session, make_record())
    retire(session, key, status="temporarily closed")
    assert "Closed for now" in browse.get("public.listing", listing_id=key).text


def test_an_unknown_id_is_404(browse: Browse) -> None:
    browse.get("public.listing", listing_id=uuid4(), status=404)


@pytest.mark.parametrize(
    "path", ["/listings/", "/listings/1", "/listings/%00", "/listings/x' OR 1"]
)
def test_what_is_no_id_is_404(browse: Browse, path: str) -> None:
    browse.open(path, status=404)


def test_a_merged_id_leads_to_the_living_one(session: Session, app: Flask) -> None:
    import_records(session, make_record(name="Sample Kept"))
    (kept,) = session.query(SourceRecord).all()
    lost, living = uuid4(), kept.listing_id
    with transaction(session):
        session.execute(
            update(SourceRecord).where(SourceRecord.id == kept.id).values(minted_id=lost)
        )
    response = app.test_client().get(f"/listings/{lost}")
    assert response.status_code == 301
    assert response.headers["Location"] == f"/listings/{living}"


def test_names_and_addresses_from_files_stay_text(session: Session, browse: Browse) -> None:
    nasty = '"><script>alert(1)</script>'
    (key,) = save_records(
        session,
        make_record(
            name=f"Sample {nasty}",
            organization_name=nasty,
            description=nasty,
            website="javascript:alert(1)",
            hours_note=nasty,
            cost=nasty,
            eligibility=nasty,
            address=AddressRecord(
                address_1=nasty, city=nasty, state_province="OH", postal_code="43215"
            ),
        ),
    )
    page = browse.get("public.listing", listing_id=key)
    assert "alert(1)" in page.h1
    assert not [link for link in page.links() if link.startswith("javascript:")]


def test_very_long_names_are_shown_whole(session: Session, browse: Browse) -> None:
    name = "Sample " + "Longword" * 30
    (key,) = save_records(session, make_record(name=name))
    assert browse.get("public.listing", listing_id=key).h1 == name


def test_every_embedded_listing_has_a_valid_page(embedded: Flask, browse: Browse) -> None:
    with embedded.app_context():
        keys = [row.id for row in db.session.query(ServiceAtLocation)]
        helplines = {listing.id for listing in list_helplines(db.session)}
    assert len(keys) > len(helplines) > 0
    for key in keys:
        page = browse.get("public.listing", listing_id=key)
        assert "Where this comes from" in page.text
        assert ("What to ask when you call" in page.text) is (key not in helplines)


def test_a_helpline_shows_the_number_to_text_beside_the_same_number_to_call(
    session: Session, browse: Browse
) -> None:
    (key,) = save_records(
        session,
        make_record(
            delivery=Delivery.SITE, phones=(make_phone(34), make_phone(34, kind=PhoneKind.TEXT))
        ),
    )
    links = browse.get("public.listing", listing_id=key).links()
    assert "tel:+16145550134" in links
    assert "sms:+16145550134" in links


def test_words_of_a_listing_lead_to_the_page_that_explains_them(
    session: Session, browse: Browse
) -> None:
    record = make_record(name="Sample Recovery Center", term_codes=("BU", "OTP", "PW", "MD"))
    [listing_id] = save_records(session, record)
    page = browse.get("public.listing", listing_id=listing_id)
    read = {
        text_of(link): link.get("href")
        for term in page.all("dt")
        for link in term.iter("a")
        if link.get("href", "").startswith("/learn/")
    }
    assert read["Buprenorphine (Suboxone and others)"] == "/learn/treatment"
    assert set(read.values()) >= {"/learn/treatment", "/learn/how-treatment-works"}
    for address in set(read.values()):
        browse.open(address)
