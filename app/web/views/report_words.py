"""Reports in words: their topics, states and outcomes, and the mark that an open one leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.domain.report import ReportOutcome, ReportState, Topic, WhenCalled
from app.web.formatters import join_words
from app.web.wording import gettext as _
from app.web.wording import gettext_noop as noop

_TOPICS: Final = {
    Topic.PHONE: noop("The phone number is wrong"),
    Topic.PLACE_OR_HOURS: noop("The address or the hours are wrong"),
    Topic.CLOSED: noop("It has closed"),
    Topic.OFFER: noop("It does not offer what this page says"),
    Topic.OTHER: noop("Something else"),
    Topic.NEW_PLACE: noop("A place is missing"),
}
_CALLS: Final = {
    WhenCalled.NOT_CALLED: noop("I did not call"),
    WhenCalled.NO_ANSWER: noop("Nobody answered"),
    WhenCalled.NOT_IN_SERVICE: noop("The number is not in service"),
    WhenCalled.SOMEBODY_ELSE: noop("Somebody else answered"),
    WhenCalled.DIFFERENT: noop("They answered, and told me something different"),
}
_STATES: Final = {
    ReportState.RECEIVED: noop("Received"),
    ReportState.CHECKING: noop("Being checked"),
    ReportState.DONE: noop("Done"),
}
_OUTCOMES: Final = {
    ReportOutcome.MENDED: noop("Mended"),
    ReportOutcome.NO_PROBLEM: noop("Not a problem"),
    ReportOutcome.NOT_REACHED: noop("Could not reach them"),
}
_THINGS: Final = {
    Topic.PHONE: noop("the phone number"),
    Topic.PLACE_OR_HOURS: noop("the address or hours"),
    Topic.OFFER: noop("what it offers"),
    Topic.OTHER: noop("its details"),
}


def topic_words(topic: Topic) -> str:
    """What a report is about."""
    return _(_TOPICS[topic])


def call_words(when_called: WhenCalled) -> str:
    """What happened when the visitor called."""
    return _(_CALLS[when_called])


def state_words(state: ReportState) -> str:
    """How far a report is."""
    return _(_STATES[state])


def outcome_words(outcome: ReportOutcome) -> str:
    """How a report ended."""
    return _(_OUTCOMES[outcome])


def topic_choices() -> tuple[tuple[str, str], ...]:
    """What a report of a Listing can be about, as values and words."""
    return tuple((topic.value, topic_words(topic)) for topic in Topic if topic != Topic.NEW_PLACE)


def call_choices() -> tuple[tuple[str, str], ...]:
    """What can have happened on the call, as values and words, "not said" in front."""
    return (
        ("", _("Choose, if you like")),
        *((each.value, call_words(each)) for each in WhenCalled),
    )


def outcome_choices() -> tuple[tuple[str, str], ...]:
    """How a report can end, as values and words."""
    return tuple((outcome.value, outcome_words(outcome)) for outcome in ReportOutcome)


def report_note(topics: Sequence[Topic]) -> str | None:
    """The quiet mark of open reports about these topics; None where there are none."""
    if Topic.CLOSED in topics:
        return _("A visitor reported that it has closed; being checked.")
    things = [_(_THINGS[topic]) for topic in topics if topic in _THINGS]
    if not things:
        return None
    return _(
        "A visitor reported a problem with %(things)s; being checked.",
        things=join_words(things, _("and")),
    )
