"""Writes docs/licences.md and docs/sbom.json: what runs, from requirements.txt and what is installed."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from packaging.markers import Marker
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parent.parent
REQUIREMENTS: Final = ROOT / "requirements.txt"
LICENCES: Final = ROOT / "docs" / "licences.md"
MATERIALS: Final = ROOT / "docs" / "sbom.json"
UNKNOWN: Final = "?"
# Longer ones are a licence's own text where its name is asked for.
_LONGEST_NAME: Final = 60
_PIN: Final = re.compile(
    r"(?P<name>[\w.-]+)(?:\[[^]]*])?==(?P<version>[^\s;]+)(?: ; (?P<marker>.+))?"
)
_HEAD: Final = """# Licences of what runs

Every package of `requirements.txt` with the licence that its own metadata names. `make packages` writes
this page and `sbom.json` (CycloneDX) anew; `tests/guards/test_packages.py` fails when they are not as
installed, and when a package names no licence. What is only for tests and tools is not here: it is not
served. Where a package is for other systems than the one that this page was written on, its licence is the
one that was read from its wheel.

| package | version | licence | only where |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One line of a requirements file: a package, its version, its hashes and who asks for it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]

    @property
    def key(self) -> str:
        """The package URL of the pin (https://github.com/package-url/purl-spec)."""
        return f"pkg:pypi/{self.name}@{self.version}"

    @property
    def is_for_here(self) -> bool:
        """Whether this Python on this system installs it."""
        return not self.marker or Marker(self.marker).evaluate()


def read_pins(path: Path = REQUIREMENTS) -> list[Pin]:
    """The pins of a compiled requirements file, in its order; ValueError for any other line."""
    # A pin and what belongs to it is one paragraph: the lines after the first are indented.
    text = path.read_text("utf-8").replace(" \\\n", "\n")
    entries = re.split(r"\n(?=[^\s])", text)
    return [_read_pin(entry) for entry in entries if not entry.startswith("#")]


def _read_pin(entry: str) -> Pin:
    first, *rest = entry.strip().split("\n")
    found = _PIN.fullmatch(first.strip())
    if found is None:
        raise ValueError(first)
    notes = [line.strip().removeprefix("#").strip() for line in rest if "#" in line]
    wanted = [note.removeprefix("via").strip() for note in notes]
    return Pin(
        name=canonicalize_name(found["name"]),
        version=found["version"],
        marker=found["marker"] or "",
        hashes=tuple(line.strip().removeprefix("--hash=") for line in rest if "--hash=" in line),
        wanted_by=tuple(name for name in wanted if name and not name.startswith("-r ")),
    )


def installed_licence(name: str) -> str | None:
    """The licence that an installed package names, or None where it is not installed."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    kinds = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier") or []
        if "License ::" in each
    ]
    text = told.get("License") or ""
    named = text if "\n" not in text and len(text) <= _LONGEST_NAME else ""
    return told.get("License-Expression") or named or ", ".join(kinds) or UNKNOWN


def known_licences(written: str) -> dict[str, str]:
    """What a written page says of each package."""
    rows = [
        line.strip("| ").split(" | ") for line in written.splitlines() if line.startswith("| `")
    ]
    return {row[0].strip("`"): row[2] for row in rows}


def licences_page(pins: list[Pin], known: Mapping[str, str]) -> str:
    """The page with a row for each pin; what is not installed here keeps what is known of it."""
    return _HEAD + "".join(
        f"| `{pin.name}` | {pin.version} | {_licence(pin, known)} | {_shown(pin.marker)} |\n"
        for pin in pins
    )


def materials(pins: list[Pin], known: Mapping[str, str]) -> dict[str, Any]:
    """The same as a bill of materials, CycloneDX 1.6, with who needs what; the same on each day."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    root = f"pkg:generic/{project['name']}@{project['version']}"
    needs: dict[str, list[str]] = {root: [], **{pin.key: [] for pin in pins}}
    keys = {pin.name: [each.key for each in pins if each.name == pin.name] for pin in pins}
    for pin in pins:
        for key in [root] if _is_wanted_by_us(pin) else []:
            needs[key].append(pin.key)
        for name in pin.wanted_by:
            for key in keys.get(canonicalize_name(name), []):
                needs[key].append(pin.key)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": project["name"],
                "version": project["version"],
            }
        },
        "components": [_component(pin, known) for pin in pins],
        "dependencies": [
            {"ref": key, "dependsOn": sorted(set(needed))} for key, needed in needs.items()
        ],
    }


def _component(pin: Pin, known: Mapping[str, str]) -> dict[str, Any]:
    component = {
        "type": "library",
        "bom-ref": pin.key,
        "name": pin.name,
        "version": pin.version,
        "purl": pin.key,
        "licenses": [{"license": {"name": _licence(pin, known)}}],
    }
    if pin.marker:
        component["properties"] = [{"name": "help-first:only-where", "value": pin.marker}]
    return component


def _is_wanted_by_us(pin: Pin) -> bool:
    wanted = (ROOT / "requirements.in").read_text("utf-8").splitlines()
    names = {
        canonicalize_name(re.split(r"[\[<>=]", line)[0])
        for line in wanted
        if line[:1] not in {"", "#"}
    }
    return pin.name in names


def _licence(pin: Pin, known: Mapping[str, str]) -> str:
    return installed_licence(pin.name) or known.get(pin.name, UNKNOWN)


def _shown(marker: str) -> str:
    return f"`{marker}`" if marker else ""


def main() -> int:
    """Write both; 1 while a package names no licence."""
    pins = read_pins()
    known = known_licences(LICENCES.read_text("utf-8") if LICENCES.exists() else "")
    LICENCES.write_text(licences_page(pins, known), "utf-8")
    MATERIALS.write_text(json.dumps(materials(pins, known), indent=1) + "\n", "utf-8")
    unknown = sorted({pin.name for pin in pins if _licence(pin, known) == UNKNOWN})
    print(f"{len(pins)} packages" + (f"; no licence: {', '.join(unknown)}" if unknown else ""))
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
