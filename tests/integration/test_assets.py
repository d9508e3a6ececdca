"""Static files: kept for good under the name of their content, and found under that of another release."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

# The name that the files of some release before had.
BEFORE = "0123456789ab"


def test_the_files_of_a_page_are_kept_for_good(client: FlaskClient) -> None:
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text)
    assert len(addresses) >= 3
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == HTTPStatus.OK
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_of_the_release_before_still_finds_its_look(client: FlaskClient) -> None:
    """Fetched just before a reload, its stylesheet just after."""
    [address] = re.findall(r'href="(/static/[^"]+/styles\.css)"', client.get("/").text)
    with client.get(f"/static/{BEFORE}/styles.css") as answer, client.get(address) as kept:
        assert answer.data == kept.data
        assert answer.mimetype == "text/css"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    [
        f"/static/{BEFORE}/nothing.css",
        f"/static/{BEFORE}/styles.css.br",
        f"/static/{BEFORE}/..",
        "/static/styles/styles.css",
        f"/static/{BEFORE}a/styles.css",
    ],
)
def test_there_are_no_other_files(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
