"""The withdrawal timelines: their facts, and where they are drawn."""

from __future__ import annotations

import itertools

import pytest

from app.content.facts import load_register
from app.content.timelines import load_figures, load_timelines
from app.domain.withdrawal import Certainty, Setting, Timeline
from app.web.learn.timeline import timeline_view
from tests.unit.clinical_facts import fact, numbers, table_after

TIMELINES = load_timelines()
HOURS = {"h": 1.0, "day": 24.0, "week": 168.0, "minute": 1 / 60}
# "Minutes" and "the first hours" are drawn as these; 0 is the moment itself.
DRAWN_FOR_WORDS = {0.0, 0.1, 6.0}


def row_of(timeline: Timeline) -> tuple[str, ...]:
    row = next(key for key in timeline.fact_ids if key.startswith("T1.4."))
    return table_after("### 1.4 Timeline")[int(row.rpartition(".")[2]) - 1]


def ids(timeline: Timeline) -> str:
    return timeline.id


@pytest.mark.parametrize("timeline", TIMELINES, ids=ids)
def test_every_number_of_a_timeline_is_in_its_row_of_facts(timeline: Timeline) -> None:
    row = row_of(timeline)
    others = [fact(key) for key in timeline.fact_ids if key.startswith("F")]
    told = (timeline.onset.words, timeline.worst.words, timeline.end.words)
    for words, cell in zip(told, row[1:4], strict=True):
        assert numbers(words) <= numbers(cell), words
    allowed = numbers(" ".join((*row, *others))) | {"100"}
    assert numbers(f"{timeline.note or ''} {timeline.certainty_words}") <= allowed


@pytest.mark.parametrize("timeline", TIMELINES, ids=ids)
def test_every_hour_that_is_drawn_is_said_in_its_row_of_facts(timeline: Timeline) -> None:
    row = row_of(timeline)
    for phase, cell in zip((timeline.onset, timeline.worst, timeline.end), row[1:4], strict=True):
        if phase.span is None:
            continue
        said = {
            round(float(number) * unit, 4) for number in numbers(cell) for unit in HOURS.values()
        }
        # "Within a day" and "a day" have no number.
        said |= {24.0} if "a day" in cell else set()
        drawn = {round(phase.span.earliest_h, 4), round(phase.span.latest_h, 4)}
        assert drawn <= said | DRAWN_FOR_WORDS, (phase, cell)


def test_there_is_one_timeline_for_each_row_of_facts_in_order() -> None:
    assert [row_of(timeline) for timeline in TIMELINES] == list(table_after("### 1.4 Timeline"))


def test_what_is_not_certain_is_not_drawn_as_known() -> None:
    by_id = {timeline.id: timeline for timeline in TIMELINES}
    assert by_id["seven-oh"].certainty is Certainty.UNKNOWN
    assert not by_id["seven-oh"].is_drawable
    assert by_id["fentanyl"].certainty is Certainty.POORLY
    assert by_id["fentanyl"].end.span is None
    for timeline in TIMELINES:
        marked = row_of(timeline)[4]
        if "U" in marked.replace("OUD", ""):
            assert timeline.certainty is not Certainty.FAIRLY, timeline.id


def test_every_timeline_rests_on_facts_of_the_register() -> None:
    register = load_register()
    for timeline in TIMELINES:
        assert timeline.fact_ids
        assert all(register.knows(key) for key in timeline.fact_ids)


def test_each_figure_holds_the_timelines_of_its_setting() -> None:
    for figure in load_figures():
        assert {timeline.setting for timeline in figure.timelines} == {figure.setting}
    assert {figure.setting for figure in load_figures()} == set(Setting)


def test_bands_lie_inside_the_drawing_and_one_after_the_other() -> None:
    for figure in load_figures():
        view = timeline_view(figure)
        for lane in view.lanes:
            band = [block for block in lane.blocks if block.kind != "worst"]
            places = [block.x for block in band]
            assert places == sorted(places)
            for before, after in itertools.pairwise(band):
                assert after.x <= before.x + before.width + 0.02, "a gap in the band"
            for block in lane.blocks:
                assert block.x >= 0
                assert block.width > 0
                assert block.x + block.width <= 100.01


def test_later_hours_are_drawn_further_right() -> None:
    for figure in load_figures():
        places = [tick.x for tick in timeline_view(figure).ticks]
        assert places == sorted(set(places))


def test_labels_of_the_axis_keep_apart_on_a_narrow_phone() -> None:
    """A drawing is 284 px wide there and a letter of the axis some 7 px."""
    for figure in load_figures():
        labelled = [tick for tick in timeline_view(figure).ticks if tick.label]
        for left, right in itertools.pairwise(labelled):
            room = (right.x - left.x) / 100 * 284
            wanted = (len(left.label or "") + len(right.label or "")) / 2 * 7.2
            assert room > wanted, (left, right)


def test_a_band_whose_end_is_not_known_runs_to_the_edge() -> None:
    view = timeline_view(load_figures()[0])
    lane = next(lane for lane in view.lanes if lane.name.startswith("Street fentanyl"))
    fall = next(block for block in lane.blocks if block.kind == "fall")
    assert fall.x + fall.width == pytest.approx(100)


def test_a_timeline_that_is_not_known_says_so_in_its_lane() -> None:
    view = timeline_view(load_figures()[0])
    lane = next(lane for lane in view.lanes if "7-OH" in lane.name)
    assert lane.blocks == ()
    assert lane.missing == "not known"
