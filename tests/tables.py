"""Tables of listings as a spreadsheet program would hold them, save them and send them."""

from __future__ import annotations

import csv
import io
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.browse import Page
from tests.listing_forms import EditorBrowser
from tests.staff import SAME_SITE, token_in

OUT = "/admin/listings/table.csv"
IN = "/admin/listings/csv"


def out(browser: EditorBrowser, query: str = "") -> list[dict[str, str]]:
    """The rows of an export as a spreadsheet program would hold them."""
    answer = browser.client.get(f"{OUT}{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def table_of(rows: list[dict[str, str]], *, delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def send(
    browser: EditorBrowser,
    content: str | bytes,
    *,
    answer: int = 302,
    name: str = "sample table.csv",
) -> Page:
    """Choose a file and send it; the preview where it is taken."""
    data = content.encode() if isinstance(content, str) else content
    token = token_in(browser.get(IN).html)
    # All in memory: a browser's temporary file would be left open where the answer is 413.
    boundary, body = encode_multipart(
        {"csrf_token": token, "file": FileStorage(io.BytesIO(data), name)}
    )
    page = browser._open(
        IN,
        status=answer,
        method="POST",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=dict(SAME_SITE),
    )
    return browser.follow() if answer == 302 else page


def apply(browser: EditorBrowser, page: Page, *, answer: int = 302, **data: Any) -> Page:
    (form,) = [f for f in page.all("form") if f.get("action", "").startswith(f"{IN}/")]
    found = browser.send(form.get("action", ""), answer=answer, **data)
    return browser.follow() if answer == 302 else found
