"""A Listing as one row of a table and back: the editor's form in columns, under HSDS names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from app.content.taxonomy import load_taxonomy
from app.domain.listing import Listing
from app.domain.records import Delivery, ListingRecord, PhoneKind
from app.domain.spreadsheet import plain_cell
from app.domain.text import has_mojibake
from app.importers.tabular import NO, YES
from app.web.admin.listings.notices import PRIVACY_FIELD, privacy_choices
from app.web.admin.listings.typed import PHONE_FIELDS, Typed, one, phone_rows, shown
from app.web.admin.listings.week import KEEP, TEXT, UNKNOWN
from app.web.wording import gettext as _

ID: Final = "service_at_location_id"
VERSION: Final = "version"
CHECKED: Final = "assured_date"
NEEDED: Final = (ID, VERSION)
PHONES: Final = 6

# The columns that hold one text of the form: our name of the field by HSDS's of the column.
_SINGLE: Final = {
    "organization_name": "organization_name",
    "name": "name",
    "description": "description",
    "delivery": "delivery",
    "status": "status",
    "url": "website",
    "email": "email",
    "address_1": "address_1",
    "address_2": "address_2",
    "city": "city",
    "state_province": "state",
    "postal_code": "postal_code",
    "latitude": "latitude",
    "longitude": "longitude",
    "languages": "languages",
    "accessibility": "accessibility",
    "fees_description": "cost",
    "eligibility_description": "eligibility",
    "accepts_walk_ins": "accepts_walk_ins",
    "hours_note": "hours_note",
    "service_areas": "service_areas",
    "alert": "alert",
    "alert_until": "alert_until",
    "availability": "availability",
    "availability_on": "availability_on",
    "address_shown": PRIVACY_FIELD,
}
# What of a confidential address is not written out.
_SECRET: Final = ("address_1", "address_2", "postal_code", "latitude", "longitude")
_PHONE_PARTS: Final = ("number", "extension", "type", "description")
_PHONE_COLUMNS: Final = tuple(
    f"phone_{slot}_{part}" for slot in range(1, PHONES + 1) for part in _PHONE_PARTS
)
_KINDS: Final = frozenset(PhoneKind)
_SCHEDULE: Final = "schedule"
_TERMS: Final = "taxonomy_terms"
# In the order of the table. What is added later stands at its end: programs count on the places.
COLUMNS: Final = (
    *NEEDED,
    *_SINGLE,
    _SCHEDULE,
    _TERMS,
    *_PHONE_COLUMNS,
    CHECKED,
)

# Hours that no line of text says. A cell that holds this leaves them as they are.
_AS_THEY_ARE: Final = "(more than a line can say)"
_ZIP_DIGITS: Final = 5
_SHORT_ZIP: Final = re.compile(r"\d{3,4}", re.ASCII)
_BETWEEN_CODES: Final = re.compile(r"[;,\s]+")
_MOST_SHOWN: Final = 60

Problems = list[tuple[str, str]]


def cells_of(listing: Listing) -> dict[str, str]:
    """All columns of a Listing by name, as texts that are not yet safe to open."""
    return {
        ID: str(listing.id),
        VERSION: str(listing.version),
        CHECKED: listing.checked_on.isoformat() if listing.checked_on else "",
        **_cells(listing.record),
    }


def typed_of(cells: Mapping[str, str], base: ListingRecord) -> tuple[Typed, Problems, Problems]:
    """The form that these cells are, with problems and warnings as (column, message) pairs.

    A column that is not there, and a cell that is as it was written out, change nothing.
    """
    told, typed = _cells(base), dict(shown(base))
    given = {name: _text(cell) for name, cell in cells.items()}
    warnings = _short_zip(given, told)
    problems: Problems = []
    changed = {name for name in told if name in given and not _same(name, given, told)}
    for column, field in _SINGLE.items():
        if column in changed:
            typed[field] = (given[column],)
    problems += _read_answers(typed, given, changed, base)
    if _SCHEDULE in changed:
        typed["hours_mode"] = (TEXT if given[_SCHEDULE] else UNKNOWN,)
        typed["hours_text"] = (given[_SCHEDULE],)
    if changed & set(_PHONE_COLUMNS):
        problems += _wrong_kinds(given, changed)
        typed |= _phones(given, told, base)
    if _TERMS in changed:
        codes = [code for code in _BETWEEN_CODES.split(given[_TERMS]) if code]
        problems += _unknown_codes(codes, base)
        typed["term"] = tuple(sorted(set(codes)))
    problems += [
        (name, _("letters are damaged: save the table as CSV UTF-8"))
        for name in COLUMNS
        if name in changed and has_mojibake(given[name])
    ]
    return typed, problems, warnings


def column_of(field_id: str) -> str:
    """The column that holds what the form calls by this id."""
    found = re.fullmatch(r"phone_number_(\d+)", field_id)
    if found:
        return f"phone_{int(found[1]) + 1}_number"
    if field_id.startswith(("hours_text", "open_")):
        return _SCHEDULE
    return next((column for column, field in _SINGLE.items() if field == field_id), field_id)


def _cells(record: ListingRecord) -> dict[str, str]:
    typed = shown(record)
    cells = {column: one(typed, field) for column, field in _SINGLE.items()}
    if record.is_address_confidential:
        # A table leaves the house. A cell that comes back as empty as it went changes nothing.
        cells |= dict.fromkeys(_SECRET, "")
    cells[_SCHEDULE] = (
        _AS_THEY_ARE if one(typed, "hours_mode") == KEEP else one(typed, "hours_text")
    )
    cells[_TERMS] = "; ".join(record.term_codes)
    cells |= dict.fromkeys(_PHONE_COLUMNS, "")
    for slot, row in enumerate(list(phone_rows(typed))[:PHONES], 1):
        cells |= {
            f"phone_{slot}_{part}": text for part, text in zip(_PHONE_PARTS, row, strict=True)
        }
    return cells


def _text(cell: str) -> str:
    return plain_cell(cell).replace("\r\n", "\n").strip()


def _same(name: str, given: Mapping[str, str], told: Mapping[str, str]) -> bool:
    if given[name] == told[name].strip():
        return True
    if name not in {"latitude", "longitude"}:
        return False
    try:  # a spreadsheet program takes the last noughts away
        return float(given[name]) == float(told[name])
    except ValueError:
        return False


def _short_zip(given: dict[str, str], told: Mapping[str, str]) -> Problems:
    """A ZIP code whose first noughts a spreadsheet program took: given back, with a warning."""
    code = given.get("postal_code", "")
    if not _SHORT_ZIP.fullmatch(code):
        return []
    whole = given["postal_code"] = code.zfill(_ZIP_DIGITS)
    if told["postal_code"] == whole:
        return []
    return [("postal_code", _("%(code)s was read as %(whole)s", code=code, whole=whole))]


def _read_answers(
    typed: dict[str, Sequence[str]],
    given: Mapping[str, str],
    changed: set[str],
    base: ListingRecord,
) -> Problems:
    problems: Problems = []
    if "accepts_walk_ins" in changed:
        answer = given["accepts_walk_ins"].casefold()
        typed["accepts_walk_ins"] = ("yes" if answer in YES else "no" if answer else "",)
        if answer not in YES | NO:
            problems.append(("accepts_walk_ins", _("write yes or no, or leave it empty")))
    seen_by = {value for value, _words in privacy_choices()}
    if "address_shown" in changed and given["address_shown"] not in seen_by:
        # Read as the form reads it, an empty cell would show a confidential street.
        reason = _("choose one of: %(kinds)s", kinds=", ".join(sorted(seen_by)))
        problems.append(("address_shown", reason))
    if "delivery" in changed and Delivery.HELPLINE in {given["delivery"], base.delivery}:
        problems.append(("delivery", _("a helpline stays one, and no place becomes one")))
    return problems


def _phones(
    given: Mapping[str, str], told: Mapping[str, str], base: ListingRecord
) -> dict[str, Sequence[str]]:
    """The rows of numbers of the form; those beyond the columns stay as they are."""
    rows = []
    for slot in range(1, PHONES + 1):
        names = [f"phone_{slot}_{part}" for part in _PHONE_PARTS]
        number, extension, kind, note = (given.get(name, told[name]) for name in names)
        rows.append((number, extension, kind if kind in _KINDS else "voice", note))
    rows += list(phone_rows(shown(base)))[PHONES:]
    columns = zip(*rows, strict=True)
    return dict(zip(PHONE_FIELDS, (tuple(column) for column in columns), strict=True))


def _wrong_kinds(given: Mapping[str, str], changed: set[str]) -> Problems:
    kinds = ", ".join(PhoneKind)
    return [
        (name, _("choose one of: %(kinds)s", kinds=kinds))
        for name in _PHONE_COLUMNS
        if name in changed and name.endswith("_type") and given[name] not in {"", *_KINDS}
    ]


def _unknown_codes(codes: Sequence[str], base: ListingRecord) -> Problems:
    taxonomy = load_taxonomy()
    return [
        (_TERMS, _("we do not know the code %(code)s", code=code[:_MOST_SHOWN]))
        for code in codes
        if taxonomy.term(code) is None and code not in base.term_codes
    ]
