"""The search page: what was asked by GET or by POST, answered with one of its states."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final

from flask import current_app, render_template, request, url_for
from werkzeug.exceptions import TooManyRequests

from app.content.crisis import find_crisis
from app.db import DatabaseUnavailableError
from app.domain.query import Place
from app.extensions import db
from app.gazetteer import states
from app.search.searcher import Searcher
from app.store.versions import current_versions
from app.web import clock
from app.web.helplines_now import brief_helplines_near
from app.web.limits import Limit
from app.web.origin import refuse_other_origins
from app.web.public import blueprint
from app.web.public.search.around import guide_links, heading_words
from app.web.public.search.asked import Asked, Way, Ways
from app.web.public.search.box import written_box
from app.web.public.search.filters import chosen_filters, filter_groups, other_codes
from app.web.public.search.form import SearchForm
from app.web.public.search.repairs import repair_view
from app.web.public.search.results import first_number, load_listed, results_view
from app.web.public.search.results_map import results_map
from app.web.public.search.sentence import where_words
from app.web.public.search.unloaded import unloaded_view
from app.web.public.search.written_page import SearchPage, written_page
from app.web.reading import read_again
from app.web.tries import seconds_to_wait_as_network
from app.web.wording import gettext as _

Page = str | bytes
Answer = Page | tuple[Page, int, dict[str, str]]

# What a page shows of the places that a name can mean before the others are folded away.
MOST_PLACES_SHOWN: Final = 8
_RETRY_AFTER_S: Final = 5
# A library or a clinic is one network with many people; ten a second is a machine.
BY_NETWORK: Final = Limit(name="search network", count=600, period_s=60)


@blueprint.route("/search", methods=["GET", "POST"])
def search() -> Answer:
    """The places that can help near a place, with their filters.

    POST is the same page for a search that should not stay in the browser's history.
    """
    if request.method == "POST":
        refuse_other_origins()
    form = SearchForm(request.form if request.method == "POST" else request.args)
    ways = Ways(address=url_for("public.search"), is_private=request.method == "POST")
    crisis = find_crisis(form.q.data) | find_crisis(form.near.data)
    wait_s = seconds_to_wait_as_network(BY_NETWORK)
    if wait_s:
        return _refused(form, ways=ways, crisis=crisis, wait_s=wait_s)
    is_valid = form.validate()
    try:
        return read_again(lambda: _answer(form, ways=ways, crisis=crisis, is_valid=is_valid))
    except (DatabaseUnavailableError, OSError):
        # The error page has the numbers; whoever wrote of dying gets the whole card.
        if not crisis:
            raise
        return _resting_page(form, ways=ways, crisis=crisis)


def _refused(form: SearchForm, *, ways: Ways, crisis: frozenset[str], wait_s: int) -> Answer:
    """The answer to a machine; a person who wrote of dying behind its network gets the card."""
    if not crisis:
        raise TooManyRequests(retry_after=wait_s)
    page, _status, _headers = _resting_page(form, ways=ways, crisis=crisis)
    return page, int(HTTPStatus.TOO_MANY_REQUESTS), {"Retry-After": str(wait_s)}


def _answer(form: SearchForm, *, ways: Ways, crisis: frozenset[str], is_valid: bool) -> Answer:
    now = clock.now()
    if not is_valid:
        return _error_page(form, ways=ways, crisis=crisis, now=now)
    if len(form.places) > 1:
        return _which_page(form, ways=ways, crisis=crisis, now=now)
    if form.asked().is_empty:
        return _first_page(form, ways=ways, crisis=crisis, now=now)
    return _results_page(form, ways=ways, crisis=crisis, now=now)


def _results_page(form: SearchForm, *, ways: Ways, crisis: frozenset[str], now: datetime) -> Answer:
    searcher: Searcher = current_app.extensions["searcher"]
    asked, query = form.asked(), form.to_query(now)
    versions = current_versions(db.engine)
    result = searcher.search(query, version=versions.data)
    listed = load_listed(result.hits, versions=versions)
    where = where_words(asked, query.place)
    is_empty = result.total == 0
    hidden_codes = other_codes(asked)
    return written_page(
        SearchPage(
            heading=_("Help %(where)s", where=where),
            form=form,
            asked=asked,
            ways=ways,
            crisis=crisis,
            box=written_box(asked, ways, hidden_codes=hidden_codes),
            groups=filter_groups(asked, result),
            chosen=chosen_filters(asked, ways),
            hidden_codes=hidden_codes,
            helplines=brief_helplines_near(query.place, now=now, version=versions.data),
            helplines_heading=heading_words(query.place),
            guide=guide_links(asked.text, place=query.place, on=now.date()),
            results=results_view(result, listed, asked=asked, query=query, ways=ways),
            map=results_map(listed, query=query, where=where, first_number=first_number(result)),
            repair=repair_view(searcher, query, versions=versions, asked=asked, ways=ways)
            if is_empty
            else None,
            unloaded=unloaded_view(searcher, query, result, versions=versions),
            take_along=_take_along(asked, ways),
        )
    )


def _first_page(form: SearchForm, *, ways: Ways, crisis: frozenset[str], now: datetime) -> Answer:
    return written_page(
        SearchPage(
            heading=_("Find help near you"),
            form=form,
            asked=form.asked(),
            ways=ways,
            crisis=crisis,
            helplines=brief_helplines_near(None, now=now),
            helplines_heading=heading_words(None),
            regions=_places_ways(tuple(states().values()), asked=form.asked(), ways=ways),
        )
    )


def _error_page(form: SearchForm, *, ways: Ways, crisis: frozenset[str], now: datetime) -> Answer:
    asked = form.asked()
    spellings = tuple(ways.to(asked.moved(label), label=label) for label in form.suggestions)
    is_lost = form.message("near") is not None
    regions = _places_ways(tuple(states().values()), asked=asked, ways=ways) if is_lost else ()
    return written_page(
        SearchPage(
            heading=_("Find help near you"),
            form=form,
            asked=asked,
            ways=ways,
            crisis=crisis,
            groups=filter_groups(asked, None),
            hidden_codes=other_codes(asked),
            helplines=brief_helplines_near(form.place, now=now),
            helplines_heading=heading_words(form.place),
            guide=guide_links(asked.text, place=form.place, on=now.date()),
            near_spellings=spellings,
            regions=regions,
        )
    )


def _which_page(form: SearchForm, *, ways: Ways, crisis: frozenset[str], now: datetime) -> Answer:
    asked = form.asked()
    places = _places_ways(form.places, asked=asked, ways=ways)
    return render_template(
        "public/which_place.html",
        near=asked.near,
        ways=ways,
        crisis=crisis,
        form=form,
        asked=asked,
        hidden=[pair for pair in asked.pairs() if pair[0] not in {"near", "q"}],
        places=places[:MOST_PLACES_SHOWN],
        more_places=places[MOST_PLACES_SHOWN:],
        helplines=brief_helplines_near(None, now=now),
        helplines_heading=heading_words(None),
    )


def _resting_page(
    form: SearchForm, *, ways: Ways, crisis: frozenset[str]
) -> tuple[Page, int, dict[str, str]]:
    page = SearchPage(
        heading=_("The search is resting for a moment"),
        form=form,
        asked=form.asked(),
        ways=ways,
        crisis=crisis,
        is_down=True,
    )
    status = int(HTTPStatus.SERVICE_UNAVAILABLE)
    return written_page(page), status, {"Retry-After": str(_RETRY_AFTER_S)}


def _places_ways(places: tuple[Place, ...], *, asked: Asked, ways: Ways) -> tuple[Way, ...]:
    return tuple(ways.to(asked.moved(place.label), label=place.label) for place in places)


def _take_along(asked: Asked, ways: Ways) -> Way | None:
    """The way to a file of what is near; it holds all kinds, so that the filters stay behind."""
    if not asked.near:
        return None
    there = Ways(address=url_for("take_along.page"), is_private=ways.is_private)
    label = _("Take numbers and places near here along in a file")
    return there.to(Asked(near=asked.near), label=label)
