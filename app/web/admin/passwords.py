"""Passwords: which are good enough, how they are hashed, and how many at a time."""

from __future__ import annotations

import fcntl
import os
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Flask, abort
from flask_babel import gettext as _
from flask_security import PasswordUtil
from passlib.context import CryptContext
from zxcvbn import zxcvbn

SHORTEST_PASSWORD: Final = 12
# argon2id at OWASP's upper end: 64 MiB, 3 passes, 4 lanes.
HASH_SETTINGS: Final = {
    "argon2__type": "ID",
    "argon2__memory_cost": 65_536,
    "argon2__time_cost": 3,
    "argon2__parallelism": 4,
}
# Two at a time take 128 MiB, in all server processes together.
HASHES_AT_ONCE: Final = 2
_LONGEST_WAIT_S: Final = 10.0
_LOOKED_AGAIN_S: Final = 0.02

# zxcvbn reads 72 characters at most; a longer password is judged by its beginning.
_JUDGED: Final = 72
_GOOD_SCORE: Final = 3
# Words that a guesser of this site's passwords would try first.
_OUR_WORDS: Final = ("help", "first", "helpfirst", "help first", "naloxone", "narcan", "recovery")


def normalize_password(password: str) -> str:
    """The password with its accents composed (NFC), so that each keyboard gives the same one.

    Nothing else changes: spaces, NULs and letters stay as typed.
    """
    return unicodedata.normalize("NFC", password)


def password_problem(password: str, *, about: tuple[str, ...] = ()) -> str | None:
    """Why a password may not be set, in words for the person; None where it may.

    `about` are words about the person. Lists of common and breached passwords come along with
    zxcvbn; nothing is asked of another host.
    """
    if len(password) < SHORTEST_PASSWORD:
        return str(_("Use %(count)s characters or more.", count=SHORTEST_PASSWORD))
    words = [part for text in about for part in (text, *text.replace("@", " ").split())]
    judged = zxcvbn(password[:_JUDGED], user_inputs=[*_OUR_WORDS, *words])
    if judged["score"] < _GOOD_SCORE:
        return str(
            _(
                "This password is too common or too near to a word that others would guess. "
                "Try four or five words that have nothing to do with each other."
            )
        )
    return None


class StaffPasswords(PasswordUtil):
    """Flask-Security's questions about passwords, answered by the functions above."""

    def normalize(self, password: str) -> str:
        """The password as it is hashed."""
        return normalize_password(password)

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: FBT001 (Flask-Security's own order)
        **about: Any,  # noqa: ANN401 (as above)
    ) -> tuple[list[str] | None, str]:
        """What is wrong with the password, and the password as it would be hashed."""
        del is_register
        user = about.get("user")
        words = (user.email, user.name) if user else ()
        normal = normalize_password(password)
        problem = password_problem(normal, about=words)
        return ([problem] if problem else None), normal


class HashGate:
    """Lets two hashes run at a time, whichever server processes they run in."""

    def __init__(self, folder: Path, *, places: int = HASHES_AT_ONCE) -> None:
        self._paths = [folder / f"hash-{number}.lock" for number in range(1, places + 1)]

    @contextmanager
    def held(self) -> Iterator[None]:
        """One of the places; answers 503 when none comes free in ten seconds."""
        descriptors = [
            os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths
        ]
        try:
            self._wait(descriptors)
            yield
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    @staticmethod
    def _wait(descriptors: list[int]) -> None:
        until = time.monotonic() + _LONGEST_WAIT_S
        while time.monotonic() < until:
            for descriptor in descriptors:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                return
            time.sleep(_LOOKED_AGAIN_S)
        abort(HTTPStatus.SERVICE_UNAVAILABLE)


class GatedHashes:
    """passlib's context, whose hashing and verifying pass the gate."""

    def __init__(self, context: CryptContext, gate: HashGate) -> None:
        self._context = context
        self._gate = gate

    def hash(self, password: str, **options: Any) -> str:  # noqa: ANN401 (passlib's own)
        """The hash of a password."""
        with self._gate.held():
            return str(self._context.hash(password, **options))

    def verify(self, password: str, hashed: str) -> bool:
        """Whether the password is the one that was hashed."""
        with self._gate.held():
            return bool(self._context.verify(password, hashed))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (what passlib has under that name)
        return getattr(self._context, name)


def hash_settings(app: Flask) -> dict[str, object]:
    """What a hash costs; tests on invented people pay less."""
    if app.testing:
        return HASH_SETTINGS | {"argon2__memory_cost": 1_024, "argon2__time_cost": 1}
    return dict(HASH_SETTINGS)
