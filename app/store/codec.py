"""Records as JSON bytes for the database, and back."""

from __future__ import annotations

from typing import Any, Final, TypeVar, get_type_hints

import msgspec

from app.domain.card import CardRecord
from app.domain.edit import EDITABLE_FIELDS
from app.domain.records import DatedHoursRecord, ListingRecord, ScheduleRecord

Record = TypeVar("Record")

_encoder: Final = msgspec.json.Encoder(order="deterministic")
_listing_decoder: Final = msgspec.json.Decoder(ListingRecord)
_card_decoder: Final = msgspec.json.Decoder(CardRecord)
_schedules_decoder: Final = msgspec.json.Decoder(tuple[ScheduleRecord, ...])
_dated_hours_decoder: Final = msgspec.json.Decoder(tuple[DatedHoursRecord, ...])

# The types of the fields whose changes are kept, by name.
FIELD_TYPES: Final = {
    field: kind for field, kind in get_type_hints(ListingRecord).items() if field in EDITABLE_FIELDS
}


def encode(record: object) -> bytes:
    """Any record as JSON, the same bytes for the same value."""
    return _encoder.encode(record)


def decode_listing(content: bytes) -> ListingRecord:
    """The ListingRecord that was encoded."""
    return _listing_decoder.decode(content)


def decode_card(content: bytes) -> CardRecord:
    """The CardRecord that was encoded."""
    return _card_decoder.decode(content)


def decode_schedules(content: bytes) -> tuple[ScheduleRecord, ...]:
    """The ScheduleRecords that were encoded."""
    return _schedules_decoder.decode(content)


def decode_dated_hours(content: bytes) -> tuple[DatedHoursRecord, ...]:
    """The DatedHoursRecords that were encoded."""
    return _dated_hours_decoder.decode(content)


def decode_field(field: str, text: str | bytes) -> Any:  # noqa: ANN401 (a field of any type)
    """The value of a field of FIELD_TYPES that was encoded."""
    return msgspec.json.decode(text, type=FIELD_TYPES[field])
