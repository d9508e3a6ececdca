"""One changed byte in a package, and pip installs nothing: without a network, from a small wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

NAME = "sample_package-1.0-py3-none-any.whl"


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


def install(folder: Path, wheel: Path) -> subprocess.CompletedProcess[str]:
    """Install what was pinned, as `make run` does, from a folder."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-index", "--find-links", str(wheel.parent), "--target", str(folder / "into")),
            *("--require-hashes", "-r", str(folder / "requirements.txt")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_package_with_one_changed_byte_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    wheel = make_wheel(tmp_path / "wheels")
    told = sha256(wheel.read_bytes()).hexdigest()
    pinned = f"sample-package==1.0 --hash=sha256:{told}\n"
    (tmp_path / "requirements.txt").write_text(pinned, "ascii")
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
    (tmp_path / "requirements.txt").write_text("sample-package==1.0\n", "ascii")
    assert install(tmp_path, wheel).returncode != 0
