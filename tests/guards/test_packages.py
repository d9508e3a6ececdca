"""What is installed is what was pinned, by hash, and its licences and bill of materials are true."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pytest

from scripts import packages

ROOT = Path(__file__).resolve().parents[2]
COMPILED = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
REFRESH = "run make packages"


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: path.name)
def test_every_package_is_pinned_to_hashes(path: Path) -> None:
    pins = packages.read_pins(path)
    assert len(pins) > 50
    for pin in pins:
        assert pin.hashes, f"{pin.name} without a hash"
        for each in pin.hashes:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", each), f"{pin.name}: {each}"


@pytest.mark.parametrize(
    "line", ["flask>=3", "flask @ https://example.org/flask.whl", "--index-url https://example.org"]
)
def test_a_line_that_pins_nothing_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(
        f"# head\nalembic==1.0 \\\n    --hash=sha256:aa\n    # via -r some.in\n{line}\n"
    )
    with pytest.raises(ValueError, match=re.escape(line.split(maxsplit=1)[0])):
        packages.read_pins(path)


def test_everything_that_is_asked_for_is_pinned() -> None:
    for path in COMPILED:
        names = {pin.name for pin in packages.read_pins(path)}
        for line in path.with_suffix(".in").read_text("utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                asked = packages.canonicalize_name(re.split(r"[\[<>=]", line)[0])
                assert asked in names, f"{path.name} has no {asked}: run make requirements"


def test_every_install_asks_for_hashes() -> None:
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    installs = [line for line in lines if "pip install" in line]
    assert installs
    assert all("--require-hashes" in line for line in installs)


def test_what_is_installed_is_what_was_pinned() -> None:
    for pin in packages.read_pins():
        if pin.is_for_here:
            assert metadata.version(pin.name) == pin.version, pin.name


def test_every_package_names_its_licence() -> None:
    known = packages.known_licences(packages.LICENCES.read_text("utf-8"))
    pins = packages.read_pins()
    assert set(known) == {pin.name for pin in pins}, REFRESH
    assert not [name for name, licence in known.items() if licence == packages.UNKNOWN]


def test_the_page_of_licences_is_as_installed() -> None:
    written = packages.LICENCES.read_text("utf-8")
    known = packages.known_licences(written)
    assert written == packages.licences_page(packages.read_pins(), known), REFRESH


def test_the_bill_of_materials_is_as_installed() -> None:
    known = packages.known_licences(packages.LICENCES.read_text("utf-8"))
    written = json.loads(packages.MATERIALS.read_text("utf-8"))
    assert written == packages.materials(packages.read_pins(), known), REFRESH


def test_the_bill_of_materials_hangs_together() -> None:
    bill = json.loads(packages.MATERIALS.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    names = [each["bom-ref"] for each in bill["components"]]
    root = bill["metadata"]["component"]["bom-ref"]
    assert len(names) == len(set(names)) == len(packages.read_pins())
    needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert set(needs) == {root, *names}
    # Whatever is there is there because something needs it.
    reached, waiting = set(), [root]
    while waiting:
        reached.add(key := waiting.pop())
        waiting += [each for each in needs[key] if each not in reached]
    assert reached == {root, *names}
