"""Runs a command where there is no network but this machine's own, and says so where it cannot.

`python scripts/without_network.py COMMAND …` ends as the command does, or with 2 where the system
gives no network namespace: then nothing was shown.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Final

NOT_SHOWN: Final = 2
_INSIDE: Final = "--inside"
# From linux/sockios.h and linux/if.h: to set an interface's flags, and "up and running".
_SET_FLAGS: Final = 0x8914
_UP_AND_RUNNING: Final = 0x1 | 0x40


def ways_in() -> list[list[str]]:
    """The commands that may lead into a namespace of its own, the plainest first."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    return [[unshare, "--net"], [unshare, "--net", "--map-root-user"]]


def way_in() -> list[str] | None:
    """The first of them that this system allows to this person."""
    for way in ways_in():
        if subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0:
            return way
    return None


def raise_loopback() -> None:
    """Bring up `lo`, which lies down in a new namespace; the tests' own servers listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sh", b"lo", _UP_AND_RUNNING))


def ways_out() -> list[str]:
    """What leads out of here: interfaces but `lo`, and routes."""
    interfaces = [name for _number, name in socket.if_nameindex() if name != "lo"]
    routes = Path("/proc/net/route").read_text("ascii").splitlines()[1:]
    return [*interfaces, *(line.split()[0] for line in routes)]


def main(arguments: list[str]) -> int:
    """Run the command inside, or say that it was not run."""
    if not arguments:
        print("Say what to run: python scripts/without_network.py COMMAND")
        return NOT_SHOWN
    if arguments[0] == _INSIDE:
        raise_loopback()
        if found := ways_out():
            print(f"NOT SHOWN: there is a network here: {', '.join(found)}")
            return NOT_SHOWN
        os.execvp(arguments[1], arguments[1:])  # noqa: S606 (the command is the caller's own)
    way = way_in()
    if way is None:
        print("NOT SHOWN: this system gives no network namespace (unshare --net), so nothing ran.")
        return NOT_SHOWN
    inside = [*way, sys.executable, __file__, _INSIDE, *arguments]
    return subprocess.run(inside, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
