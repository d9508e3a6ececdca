"""One changed byte in a package, and `make run` installs nothing: shown with a small wheel."""

from __future__ import annotations

import shlex
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "sample_package-1.0-py3-none-any.whl"
PINNED = "requirements.txt"


def make_wheel(folder: Path) -> Path:
    """A package of one line."""
    about = "sample_package-1.0.dist-info"
    wheel = folder / NAME
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("sample_package.py", "VALUE = 1\n")
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: sample-package\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    return wheel


def words_of_make() -> list[str]:
    """What the Makefile says to pip where it installs what the site is made of."""
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    (line,) = [each for each in lines if " -m pip install " in each and each.endswith(f" {PINNED}")]
    return shlex.split(line.partition(" -m pip install ")[2])


def install(folder: Path, wheel: Path) -> subprocess.CompletedProcess[str]:
    """Install what was pinned in a folder as `make run` does, without a network."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", *words_of_make()),
            *("--no-index", "--find-links", str(wheel.parent), "--target", str(folder / "into")),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_package_with_one_changed_byte_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    wheel = make_wheel(tmp_path / "wheels")
    told = sha256(wheel.read_bytes()).hexdigest()
    pinned = f"sample-package==1.0 --hash=sha256:{told}\n"
    (tmp_path / PINNED).write_text(pinned, "ascii")
    whole = wheel.read_bytes()
    at = whole.index(b"VALUE = 1")
    wheel.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    refused = install(tmp_path, wheel)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert not (tmp_path / "into" / "sample_package.py").exists()
    wheel.write_bytes(whole)
    assert install(tmp_path, wheel).returncode == 0, "as it was pinned it can be installed"
    assert (tmp_path / "into" / "sample_package.py").exists()


def test_a_package_without_a_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    wheel = make_wheel(tmp_path / "wheels")
    (tmp_path / PINNED).write_text("sample-package==1.0\n", "ascii")
    refused = install(tmp_path, wheel)
    assert refused.returncode != 0
    assert "--hash" in refused.stderr
    assert not (tmp_path / "into" / "sample_package.py").exists()
