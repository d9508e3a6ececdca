"""The search form: from the fields of a request to a query, or to what to change in which field.

Of a parameter that comes twice the first counts; `term` alone repeats. Others are ignored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from wtforms import Field, Form, StringField, ValidationError

from app.content.taxonomy import load_taxonomy
from app.domain.errors import ParseError, UnknownPlaceError
from app.domain.query import (
    DEFAULT_RADIUS_MILES,
    MAX_PAGE,
    METRES_PER_MILE,
    RADIUS_CHOICES_MILES,
    Place,
    SearchQuery,
)
from app.domain.text import clean_int, clean_text
from app.gazetteer import resolve
from app.web.public.search.asked import Asked
from app.web.wording import gettext as _

MAX_NEAR: Final = 100
MAX_TEXT: Final = 200
# What is shown again of a text that is far too long.
_MOST_READ: Final = 1_000
_MOST_OF_A_CODE: Final = 40
_NOT_OPEN: Final = frozenset({"", "0", "false", "no"})
# Where the error summary leads for each field: the id of what to change.
_TARGETS: Final = {"near": "near", "q": "q", "radius": "radius", "term": "filters"}


def _cleaned(value: str | None) -> str:
    return clean_text((value or "")[:_MOST_READ])


class LineField(StringField):
    """One line of text, cleaned; "" where the field is missing."""

    data: str

    def __init__(self, **bound: Any) -> None:  # noqa: ANN401 (what WTForms binds a field with)
        super().__init__(filters=[_cleaned], **bound)


class CodesField(Field):
    """Codes of terms: a parameter that repeats, each value once and in the order given."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take all values."""
        codes = (_cleaned(value[:_MOST_OF_A_CODE]) for value in valuelist)
        self.data = tuple(dict.fromkeys(code for code in codes if code))


class SearchForm(Form):
    """`SearchForm(request.args)`; after `validate()` its places and `to_query` can be asked for.

    `places` are all that `near` can mean: none for an empty one, several for a name that more
    than one place has. `suggestions` are near spellings of a place that is not known.
    """

    near = LineField()
    q = LineField()
    radius = LineField()
    term = CodesField()
    open_now = LineField()
    page = LineField()
    remove = LineField()

    def __init__(self, fields: Any) -> None:  # noqa: ANN401 (a MultiDict of werkzeug)
        super().__init__(fields)
        self.places: tuple[Place, ...] = ()
        self.suggestions: tuple[str, ...] = ()

    @property
    def place(self) -> Place | None:
        """The one place that was named, None for none and for several."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def page_number(self) -> int:
        """The page that was asked for; the first or the last possible for one out of bounds."""
        return clean_int(self.page.data, default=1, low=1, high=MAX_PAGE)

    @property
    def messages(self) -> tuple[tuple[str, str], ...]:
        """What to change: (id of the field, message), in the order of the page."""
        return tuple(
            (target, str(message))
            for name, target in _TARGETS.items()
            for message in self.errors.get(name, ())
        )

    def message(self, name: str) -> str | None:
        """What to change in one field, None for nothing."""
        return next((str(message) for message in self.errors.get(name, ())), None)

    def asked(self) -> Asked:
        """The search without the filter that was to be removed; fit only after `validate()`."""
        told = Asked(
            near=self.near.data,
            radius_miles=_radius(self.radius.data) or DEFAULT_RADIUS_MILES,
            text=self.q.data,
            term_codes=_current_codes(self.term.data),
            open_now=self.open_now.data not in _NOT_OPEN,
        )
        return told.without(self.remove.data) if self.remove.data else told

    def to_query(self, now: datetime) -> SearchQuery:
        """The search that was asked for, at `now` (aware); call it after `validate()`."""
        asked = self.asked()
        return SearchQuery(
            now=now,
            place=self.place,
            radius_m=asked.radius_miles * METRES_PER_MILE,
            text=asked.text,
            term_codes=asked.term_codes,
            open_now=asked.open_now,
            page=self.page_number,
        )

    def validate_near(self, field: LineField) -> None:
        """Look the place up."""
        if len(field.data) > MAX_NEAR:
            raise ValidationError(
                _("The place is too long: %(most)s characters at most", most=MAX_NEAR)
            )
        try:
            self.places = resolve(field.data)
        except ParseError as error:
            raise ValidationError(_("A ZIP code has 5 digits")) from error
        except UnknownPlaceError as error:
            self.suggestions = error.suggestions
            if field.data.isdecimal():
                raise ValidationError(_("We do not know this ZIP code")) from error
            raise ValidationError(
                _("We do not know this place: check how it is spelled")
            ) from error

    def validate_q(self, field: LineField) -> None:
        """Refuse a text that is no longer a few words."""
        if len(field.data) > MAX_TEXT:
            raise ValidationError(_("Use fewer words: %(most)s characters at most", most=MAX_TEXT))

    def validate_radius(self, field: LineField) -> None:
        """Refuse a distance that is not offered."""
        if field.data and _radius(field.data) is None:
            raise ValidationError(_("Choose 5, 10, 25, 50 or 100 miles"))

    def validate_term(self, field: CodesField) -> None:
        """Refuse a code that nothing could meet, rather than leave it out and show everything."""
        for code in field.data or ():
            if not _is_filter(code):
                raise ValidationError(_("There is no filter “%(code)s”", code=code))


def _radius(text: str) -> int | None:
    miles = clean_int(text, default=0, low=0, high=max(RADIUS_CHOICES_MILES) + 1)
    return miles if miles in RADIUS_CHOICES_MILES else None


def _is_filter(code: str) -> bool:
    taxonomy = load_taxonomy()
    term = taxonomy.term(code)
    return term is not None and taxonomy.topics != taxonomy.group_of(code)


def _current_codes(codes: tuple[str, ...] | None) -> tuple[str, ...]:
    """Known codes as the sheets of now write them, each once."""
    terms = (load_taxonomy().term(code) for code in codes or ())
    return tuple(dict.fromkeys(term.code for term in terms if term))
