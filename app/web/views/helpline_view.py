"""One helpline, or several that share a number, as the macros of helpline_card.html show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.helplines import (
    ALWAYS_TRUSTED_NUMBERS,
    helpline_state,
    helplines_for,
    main_number,
)
from app.domain.listing import Listing
from app.domain.opening import OpeningKind
from app.domain.phone import same_number
from app.domain.records import AreaExtent, ListingRecord, PhoneKind, PhoneRecord
from app.web.formatters import DEFAULT_LOCALE, join_words, partial_date, phone_text
from app.web.views.card_view import other_name
from app.web.views.dated_hours_words import coming_days
from app.web.views.language_words import language_words
from app.web.views.links import host_name, message_to_self, web_link
from app.web.views.opening_view import OpeningView, opening_view
from app.web.views.reach_words import with_article
from app.web.wording import gettext as _
from app.web.wording import ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class SharerView:
    """Another helpline behind the same number, with the numbers that it alone has."""

    id: str
    name: str
    what: str | None
    area: str
    phones: tuple[PhoneRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelplineView:
    """What a helpline's card says, in words; see templates/components/helpline_card.html."""

    id: str
    url: str | None
    name: str
    organization: str | None
    what: str | None
    area: str
    who: str | None
    answered_by: str | None
    opening: OpeningView
    phones: tuple[PhoneRecord, ...]
    texts: tuple[PhoneRecord, ...]
    text_keyword: str | None
    chat_url: str | None
    website: str | None
    website_name: str | None
    languages: str | None
    cost: str | None
    confidential: str | None
    dated_hours: tuple[str, ...]
    hours_note: str | None
    notes: str | None
    checked: str
    is_old: bool
    message_url: str | None
    sharers: tuple[SharerView, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody answers now, by phone or text."""
        return self.opening.is_open and bool(self.phones or self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelplineBrief:
    """What a row above the results says of a helpline: its name, that it answers, one button."""

    name: str
    url: str | None
    opening: OpeningView
    phone: PhoneRecord | None


def helpline_brief(
    listing: Listing,
    *,
    now: datetime,
    url: str | None = None,
    reader_timezone: str | None = None,
    locale: str = DEFAULT_LOCALE,
) -> HelplineBrief:
    """The row of a helpline. Times name their zone unless the reader is in it."""
    record = listing.record
    return HelplineBrief(
        name=record.name,
        url=url,
        opening=helpline_opening(record, now=now, reader_timezone=reader_timezone, locale=locale),
        phone=main_number(record),
    )


def helpline_view(
    listing: Listing,
    *,
    now: datetime,
    url: str | None = None,
    reader_timezone: str | None = None,
    locale: str = DEFAULT_LOCALE,
) -> HelplineView:
    """The card of a helpline. Times name their zone unless the reader is in it."""
    record = listing.record
    helpline = record.helpline
    return HelplineView(
        id=str(listing.id),
        url=url,
        name=record.name,
        organization=other_name(record.organization_name, record.name),
        what=record.description,
        area=area_words(record),
        who=record.eligibility,
        answered_by=helpline.answered_by if helpline else None,
        opening=helpline_opening(record, now=now, reader_timezone=reader_timezone, locale=locale),
        phones=spoken_phones(record),
        texts=text_phones(record),
        text_keyword=helpline.text_keyword if helpline else None,
        chat_url=web_link(helpline.chat_url) if helpline else None,
        website=web_link(record.website),
        website_name=host_name(record.website),
        languages=language_words(record.languages, locale=locale),
        cost=record.cost,
        confidential=confidential_words(helpline.is_confidential if helpline else None),
        dated_hours=coming_days(
            record.dated_hours, timezone=record.timezone, now=now, locale=locale
        ),
        hours_note=record.hours_note,
        notes=helpline.notes if helpline else None,
        checked=helpline_checked(listing, locale=locale),
        is_old=is_old(record),
        message_url=_message_url(record),
    )


def helpline_views_for(
    listings: Iterable[Listing],
    *,
    now: datetime,
    state: str | None = None,
    county_fips: str | None = None,
    reader_timezone: str | None = None,
    locale: str = DEFAULT_LOCALE,
) -> tuple[HelplineView, ...]:
    """The two or three helplines that cover a place and answer now, as cards or rows."""
    chosen = helplines_for(listings, now=now, state=state, county_fips=county_fips)
    return tuple(
        helpline_view(listing, now=now, reader_timezone=reader_timezone, locale=locale)
        for listing in chosen
    )


def grouped_view(
    group: Sequence[Listing],
    *,
    now: datetime,
    reader_timezone: str | None = None,
    locale: str = DEFAULT_LOCALE,
) -> HelplineView:
    """One card for helplines with one main number: the first, with the names of the others."""
    first = helpline_view(group[0], now=now, reader_timezone=reader_timezone, locale=locale)
    sharers = tuple(
        SharerView(
            id=str(listing.id),
            name=listing.record.name,
            what=listing.record.description,
            area=area_words(listing.record),
            phones=_other_numbers(listing.record, group[0].record),
        )
        for listing in group[1:]
    )
    return replace(first, sharers=sharers)


def spoken_phones(record: ListingRecord) -> tuple[PhoneRecord, ...]:
    """The numbers to speak on, the one to call first in front; no texts and no fax."""
    first = main_number(record)
    others = [phone for phone in record.phones if phone.kind not in {PhoneKind.TEXT, PhoneKind.FAX}]
    return tuple(sorted(others, key=lambda phone: first is None or not same_number(phone, first)))


def text_phones(record: ListingRecord) -> tuple[PhoneRecord, ...]:
    """The numbers to send a text message to."""
    return tuple(p for p in record.phones if p.kind is PhoneKind.TEXT and p.number)


def area_words(record: ListingRecord) -> str:
    """Where a helpline can be used: "All of the United States", "Ohio"."""
    names = [
        _("All of %(country)s", country=with_article(area.name))
        if area.extent is AreaExtent.COUNTRY
        else area.name
        for area in record.service_areas
        if area.name
    ]
    return join_words(names, _("and")) or _("Area not known: call and ask")


def helpline_checked(listing: Listing, *, locale: str = DEFAULT_LOCALE) -> str:
    """On how many public pages the number was seen, how new they are, and our own check."""
    record = listing.record
    pages = len({source.url or source.title for source in record.sources})
    if record.as_of:
        day = partial_date(record.as_of, locale=locale)
        words = ngettext(
            "Number seen on %(num)s public page, newest from %(day)s.",
            "Number seen on %(num)s public pages, newest from %(day)s.",
            pages,
            day=day,
        )
    else:
        words = ngettext(
            "Number seen on %(num)s public page without a date.",
            "Number seen on %(num)s public pages without a date.",
            pages,
        )
    checks = [
        check.verified_on
        for check in listing.verifications
        if check.field == "phones" and check.how != "edit"
    ]
    if not checks:
        return f"{words} {_('Not called by us.')}"
    day = partial_date(max(checks).isoformat(), locale=locale)
    return f"{words} {_('Checked by us on %(day)s.', day=day)}"


def is_old(record: ListingRecord) -> bool:
    """Whether its pages are so old, or undated, that a warning stands with it."""
    helpline = record.helpline
    first = main_number(record)
    if first is not None and first.number in ALWAYS_TRUSTED_NUMBERS:
        return False
    return helpline is None or helpline.is_stale is not False


def helpline_opening(
    record: ListingRecord, *, now: datetime, reader_timezone: str | None, locale: str
) -> OpeningView:
    """Whether a helpline answers now; times name their zone unless the reader is in it."""
    if record.timezone:
        return opening_view(
            record.schedules,
            timezone=record.timezone,
            now=now,
            dated=record.dated_hours,
            locale=locale,
            names_zone=record.timezone != reader_timezone,
        )
    if helpline_state(record, now=now).kind is OpeningKind.OPEN:
        return OpeningView(state="always")
    return OpeningView(state="unknown")


def confidential_words(value: bool | None) -> str | None:  # noqa: FBT001 (three states)
    """Whether it is said to be confidential; None when that is not known."""
    if value is None:
        return None
    return _("Confidential") if value else _("Not confidential")


def _message_url(record: ListingRecord) -> str | None:
    """The message to oneself: the name and the number to call or text; None without one."""
    phone = main_number(record)
    return message_to_self(record.name, numbers=(phone_text(phone),)) if phone else None


def _other_numbers(record: ListingRecord, first: ListingRecord) -> tuple[PhoneRecord, ...]:
    """The numbers of a helpline that the first one of its card does not have."""
    return tuple(
        phone
        for phone in (*spoken_phones(record), *text_phones(record))
        if not any(phone.kind is kept.kind and same_number(phone, kept) for kept in first.phones)
    )
