"""The map as a part of a page: valid, small, without styles, and told in words."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session

from app.domain.query import METRES_PER_MILE
from app.domain.records import PointRecord
from app.gazetteer import find_zip
from app.web.map_pins import MapPin
from app.web.maps import map_view
from tests.browse import Browse, text_of
from tests.factories import make_record, save_records

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 8 * 1024
TEMPLATE = "{% from 'components/map.html' import map_figure %}{{ map_figure(view) }}"


def test_a_listing_with_a_point_has_a_map_in_pictures_and_words(
    session: Session, browse: Browse
) -> None:
    (key,) = save_records(session, make_record(name="Sample & Sons"))
    page = browse.get("public.listing", listing_id=key)
    (figure,) = page.all("figure", class_="map")
    (drawing,) = figure.iter(f"{SVG}svg")
    assert drawing.get("role") == "img"
    assert text_of(next(drawing.iter(f"{SVG}title"))) == "Where Sample & Sons is"
    assert "Sample & Sons" in text_of(next(figure.iter("figcaption")))


def test_a_rough_point_is_a_ring_that_says_so(session: Session, browse: Browse) -> None:
    point = PointRecord(latitude=39.97, longitude=-83.0, is_approximate=True)
    (key,) = save_records(session, make_record(point=point))
    page = browse.get("public.listing", listing_id=key)
    assert page.all(f"{SVG}circle", class_="about")
    assert "middle of the ZIP code" in page.text


@pytest.mark.parametrize(
    ("code", "miles"), [("43215", 25), ("75201", 100), ("99501", 100), ("10001", 50)]
)
def test_a_map_of_twenty_places_is_small(app: Flask, code: str, miles: int) -> None:
    place = find_zip(code)
    assert place is not None
    pins = [
        MapPin(
            number=number,
            name=f"Sample place {number}",
            latitude=place.latitude + (number % 5 - 2) * miles / 250,
            longitude=place.longitude + (number % 4 - 2) * miles / 200,
        )
        for number in range(1, 21)
    ]
    with app.test_request_context():
        view = map_view(
            pins,
            title="Sample",
            centre=(place.latitude, place.longitude),
            centre_name=code,
            radius_m=miles * METRES_PER_MILE,
        )
        html = render_template_string(TEMPLATE, view=view)
    drawing = html[html.index("<svg") : html.index("</svg>")]
    assert len(drawing.encode()) <= MOST_BYTES
    assert "style=" not in html
