"""Asks which pinned packages have known faults; never says "none" of what it could not check.

Ends with 0 when every pin was checked and nothing is known, 1 when something is, 2 when it could not
check. The advisories are those of OSV (https://google.github.io/osv.dev/post-v1-querybatch/, read on
24 November 2026); only names and versions of packages are sent.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.packages import Pin, read_pins  # noqa: E402 (the folder above is on the path only now)

ADVISORIES: Final = "https://api.osv.dev/v1/querybatch"
_FILES: Final = ("requirements.txt", "requirements-dev.txt")
_TIMEOUT_S: Final = 30.0
CLEAN: Final = 0
FOUND: Final = 1
NOT_CHECKED: Final = 2


class NotCheckedError(Exception):
    """No answer, or one that does not speak of every package."""


def known_faults(pins: list[Pin], *, address: str) -> dict[str, list[str]]:
    """The ids of advisories by package URL, only where there are any.

    Raises NotCheckedError unless the answer has a result for each pin.
    """
    queries = [
        {"package": {"name": pin.name, "ecosystem": "PyPI"}, "version": pin.version} for pin in pins
    ]
    results = _ask(address, {"queries": queries}).get("results")
    if not isinstance(results, list) or len(results) != len(pins) or not pins:
        reason = f"{len(pins)} packages were asked about, not all were answered"
        raise NotCheckedError(reason)
    faults = {}
    for pin, result in zip(pins, results, strict=True):
        if not isinstance(result, dict):
            reason = f"no answer about {pin.name}"
            raise NotCheckedError(reason)
        ids = [str(each.get("id", "without a name")) for each in result.get("vulns") or []]
        if result.get("next_page_token"):
            ids.append("and more")
        if ids:
            faults[pin.key] = ids
    return faults


def _ask(address: str, question: dict[str, Any]) -> dict[str, Any]:
    if not address.startswith(("https://", "http://127.0.0.1")):
        reason = "advisories are asked for over HTTPS only"
        raise NotCheckedError(reason)
    request = urllib.request.Request(  # noqa: S310 (the scheme is checked above)
        address,
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "help-first audit"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 (as above)
            told = json.load(answer)
    except (OSError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise NotCheckedError(reason) from error
    if not isinstance(told, dict):
        reason = "the answer is not an object"
        raise NotCheckedError(reason)
    return told


def all_pins() -> list[Pin]:
    """Every package that runs or tests, once for each version."""
    pins = {pin.key: pin for name in _FILES for pin in read_pins(ROOT / name)}
    return [pins[key] for key in sorted(pins)]


def main() -> int:
    """Print what is known and give the status to end with."""
    pins = all_pins()
    try:
        faults = known_faults(pins, address=os.environ.get("AUDIT_URL", ADVISORIES))
    except NotCheckedError as error:
        print(f"Could not check {len(pins)} packages: {error}")
        print("This says nothing about them. Try again with a network.")
        return NOT_CHECKED
    for key, ids in faults.items():
        print(f"{key}: {', '.join(ids)} (https://osv.dev/{ids[0]})")
    print(f"{len(pins)} packages checked, {len(faults)} with known faults")
    return FOUND if faults else CLEAN


if __name__ == "__main__":
    sys.exit(main())
