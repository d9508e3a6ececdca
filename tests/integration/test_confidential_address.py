"""A confidential address: the public is told the town, on every page, in every order and row."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import transaction
from app.domain.records import AddressRecord, ListingRecord, PointRecord, ServiceAreaRecord
from app.extensions import db
from app.gazetteer.confidential import public_record
from app.gazetteer.places import find_cities
from app.models import ListingCard
from app.store.edits import create_listing
from app.store.listings import get_listing
from app.store.public_listings import get_public_listing
from app.web.admin.listings.reading import read_listing
from app.web.admin.listings.table_cells import cells_of, typed_of
from tests.browse import Browse
from tests.editing import edit, imported
from tests.factories import NOW, make_record, save_records
from tests.listing_forms import add, fields_of, read, sign_in_editor

STREET, SUITE, CODE = "4127 Sample Hollow Road", "Suite 9B", "43231"
# Somewhere in Columbus that is not its middle.
DOOR = PointRecord(latitude=40.081234, longitude=-82.901234)
SECRETS = ("Sample Hollow", "4127 ", "Suite 9B", CODE, "40.08", "82.90")


def secret_record(**values: object) -> ListingRecord:
    record = make_record(
        name="Sample Shelter",
        address=AddressRecord(
            address_1=STREET,
            address_2=SUITE,
            city="Columbus",
            state_province="OH",
            postal_code=CODE,
        ),
        point=DOOR,
        term_codes=("BU", "SA"),
        website="https://shelter.example.org",
    )
    return replace(record, is_address_confidential=True, **values)


@pytest.fixture
def shelter(session: Session) -> UUID:
    with transaction(session):
        made = create_listing(session, secret_record(), by="Sample Editor", reason=None, now=NOW)
    return made.id


@pytest.mark.parametrize(
    "address",
    [
        "/listings/{id}",
        "/search?near=Columbus,+OH",
        "/search?near=43231&radius=5",
        "/search?near=Columbus,+OH&view=map",
        "/search?text=Sample+Shelter",
        "/compare?id={id}&id={other}",
        "/call-sheet?id={id}",
        "/listings/{id}/report",
        "/sitemap.xml",
    ],
)
def test_no_page_tells_the_street_the_zip_code_or_the_point(
    app: Flask, session: Session, shelter: UUID, address: str
) -> None:
    (other,) = save_records(session, make_record())
    answer = app.test_client().get(address.format(id=shelter, other=other))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    # What the visitor typed themself may stand on the page.
    shown = text.replace("43231", "") if "43231" in address else text
    for secret in SECRETS:
        assert secret not in shown, secret


def test_the_page_says_that_the_address_is_private(browse: Browse, shelter: UUID) -> None:
    page = browse.get("public.listing", listing_id=shelter)
    assert "The address is private. The place is in Columbus, OH." in page.text
    assert "middle of the town" in page.text
    assert not [link for link in page.links() if link.startswith("geo:")]


def test_the_card_tells_the_middle_of_the_town_and_no_more(session: Session, shelter: UUID) -> None:
    row = session.get_one(ListingCard, shelter)
    town = find_cities("Columbus", "OH")[0]
    assert (row.latitude, row.longitude) == (town.latitude, town.longitude)
    assert row.county_fips == town.county_fips
    card = json.loads(row.card)
    assert (card["street"], card["postal_code"], card["is_approximate"]) == (None, "", True)
    whole = row.card.decode() + row.search_text + row.areas
    for secret in SECRETS:
        assert secret.casefold() not in whole.casefold()


def test_what_sources_say_is_kept_back_as_well(session: Session) -> None:
    listing = imported(session, replace(secret_record(), is_address_confidential=False))
    edit(session, listing, is_address_confidential=True)
    public = get_public_listing(session, listing.id)
    assert "Sample Hollow" not in repr(public)
    assert "Sample Hollow" in repr(get_listing(session, listing.id))


def test_an_edit_takes_the_street_off_the_card_at_once_and_back(session: Session) -> None:
    listing = imported(session, replace(secret_record(), is_address_confidential=False))
    assert b"Sample Hollow" in session.get_one(ListingCard, listing.id).card
    hidden = edit(session, listing, is_address_confidential=True).listing
    assert b"Sample Hollow" not in session.get_one(ListingCard, listing.id).card
    edit(session, hidden, is_address_confidential=False)
    assert b"Sample Hollow" in session.get_one(ListingCard, listing.id).card


def test_a_town_that_we_do_not_know_is_its_county() -> None:
    address = replace(secret_record().address, city="Sample Corners")  # type: ignore[type-var]
    public = public_record(replace(secret_record(), address=address, county_fips="39049"))
    assert public.point is not None
    assert public.county_fips == "39049"
    assert (public.point.latitude, public.point.longitude) != (DOOR.latitude, DOOR.longitude)


def test_of_two_towns_of_a_name_it_is_the_nearer_one() -> None:
    first, second = find_cities("Oakwood", "OH")[:2]
    for town in (first, second):
        record = make_record(
            address=AddressRecord(
                address_1=STREET, city="Oakwood", state_province="OH", postal_code=""
            ),
            point=PointRecord(latitude=town.latitude + 0.01, longitude=town.longitude),
            is_address_confidential=True,
        )
        point = public_record(record).point
        assert point is not None
        assert point.latitude == town.latitude


def test_the_form_sets_it_and_imports_leave_it(app: Flask) -> None:
    listing_id = add(app, address=secret_record().address, point=DOOR)
    staff = sign_in_editor(app)
    address = f"/admin/listings/{listing_id}/edit"
    staff.send(address, **{**fields_of(staff.get(address)), "address_shown": "town"})
    record = read(app, listing_id).record
    assert record.is_address_confidential
    assert record.address is not None
    assert record.address.address_1 == STREET
    assert STREET in staff.get(f"/admin/listings/{listing_id}").text


@pytest.mark.parametrize(
    "values",
    [
        {"description": "Come to 4127 Sample Hollow Rd. and ring."},
        {"hours_note": "The door of 4127 sample hollow road closes at 5."},
        {"alert": "Moved to 4127 Sample Hollow Road", "alert_until": "2099-01-01"},
        {"service_areas": "4127 Sample Hollow Road, OH"},
    ],
)
def test_a_public_note_that_names_the_private_street_is_asked_about(
    app: Flask, values: dict[str, str]
) -> None:
    listing_id = add(app, address=secret_record().address, point=DOOR)
    staff = sign_in_editor(app)
    address = f"/admin/listings/{listing_id}/edit"
    if "alert_until" in values:
        values = {**values, "alert_until": NOW.date().replace(year=NOW.year + 1).isoformat()}
    sent = {**fields_of(staff.get(address)), "address_shown": "town", **values}
    page = staff.send(address, answer=422, **sent)
    assert "names its street" in page.text
    assert not read(app, listing_id).record.is_address_confidential
    with app.app_context():
        db.session.rollback()


def test_a_table_does_not_carry_it_out_and_brings_no_loss_back(
    app: Flask, session: Session, shelter: UUID
) -> None:
    client = sign_in_editor(app).client
    text = client.get("/admin/listings/table.csv").get_data(as_text=True)
    assert "Sample Shelter" in text
    for secret in SECRETS:
        assert secret not in text, secret
    listing = get_listing(session, shelter)
    typed, problems, warnings = typed_of(cells_of(listing), listing.record)
    assert (problems, warnings) == ([], [])
    assert read_listing(typed, listing.record, today=NOW.date()).changes == {}


def test_areas_of_a_private_place_stay() -> None:
    area = ServiceAreaRecord(extent="state", code="OH", name="Ohio")  # type: ignore[arg-type]
    assert public_record(secret_record(service_areas=(area,))).service_areas == (area,)
