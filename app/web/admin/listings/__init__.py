"""The listings as the staff work on them: found, added, changed, checked, compared, restored."""

from __future__ import annotations

from typing import Any, Final

from flask import request
from flask_login import current_user

from app.web.admin import blueprint
from app.web.admin.listings import (  # the routes hang themselves on the staff's blueprint
    add,  # noqa: F401
    edit,  # noqa: F401
    find,  # noqa: F401
    history,  # noqa: F401
    overview,  # noqa: F401
    table_in,  # noqa: F401
    table_out,  # noqa: F401
)
from app.web.admin.listings.submit import allow_long_texts
from app.web.admin.listings.table_in import LARGEST_TABLE_BYTES, ROOM_AROUND_BYTES

_LONG_FORMS: Final = frozenset(
    {
        "admin.add_listing",
        "admin.edit_listing",
        "admin.edit_proposal",
        "admin.merge_listing",
        "admin.propose_changes",
    }
)
_UPLOAD: Final = "admin.upload_listing_table"


@blueprint.url_value_preprocessor
def _admit_long_forms(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Before the door reads the form.
    if request.method == "POST" and endpoint in _LONG_FORMS:
        allow_long_texts(request, is_signed_in=current_user.is_authenticated)
    if request.method == "POST" and endpoint == _UPLOAD and current_user.is_authenticated:
        request.max_content_length = LARGEST_TABLE_BYTES + ROOM_AROUND_BYTES
