"""Whether a refused sign-in tells by its time if somebody has an account.

    python -m bench.guessing [--quick]

Passwords that are wrong, of a person and of nobody by turns, at the full cost of a hash; the
processor's time of each answer, since clocks of busy machines measure the others' work.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from flask_security import hash_password

from app import create_app
from app.db import transaction
from app.domain.roles import Role
from app.extensions import db
from app.store.users import create_user
from app.web.tries import LIMITER
from bench.figures import Figure, Options, run_part
from config import Config

_PERSON: Final = "sample.person@example.org"
_NOBODY: Final = "sample.nobody@example.org"
_ROUNDS: Final = 30
_QUICK: Final = 8
_MOST_PERCENT: Final = 5.0
_TOKEN: Final = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def main() -> None:
    """Run this part alone."""
    run_part(__doc__, measure)


def measure(options: Options) -> Sequence[Figure]:
    """The median time of both answers, and how far apart they are."""
    rounds = _QUICK if options.is_quick else _ROUNDS
    with TemporaryDirectory() as name:
        app = _app(Path(name))
        taken: dict[str, list[float]] = {_PERSON: [], _NOBODY: []}
        client = app.test_client()
        for _round in range(rounds):
            for email, times in taken.items():
                times.append(_refused(app, client, email))
        with app.app_context():
            db.engine.dispose()
    known, unknown = (statistics.median(times) * 1_000 for times in taken.values())
    part = "Signing in with a wrong password"
    apart = abs(known - unknown) / unknown * 100
    return (
        Figure(part=part, what="of somebody with an account, median", value=known, unit="ms"),
        Figure(part=part, what="of nobody, median", value=unknown, unit="ms"),
        Figure(part=part, what="apart", value=apart, unit="%", most=_MOST_PERCENT),
    )


def _app(folder: Path) -> Flask:
    url = f"sqlite:///{folder / 'guessing.sqlite3'}"
    app = create_app(Config(database_url=url, instance_path=folder))
    with app.app_context():
        upgrade()
        hashed = hash_password("seven brown otters knit")
        with transaction(db.session):
            now = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
            user = create_user(db.session, _PERSON, role=Role.EDITOR, now=now, by="bench")
            user.password = hashed
    return app


def _refused(app: Flask, client: FlaskClient, email: str) -> float:
    """Seconds of the processor for one refused sign-in."""
    app.extensions[LIMITER].forget()
    token = _TOKEN.search(client.get("/admin/sign-in").text)
    data = {"email": email, "password": "not the password", "csrf_token": token and token[1]}
    started = time.process_time()
    answer = client.post("/admin/sign-in", data=data, headers={"Sec-Fetch-Site": "same-origin"})
    taken = time.process_time() - started
    if "do not belong together" not in answer.text:
        message = f"the sign-in was not refused as it should be: {answer.status}"
        raise RuntimeError(message)
    return taken


if __name__ == "__main__":
    main()
