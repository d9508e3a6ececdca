from __future__ import annotations

import re

import pytest

from app.domain.records import ListingRecord
from bench.figures import Figure
from bench.samples import sample_listings, sample_rows

INVENTED_PHONE = re.compile(r"\(202\) 555-01\d\d")


@pytest.fixture(scope="module")
def samples() -> list[ListingRecord]:
    return list(sample_listings(500))


def test_every_sample_says_that_it_is_one(samples: list[ListingRecord]) -> None:
    for sample in samples:
        assert sample.name.startswith("Sample ")
        assert sample.organization_name.startswith("Sample ")


def test_every_phone_is_kept_for_fiction(samples: list[ListingRecord]) -> None:
    for sample in samples:
        for phone in sample.phones:
            assert INVENTED_PHONE.fullmatch(phone.display)
            assert phone.number == "+1" + re.sub(r"\D", "", phone.display)


def test_the_same_seed_gives_the_same_listings() -> None:
    assert list(sample_listings(50)) == list(sample_listings(50))
    assert list(sample_rows(50, seed=3)) == list(sample_rows(50, seed=3))


def test_another_seed_gives_other_listings() -> None:
    assert list(sample_rows(50, seed=3)) != list(sample_rows(50, seed=4))


def test_samples_have_what_makes_a_search_hard(samples: list[ListingRecord]) -> None:
    assert any(sample.point is None and sample.service_areas for sample in samples)
    assert any(not sample.schedules for sample in samples)
    assert any(schedule.freq == "MONTHLY" for each in samples for schedule in each.schedules)


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Figure(part="Pages", what="size", value=30, most=30), "<= 30  met"),
        (Figure(part="Pages", what="size", value=30.1, most=30), "<= 30  MISSED"),
        (Figure(part="Pages", what="speed", value=39, least=40), ">= 40  MISSED"),
        (Figure(part="Pages", what="speed", value=40, least=40), ">= 40  met"),
    ],
)
def test_a_figure_says_whether_it_met_its_mark(figure: Figure, verdict: str) -> None:
    assert figure.line().endswith(verdict)
