"""The history as a chain: what one record says, its canonical text, its hash, and an anchor.

The format is for good: a change of it would make every chain that was ever written invalid.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.errors import ParseError

# The hash before the first record.
GENESIS: Final = bytes(32)

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
)
_ANCHOR: Final = re.compile(r"([0-9a-f]{64}):([0-9]{1,18})")


class Action(StrEnum):
    """What was done; parts of the application outside the listings may use words of their own."""

    CREATE = "create"
    UPDATE = "update"
    EDIT = "edit"
    RETIRE = "retire"
    RESTORE = "restore"
    VERIFY = "verify"
    MERGE = "merge"
    UNMERGE = "unmerge"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One change of one field of one thing; `field` is "" for the thing as a whole.

    `before` and `after` are JSON. `version` is the thing's version once the change is made,
    None where it has none. `by` says who: a person's name, or `import:` and a source.
    """

    at: datetime
    by: str
    action: str
    resource_type: str
    resource_id: UUID
    field: str = ""
    before: str = "null"
    after: str = "null"
    version: int | None = None
    reason: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The end of the chain at some time, kept outside the database: its hash and its length."""

    head: bytes
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """The first place at which a chain is not what it should be; `seq` names the record."""

    seq: int
    reason: str


def moment_text(moment: datetime) -> str:
    """An aware moment as the chain writes it: 2026-11-24T17:00:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_moment(text: str) -> datetime:
    """The moment that the chain wrote; raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def chain_row(entry: HistoryEntry, *, seq: int) -> dict[str, object]:
    """The record as the hash sees it, by the names of its columns."""
    return {
        "seq": seq,
        "resource_id": entry.resource_id.hex,
        "resource_type": entry.resource_type,
        "resource_version": entry.version,
        "last_action_date": moment_text(entry.at),
        "last_action_type": str(entry.action),
        "field_name": entry.field,
        "previous_value": entry.before,
        "replacement_value": entry.after,
        "updated_by": entry.by,
        "reason": entry.reason,
        "request_id": entry.request_id,
    }


def canonical_json(row: Mapping[str, object]) -> bytes:
    """One text for one record: names in order, no spaces, ASCII; raises TypeError for bytes."""
    return _ENCODER.encode(row).encode("ascii")


def chain_hash(previous: bytes, row: Mapping[str, object]) -> bytes:
    """The 32 bytes that bind this record to all before it."""
    return hashlib.sha256(previous + canonical_json(row)).digest()


def find_fault(
    rows: Iterable[tuple[Mapping[str, object], object]], *, anchor: Anchor | None = None
) -> tuple[Anchor, ChainFault | None]:
    """How far the chain holds, and the first fault in it, None where there is none.

    Each row comes with the hash that is kept beside it, in the order of the numbers. The
    anchor must lie on the chain; what was written after it is no fault.
    """
    head, count = GENESIS, 0
    if anchor and anchor.count == 0 and anchor.head != GENESIS:
        return Anchor(head=head, count=0), ChainFault(seq=1, reason="the anchor is of no chain")
    for row, kept_hash in rows:
        end = Anchor(head=head, count=count)
        if row.get("seq") != count + 1:
            return end, ChainFault(seq=count + 1, reason="the record is missing")
        if not _is_bound(head, row, kept_hash):
            return end, ChainFault(seq=count + 1, reason="the record is not as it was written")
        head, count = _hash_bytes(kept_hash), count + 1
        if anchor and anchor.count == count and anchor.head != head:
            return end, ChainFault(seq=count, reason="the record is not the one of the anchor")
    end = Anchor(head=head, count=count)
    if anchor and anchor.count > count:
        reason = f"the record is missing: the anchor counts {anchor.count}, the chain {count}"
        return end, ChainFault(seq=count + 1, reason=reason)
    return end, None


def format_anchor(anchor: Anchor) -> str:
    """The anchor as people keep it: HEAD:COUNT."""
    return f"{anchor.head.hex()}:{anchor.count}"


def parse_anchor(text: str) -> Anchor:
    """The anchor that was printed; raises ParseError."""
    found = _ANCHOR.fullmatch(text.strip().lower())
    if found is None:
        reason = "an anchor is 64 hexadecimal digits, a colon and a count"
        raise ParseError(reason, value=text)
    return Anchor(head=bytes.fromhex(found[1]), count=int(found[2]))


def _is_bound(previous: bytes, row: Mapping[str, object], kept_hash: object) -> bool:
    try:
        return chain_hash(previous, row) == kept_hash
    except (TypeError, ValueError):
        # A column holds what was never written there, such as bytes instead of text.
        return False


def _hash_bytes(kept_hash: object) -> bytes:
    return kept_hash if isinstance(kept_hash, bytes) else b""
