"""From the texts of a form to the fields that changed, with problems and warnings in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from app.content.taxonomy import load_taxonomy
from app.domain.address import website_or_none
from app.domain.errors import ParseError
from app.domain.phone import parse_phone, phone_country
from app.domain.records import Delivery, ListingRecord, ListingStatus, PhoneKind, PhoneRecord
from app.domain.text import DEFAULT_LIMIT, clean_text
from app.web.admin.listings.areas import read_areas
from app.web.admin.listings.dated import DATED_FIELDS, DATED_REMOVE, read_dated
from app.web.admin.listings.helpline import HELPLINE_FIELDS, TOPIC_FIELD, read_helpline
from app.web.admin.listings.notices import (
    ALERT_FIELDS,
    PRIVACY_FIELD,
    ROOM_FIELDS,
    read_alert,
    read_privacy,
    read_room,
    told_in_public,
)
from app.web.admin.listings.place import PLACE_FIELDS, read_place
from app.web.admin.listings.typed import (
    HOURS_FIELDS,
    PHONE_FIELDS,
    Typed,
    one,
    phone_rows,
    shown,
    shown_phone,
)
from app.web.admin.listings.values import field_words
from app.web.admin.listings.week import read_hours
from app.web.views.language_words import language_name
from app.web.wording import gettext as _

_SCRIPTS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
_LONGEST_EXTENSION: Final = 7
_MOST_PHONES: Final = 30
_SIGN_LANGUAGES: Final = {"sign language": "ase", "american sign language": "ase", "asl": "ase"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something odd that can be right: saved only once a person confirms its `key`."""

    key: str
    message: str
    listing_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The fields that differ from the record that the form showed; `errors` are (id, message)."""

    changes: Mapping[str, Any]
    errors: tuple[tuple[str, str], ...] = ()
    warnings: tuple[Caution, ...] = ()


def read_listing(typed: Typed, base: ListingRecord, *, today: date) -> Reading:
    """What somebody changed in the form of this record; `today` is the day of what is said of now.

    A field whose text is as it was keeps its value, even where no text of a form could say it.
    """
    reader = _Reader(typed, base, today=today)
    reader.read_texts()
    reader.read_choices()
    reader.read_web()
    reader.read_phones()
    reader.read_hours()
    reader.read_dated_hours()
    reader.read_lists()
    reader.read_place()
    reader.read_areas()
    reader.read_helpline()
    reader.read_notices()
    reader.warn_of_private_street()
    return Reading(
        changes={
            field: value for field, value in reader.changes.items() if value != getattr(base, field)
        },
        errors=tuple(reader.errors),
        warnings=tuple(reader.warnings),
    )


def field_names() -> Mapping[str, str]:
    """The names of the fields of a form that hold one text."""
    return {
        "name": _("Name"),
        "organization_name": _("Organization"),
        "description": _("Description"),
        "hours_note": _("Note on the hours"),
        "cost": _("Cost"),
        "eligibility": _("Who it is for"),
    }


class _Reader:
    """Reads group after group; what one of them refuses does not hinder the others."""

    def __init__(self, typed: Typed, base: ListingRecord, *, today: date) -> None:
        self.today = today
        self.typed = typed
        self.base = base
        self.before = shown(base)
        self.changes: dict[str, Any] = {}
        self.errors: list[tuple[str, str]] = []
        self.warnings: list[Caution] = []

    def read_texts(self) -> None:
        for field, label in field_names().items():
            text = self._text(field, label)
            if text is None:
                continue
            is_needed = field in {"name", "organization_name"}
            if is_needed and not text:
                self.errors.append((field, _("%(label)s: enter one.", label=label)))
            elif self._differs(field):
                self.changes[field] = text if is_needed else text or None
                if is_needed and _has_mixed_scripts(text):
                    message = _(
                        "%(label)s: a word in it mixes letters of two alphabets that look alike.",
                        label=label,
                    )
                    self.warnings.append(Caution(key=f"letters_{field}", message=message))

    def read_choices(self) -> None:
        self._choice("delivery", Delivery)
        self._choice("status", ListingStatus)
        if self._differs("accepts_walk_ins"):
            answers = {"": None, "yes": True, "no": False}
            self.changes["accepts_walk_ins"] = answers.get(one(self.typed, "accepts_walk_ins"))

    def read_web(self) -> None:
        for field, label, read in (
            ("website", _("Website"), website_or_none),
            ("email", _("E-mail"), _email_or_none),
        ):
            if self._differs(field):
                self._parse(field, label, read)

    def read_phones(self) -> None:
        if not self._differs(*PHONE_FIELDS, "phone_remove"):
            return
        known = {shown_phone(phone): phone for phone in self.base.phones}
        removed = set(self.typed.get("phone_remove", ()))
        rows = list(phone_rows(self.typed))
        if len(rows) > _MOST_PHONES:
            message = _("At most %(count)s telephone numbers.", count=_MOST_PHONES)
            self.errors.append(("phone_number_0", message))
            return
        found: list[PhoneRecord] = []
        problems = len(self.errors)
        for position, row in enumerate(rows):
            if str(position) in removed or not any(part.strip() for part in (row[0], row[1])):
                continue
            phone = known.get(row) or self._phone(position, row)
            if phone is not None and phone not in found:
                found.append(phone)
        if len(self.errors) == problems:
            self.changes["phones"] = tuple(found)

    def read_hours(self) -> None:
        if not self._differs(*HOURS_FIELDS):
            return
        schedules, problems = read_hours(self._texts(HOURS_FIELDS), before=self.base.schedules)
        self.errors += problems
        if not problems:
            self.changes["schedules"] = schedules

    def read_dated_hours(self) -> None:
        if not self._differs(*DATED_FIELDS, DATED_REMOVE):
            return
        dated, problems = read_dated(self.typed, base=self.base.dated_hours, today=self.today)
        self.errors += problems
        if not problems:
            self.changes["dated_hours"] = dated

    def read_lists(self) -> None:
        if self._differs("languages"):
            self._read_languages()
        if self._differs("accessibility"):
            text = one(self.typed, "accessibility")
            if len(text) > DEFAULT_LIMIT:
                self.errors.append(("accessibility", too_long(_("Accessibility"), text)))
            else:
                lines = (clean_text(line) for line in text.split("\n"))
                self.changes["accessibility"] = tuple(line for line in lines if line)
        if self._differs("term"):
            taxonomy = load_taxonomy()
            codes = {code for code in self.typed["term"] if taxonomy.term(code) is not None}
            kept = {code for code in self.base.term_codes if taxonomy.term(code) is None}
            self.changes["term_codes"] = tuple(sorted(codes | kept))

    def read_place(self) -> None:
        delivery = self.changes.get("delivery", self.base.delivery)
        is_there = delivery in {Delivery.SITE, Delivery.ACCESS_POINT}
        if not self._differs(*PLACE_FIELDS) and not (is_there and "delivery" in self.changes):
            return
        texts = self._texts(PLACE_FIELDS)
        told = {name: one(self.before, name) for name in PLACE_FIELDS}
        place = read_place(texts, told, base=self.base, is_needed=is_there)
        self.changes.update(place.changes)
        self.errors += place.errors
        self.warnings += [Caution(key=key, message=text) for key, text in place.warnings]

    def read_areas(self) -> None:
        if self._differs("service_areas"):
            try:
                areas = read_areas(one(self.typed, "service_areas"), before=self.base.service_areas)
                self.changes["service_areas"] = areas
            except ParseError as error:
                self.errors.append(("service_areas", f"{_('Area served')}: {error.reason}"))

    def read_helpline(self) -> None:
        helpline = self.base.helpline
        if helpline is None or not self._differs(*HELPLINE_FIELDS, TOPIC_FIELD):
            return
        topics = self.typed.get(TOPIC_FIELD, ())
        found, problems = read_helpline(self._texts(HELPLINE_FIELDS), topics, base=helpline)
        self.errors += problems
        self.changes["helpline"] = found

    def read_notices(self) -> None:
        if self._differs(*ALERT_FIELDS):
            alert, problems = read_alert(self._texts(ALERT_FIELDS), today=self.today)
            self.errors += problems
            self.changes["alert"] = alert
        if self._differs(*ROOM_FIELDS):
            room, problems = read_room(
                self._texts(ROOM_FIELDS), before=self.base.availability, today=self.today
            )
            self.errors += problems
            self.changes["availability"] = room
        address = self.changes.get("address", self.base.address)
        is_private = read_privacy(self._texts((PRIVACY_FIELD,)))
        self.changes["is_address_confidential"] = is_private and address is not None

    def warn_of_private_street(self) -> None:
        after = replace(self.base, **self.changes)
        if after == self.base:
            return
        for field in told_in_public(after):
            message = _(
                "The address is for the staff only, but “%(field)s” names its street.",
                field=field_words(field),
            )
            self.warnings.append(Caution(key=f"private_{field}", message=message))

    def _texts(self, names: Sequence[str]) -> Mapping[str, str]:
        return {name: one(self.typed, name) for name in names}

    def _differs(self, *names: str) -> bool:
        return any(
            tuple(self.typed.get(name, ())) != tuple(self.before.get(name, ())) for name in names
        )

    def _text(self, field: str, label: str) -> str | None:
        text = one(self.typed, field)
        try:
            return clean_text(text)
        except ParseError:
            self.errors.append((field, too_long(label, text)))
            return None

    def _choice(self, field: str, kind: type[Delivery | ListingStatus]) -> None:
        if not self._differs(field):
            return
        try:
            self.changes[field] = kind(one(self.typed, field))
        except ValueError:
            self.errors.append((field, _("Choose one of the list.")))

    def _parse(self, field: str, label: str, read: Callable[[str], str | None]) -> None:
        try:
            self.changes[field] = read(one(self.typed, field))
        except ParseError as error:
            self.errors.append((field, f"{label}: {error.reason}"))

    def _phone(self, position: int, row: tuple[str, str, str, str]) -> PhoneRecord | None:
        number, extension, kind, note = row
        state = one(self.typed, "state")
        try:
            phone = parse_phone(
                number,
                kind=PhoneKind(kind or "voice"),
                country=phone_country(state),
                description=clean_text(note) or None,
            )
            return _with_extension(phone, clean_text(extension[:80]))
        except ParseError as error:
            message = f"{_('Phone')}: {error.reason}"
        except ValueError:
            message = _("Phone: choose a kind of the list.")
        self.errors.append((f"phone_number_{position}", message))
        return None

    def _read_languages(self) -> None:
        names = {language_name(code).casefold(): code for code in self.base.languages}
        codes: list[str] = []
        for part in one(self.typed, "languages").replace(";", ",").replace("\n", ",").split(","):
            word = clean_text(part[:DEFAULT_LIMIT]).casefold()
            code = names.get(word) or _language_codes().get(word)
            if word and code is None:
                message = _("Languages: we do not know “%(name)s”.", name=word[:60])
                self.errors.append(("languages", message))
                return
            if code:
                codes.append(code)
        self.changes["languages"] = tuple(dict.fromkeys(codes))


def too_long(label: str, text: str) -> str:
    """What to say of a text that is too long to keep."""
    return _(
        "%(label)s: 10,000 characters at most. This has %(count)s.", label=label, count=len(text)
    )


def _with_extension(phone: PhoneRecord, extension: str) -> PhoneRecord:
    if not extension or extension == phone.extension:
        return phone
    if not (extension.isascii() and extension.isdecimal()) or len(extension) > _LONGEST_EXTENSION:
        reason = "an extension has 1 to 7 digits"
        raise ParseError(reason, value=extension)
    return replace(phone, extension=extension)


def _email_or_none(text: str) -> str | None:
    word = clean_text(text, limit=DEFAULT_LIMIT)
    if not word:
        return None
    try:
        return str(validate_email(word, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        reason = "write it like name@example.org"
        raise ParseError(reason, value=word) from error


def _has_mixed_scripts(text: str) -> bool:
    """Whether one word has letters of two alphabets, as a name that imitates another has."""
    return any(len(_scripts(word)) > 1 for word in text.split())


def _scripts(word: Sequence[str]) -> set[str]:
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha())
    return {name for name in names if name in _SCRIPTS}


@cache
def _language_codes() -> Mapping[str, str]:
    """Codes by the English names of their languages, and by themselves."""
    names = Locale.parse("en").languages
    plain = {code: name for code, name in names.items() if code.isalpha() and code.islower()}
    by_name = {str(name).casefold(): code for code, name in plain.items()}
    return {**{code: code for code in plain}, **by_name, **_SIGN_LANGUAGES}
