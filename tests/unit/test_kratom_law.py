"""The law on kratom: the data is that of the facts, and what is unclear is never shown as legal."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

import msgspec
import pytest
import yaml

from app.content.entries import CONTENT_FOLDER
from app.content.kratom_law import (
    KratomLaw,
    LawStatus,
    SevenOhStatus,
    SourceKind,
    StateLaw,
    load_kratom_law,
)
from app.gazetteer import state_name, states
from app.web.learn.law_view import TILE, law_view, state_view, tiles
from app.web.views.law_words import status_words
from tests.shared_data import shared_path
from tests.unit.clinical_facts import numbers

LAW = load_kratom_law()
TODAY = date(2026, 11, 24)
CHECKED_COUNTRIES = {"TH", "MY", "AU", "GB"}


@cache
def facts() -> dict[str, Any]:
    return dict(yaml.safe_load(shared_path("facts", "kratom-legal.yaml").read_text("utf-8")))


def fact_of(code: str) -> dict[str, Any]:
    return next(row for row in facts()["states"] if row["code"] == code)


def ids(entry: StateLaw) -> str:
    return entry.code


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of the views need no request here."""
    monkeypatch.setattr(
        "app.web.learn.law_view._", lambda text, **words: text % words if words else text
    )


@pytest.mark.parametrize("entry", LAW.states, ids=ids)
def test_every_entry_carries_the_facts_over(entry: StateLaw) -> None:
    row = fact_of(entry.code)
    assert (entry.name, entry.status.value) == (row["name"], row["status"])
    assert (entry.min_age, entry.year) == (row["min_age"], row["year"])
    assert entry.seven_oh.value == row["seven_oh_status"]
    assert entry.as_of == (row["as_of"] and str(row["as_of"]))
    assert (entry.confidence.value, entry.is_uncertain) == (row["confidence"], row["uncertain"])
    assert list(entry.sources) == [
        key.strip() for key in (row["source"] or "").split(",") if key.strip()
    ]


@pytest.mark.parametrize("entry", LAW.states, ids=ids)
def test_every_number_in_our_words_is_in_the_facts(entry: StateLaw) -> None:
    row = fact_of(entry.code)
    told = " ".join(filter(None, (row["law"], row["local_rules"], row["note"])))
    ours = " ".join(filter(None, (entry.law, entry.local_rules, entry.note)))
    assert numbers(ours) <= numbers(told)
    assert bool(row["note"] or row["law"] or row["local_rules"]) == bool(ours)


def test_the_states_are_those_of_the_facts_in_their_order_and_of_the_gazetteer() -> None:
    assert [entry.code for entry in LAW.states] == [row["code"] for row in facts()["states"]]
    assert {entry.code for entry in LAW.states} == set(states())
    assert all(state_name(entry.code) for entry in LAW.states)


def test_the_federal_notice_is_that_of_the_facts() -> None:
    told = facts()["federal"]["seven_oh_concentrated"]
    ours = LAW.federal.seven_oh
    assert ours.noticed_on.isoformat() == told["date"] == "2026-07-01"
    assert ours.order_issued == told["order_issued"] == "unknown"
    assert numbers(ours.threshold) == numbers(told["threshold"])
    assert list(ours.also) == told["also"]


def test_only_four_countries_have_a_status() -> None:
    told = {row["code"]: row for row in facts()["countries"]}
    assert [entry.code for entry in LAW.countries] == list(told)
    assert {entry.code for entry in LAW.countries if entry.status} == CHECKED_COUNTRIES
    for entry in LAW.countries:
        if entry.status:
            assert entry.status == told[entry.code]["status"]
            assert entry.year in {told[entry.code]["year"], None}
            assert numbers(entry.law or "") <= numbers(told[entry.code]["law"])
        else:
            assert (entry.law, entry.note, entry.year) == (None, None, None)


def test_what_was_true_before_is_not_shipped() -> None:
    text = (CONTENT_FOLDER / "kratom_law.yaml").read_text("utf-8")
    assert "last_verified" not in text


def test_every_source_is_used_and_every_used_source_is_told() -> None:
    used = {key for entry in LAW.states for key in entry.sources}
    used |= {*LAW.federal.sources, *LAW.federal.seven_oh.sources}
    used |= {*LAW.country_sources, *LAW.health_sources}
    assert used == set(LAW.sources)


def test_no_source_leads_to_a_seller() -> None:
    with_interest = [s for s in LAW.sources.values() if s.kind is SourceKind.INTEREST and s.url]
    assert [s.url for s in with_interest if "legislature" not in str(s.url)] == []
    sellers = re.compile(r"herbs|botanical|speciosa|kratom(?!ine)", re.IGNORECASE)
    urls = [s.url for s in LAW.sources.values() if s.url and "antikratom" not in s.url]
    ours = [url for url in urls if sellers.search(re.sub(r"https?://([^/]*).*", r"\1", url))]
    assert ours == []


