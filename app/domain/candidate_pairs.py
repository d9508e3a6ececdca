"""All Listings held against each other without comparing all pairs: those that share something.

Pure, and kept in step: what is put in again is compared again, and nothing else is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from app.domain.duplicates import THRESHOLD, Verdict, compare, could_reach, judge
from app.domain.traits import Traits, house_number

Key = TypeVar("Key", bound=Hashable)

# So many of one name at one number and ZIP code are a list that repeats itself; what else two
# of them share still brings them together.
_LARGEST_BLOCK: Final = 60

Block = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePair(Generic[Key]):
    """Two Listings that may be one place, the smaller key first, and why."""

    first: Key
    second: Key
    verdict: Verdict


class CandidatePairs(Generic[Key]):
    """The Traits of Listings by key, and the pairs of them that reach the threshold."""

    def __init__(self) -> None:
        self.compared = 0
        self._traits: dict[Key, Traits] = {}
        self._blocks: dict[Block, set[Key]] = defaultdict(set)
        self._verdicts: dict[Key, dict[Key, Verdict]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._traits)

    def put(self, traits: Mapping[Key, Traits]) -> None:
        """Know these Listings, in place of what was known of them."""
        self.drop(traits)
        for key, each in traits.items():
            self._traits[key] = each
            for block in blocks_of(each):
                self._blocks[block].add(key)
        done: set[Key] = set()
        for key, each in traits.items():
            done.add(key)
            for other in self._sharing(each) - done:
                self._compare(key, other, each)

    def drop(self, keys: Iterable[Key]) -> None:
        """Forget these Listings; keys that are not known are passed over."""
        for key in keys:
            known = self._traits.pop(key, None)
            if known is None:
                continue
            for block in blocks_of(known):
                self._blocks[block].discard(key)
                if not self._blocks[block]:
                    del self._blocks[block]
            for other in self._verdicts.pop(key, {}):
                del self._verdicts[other][key]

    def best(self, *, threshold: int = THRESHOLD) -> tuple[CandidatePair[Key], ...]:
        """The pairs from this score on (at least THRESHOLD), the likeliest first, then by keys."""
        found = [
            CandidatePair(first=first, second=second, verdict=verdict)
            for first, others in self._verdicts.items()
            for second, verdict in others.items()
            if _order(first) < _order(second) and verdict.score >= threshold
        ]
        return tuple(
            sorted(
                found,
                key=lambda pair: (-pair.verdict.score, _order(pair.first), _order(pair.second)),
            )
        )

    def _sharing(self, traits: Traits) -> set[Key]:
        found: set[Key] = set()
        for block in blocks_of(traits):
            members = self._blocks[block]
            if len(members) <= _LARGEST_BLOCK:
                found |= members
        return found

    def _compare(self, key: Key, other: Key, traits: Traits) -> None:
        beside = self._traits[other]
        if not could_reach(traits, beside):
            return
        self.compared += 1
        verdict = judge(compare(traits, beside))
        if verdict.score >= THRESHOLD:
            self._verdicts[key][other] = self._verdicts[other][key] = verdict


def blocks_of(traits: Traits) -> Iterator[Block]:
    """What a Listing must share with another for the two to be compared.

    No pair reaches the threshold without one of these: its points would not suffice.
    """
    town = (traits.state, traits.city)
    for number in traits.phones:
        yield ("phone", number, traits.postal_code)
        yield ("phone", number, *town)
    for name in {traits.organization, traits.name}:
        yield ("name", name, traits.postal_code)
        yield ("name", name, *town)
    if traits.street:
        yield ("street", traits.state, traits.street)
    number = house_number(traits.street)
    if number:
        yield ("number", traits.postal_code, number.partition(" ")[0])


def _order(key: Any) -> Any:  # noqa: ANN401 (keys of any type that can be sorted)
    return key
