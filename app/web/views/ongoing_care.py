"""Whether a place gives withdrawal care alone, told from its codes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from app.content.taxonomy import load_taxonomy

_WITHDRAWAL: Final = "DT"
_WITHDRAWAL_PROTOCOLS: Final = frozenset({"DB", "DM", "DLC", "ULC"})
_ONGOING_MEDICINES: Final = ("BU", "MU", "NU")
# Stays and visits that are treatment by themselves. The bare words "residential" (RES),
# "outpatient" (OP) and "hospital" (HI) stand above withdrawal settings too, so that each
# counts only where the withdrawal setting below it is absent.
_ONGOING_STAYS: Final = frozenset(
    {"RL", "RS", "RTCA", "RTCC", "ORT", "OIT", "ODT", "OMB", "HIT", "PHDT", "PH", "OTP", "SOTP"}
)
_WIDE_SETTINGS: Final = (("RES", "RD"), ("OP", "OD"), ("HI", "HID"))


def is_withdrawal_only(codes: Collection[str]) -> bool:
    """Whether it reports withdrawal care (detox) and no care that goes on after it."""
    reported = frozenset(codes)
    taxonomy = load_taxonomy()
    withdrawal = taxonomy.choice_codes(_WITHDRAWAL) | _WITHDRAWAL_PROTOCOLS
    if withdrawal.isdisjoint(reported):
        return False
    medicines = taxonomy.expand(_ONGOING_MEDICINES)
    has_wide_setting = any(
        wide in reported and narrow not in reported for wide, narrow in _WIDE_SETTINGS
    )
    return reported.isdisjoint(medicines | _ONGOING_STAYS) and not has_wide_setting