@pytest.mark.parametrize("entry", LAW.states, ids=ids)
def test_an_unclear_state_is_never_shown_as_legal(entry: StateLaw) -> None:
    """Every entry, made unclear: nothing of what it said before shines through."""
    for seven_oh in SevenOhStatus:
        unclear = msgspec.structs.replace(
            entry, status=LawStatus.UNCLEAR, is_uncertain=False, seven_oh=seven_oh
        )
        view = state_view(unclear, today=TODAY, numbers={})
        assert view.status == "Unclear: may be banned"
        assert view.kind == "unclear"
        assert view.age == "Not known"
        assert view.is_uncertain
        assert "may now be illegal" in view.answer
        assert "could not confirm" in view.answer


def test_the_unclear_states_say_nothing_in_their_details_that_reads_as_legal() -> None:
    unclear = [entry for entry in LAW.states if entry.status is LawStatus.UNCLEAR]
    assert {entry.code for entry in unclear} == {
        *("KS", "KY", "MI", "OH", "TN", "DC", "GU", "VI", "AS", "MP")
    }
    for entry in unclear:
        details = state_view(entry, today=TODAY, numbers={}).details
        assert not re.search(r"\blegal\b|\ballowed\b|\bage\b|Consumer Protection", details), details


def test_no_status_is_worded_as_legal() -> None:
    assert [s for s in LawStatus if re.search(r"\blegal\b", status_words(s), re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("as_of", "today", "is_old"),
    [
        ("2026-11-01", date(2026, 12, 1), False),
        ("2026-11-01", date(2026, 12, 2), True),
        ("2026-11", date(2026, 11, 30), False),
        ("2026-11", date(2026, 12, 2), True),
        ("2026", date(2026, 11, 24), True),
        (None, date(2026, 11, 24), True),
    ],
)
def test_an_entry_older_than_thirty_days_is_old(
    as_of: str | None, today: date, *, is_old: bool
) -> None:
    entry = msgspec.structs.replace(LAW.states[0], as_of=as_of)
    assert entry.is_old(today) is is_old
    assert state_view(entry, today=today, numbers={}).is_old is is_old


def test_the_page_says_that_it_is_old_only_when_an_entry_is() -> None:
    fresh = tuple(msgspec.structs.replace(entry, as_of="2026-11-20") for entry in LAW.states)
    law = msgspec.structs.replace(LAW, states=fresh)
    assert not law_view(law, today=TODAY).is_old
    one_old = (*fresh[1:], msgspec.structs.replace(fresh[0], as_of="2026-10"))
    assert law_view(msgspec.structs.replace(law, states=one_old), today=TODAY).is_old


def test_a_correction_takes_the_place_of_its_entry_and_of_no_other() -> None:
    ohio = LAW.state("OH")
    assert ohio is not None
    corrected = LAW.corrected([msgspec.structs.replace(ohio, status=LawStatus.BANNED)])
    assert corrected.state("OH") != ohio
    assert [entry.code for entry in corrected.states] == [entry.code for entry in LAW.states]
    others = [entry for entry in LAW.states if entry.code != "OH"]
    assert [entry for entry in corrected.states if entry.code != "OH"] == others
    assert LAW.state("OH") is ohio


def test_every_state_has_one_tile_and_no_two_lie_on_each_other() -> None:
    view = law_view(LAW, today=TODAY)
    assert sorted(tile.code for tile in view.tiles) == sorted(entry.code for entry in LAW.states)
    assert len({(tile.x, tile.y) for tile in view.tiles}) == len(view.tiles)
    assert all(0 <= tile.x <= view.width - TILE for tile in view.tiles)
    assert all(0 <= tile.y <= view.height - TILE for tile in view.tiles)


def test_a_tile_shows_what_its_row_of_the_table_says() -> None:
    view = law_view(LAW, today=TODAY)
    for tile in tiles(view.states):
        state = view.state(tile.code)
        assert state is not None
        assert (tile.kind, tile.is_uncertain) == (state.kind, state.is_uncertain)
    assert sum(key.count for key in view.keys) == len(view.states)


def test_the_counts_are_those_of_the_facts() -> None:
    """Banned 7; unclear with a ban possible 5, and 5 of which nothing is known."""
    counts = {key.kind: key.count for key in law_view(LAW, today=TODAY).keys}
    assert counts["banned"] == 7
    assert counts["unclear"] == 10
    assert sum(entry.is_uncertain for entry in LAW.states) == 32


def test_the_law_is_one_value() -> None:
    assert isinstance(LAW, KratomLaw)
    assert load_kratom_law() is LAW


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "example.org"])
def test_the_address_of_a_source_that_is_no_web_link_gets_no_link(url: str) -> None:
    law = LAW.states[0]
    source = msgspec.structs.replace(LAW.sources[law.sources[0]], url=url)
    sources = {**LAW.sources, law.sources[0]: source}
    shown = law_view(msgspec.structs.replace(LAW, sources=sources), today=TODAY).sources
    (link,) = [each.link for each in shown if each.source is source]
    assert link is None
