"""The unit of systemd is one that systemd understands, and leaves the service little to harm."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "help-first.service"
RULES = re.findall(r"(?m)^(\w+)=(.*)$", UNIT.read_text("utf-8"))


def values(name: str) -> list[str]:
    return [value for key, value in RULES if key == name]


def test_systemd_understands_it(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    # The programs that it names have to be there: those of this checkout stand in for them.
    text = UNIT.read_text("utf-8").replace("/srv/help-first/.venv", sys.prefix)
    here = tmp_path / UNIT.name
    here.write_text(text.replace("/srv/help-first", str(ROOT)), "utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", here], check=False, capture_output=True, text=True
    )
    # A word that it does not know is ignored with a line and a status of 0.
    named = [line for line in told.stderr.splitlines() if UNIT.name in line]
    assert (told.returncode, named) == (0, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("User", "help-first"),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("PrivateTmp", "yes"),
        ("CapabilityBoundingSet", ""),
        ("StandardOutput", "journal"),
        ("StandardError", "journal"),
        ("KillMode", "mixed"),
        ("LimitCORE", "0"),
    ],
)
def test_it_keeps_the_service_in_its_place(name: str, value: str) -> None:
    assert values(name) == [value]


def test_it_writes_to_its_instance_and_the_pages_of_the_proxy_alone() -> None:
    assert values("ReadWritePaths") == ["/srv/help-first/instance /var/www/help-first/proxy-pages"]


def test_a_reload_is_the_one_that_loads_a_new_release() -> None:
    assert values("ExecReload")[-1] == "/bin/kill -USR2 $MAINPID"
    assert (values("Type"), values("NotifyAccess")) == (["notify"], ["all"])
