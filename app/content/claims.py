"""What is claimed of kratom and what the evidence says, from content/en/claims.yaml to values."""

from __future__ import annotations

import functools
from enum import StrEnum
from typing import Final

import msgspec
import yaml

from app.content.entries import CONTENT_FOLDER

_FILE: Final = CONTENT_FOLDER / "claims.yaml"


class Grade(StrEnum):
    """How well the evidence supports a claim as it is made, the best first."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    NONE = "none"
    CONTRADICTED = "contradicted"


class GradeEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One grade with its reason in one line; `of` is the part of the claim that it is for."""

    grade: Grade
    reason: str
    of: str | None = msgspec.field(default=None, name="for")


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a group of claims is about."""

    id: str
    name: str


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One claim, never advice of ours. `claim` is told as it is made, `evidence` answers it.

    `instead` is what to do; `read` are slugs of the guide; `fact_ids` what the words rest on.
    """

    id: str
    claim: str
    topics: tuple[str, ...]
    grades: tuple[GradeEntry, ...]
    evidence: str
    instead: str
    fact_ids: tuple[str, ...]
    read: tuple[str, ...] = ()

    def has_grade(self, grade: Grade) -> bool:
        """Whether the claim, or a part of it, has this grade."""
        return any(entry.grade is grade for entry in self.grades)


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All claims in their order, and the topics in theirs."""

    topics: tuple[Topic, ...]
    claims: tuple[Claim, ...]

    def chosen(self, *, topic: str | None = None, grade: Grade | None = None) -> tuple[Claim, ...]:
        """The claims of a topic and a grade, in order; None leaves all."""
        return tuple(
            claim
            for claim in self.claims
            if (topic is None or topic in claim.topics)
            and (grade is None or claim.has_grade(grade))
        )


@functools.cache
def load_claims() -> Claims:
    """The claims of the guide; raises msgspec.ValidationError when the file breaks its schema."""
    raw = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return msgspec.convert(raw, type=Claims)
