"""Sessions of the staff: none for the public, a signed note for who arrives, a row for who is in.

Outside the staff's pages there is no session: none is read, and writing to it is an error. A
session that names nobody (a CSRF token before signing in) is a signed cookie, so that strangers
fill no table. From the password on it is a row of the database, found by the hash of its token.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NoReturn

from flask import Flask, Request, Response
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer

from app.db import DatabaseUnavailableError, transaction
from app.extensions import db
from app.store import sessions as store
from app.web.clock import now
from app.web.errors import unavailable
from app.web.reading import read_again

STAFF_ROOT: Final = "/admin"
IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
# A session's use is noted once a minute at most, so that a page does not write each time.
_NOTED_AGAIN: Final = timedelta(minutes=1)

_TOKEN_BYTES: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_COOKIE: Final = 4096
# Who the session speaks of: signed in, or past the password and before the second step.
_SIGNED_IN: Final = "_user_id"
_OWNER_KEYS: Final = (_SIGNED_IN, "tf_user_id")

_serializer: Final = TaggedJSONSerializer()


def is_staff_path(path: str) -> bool:
    """Whether an address is one of the staff's; only those have a session."""
    return path == STAFF_ROOT or path.startswith(f"{STAFF_ROOT}/")


class StaffSession(SecureCookieSession):
    """What a session holds; `token` is None until the database keeps it."""

    token: str | None = None
    owner: str | None = None
    was_signed_in: bool = False
    seen_at: datetime | None = None
    came_with_cookie: bool = False
    is_unavailable: bool = False


class NoSession(dict[str, Any], SessionMixin):
    """What the public has: nothing, and nothing can be put into it."""

    modified = False
    accessed = False

    def _refuse(self, *_args: object, **_values: object) -> NoReturn:
        message = "the public has no session"
        raise RuntimeError(message)

    __setitem__ = update = setdefault = _refuse


class StaffSessions(SessionInterface):
    """Opens and keeps the sessions of the staff, by the rules at the top of this file."""

    def __init__(self, *, secret_key: str) -> None:
        self._signer = URLSafeTimedSerializer(
            secret_key,
            salt="session-of-nobody",
            serializer=_serializer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    def open_session(self, app: Flask, request: Request) -> StaffSession | NoSession:
        """The session that the cookie stands for, an empty one, or none for the public."""
        if not is_staff_path(request.path):
            return NoSession()
        cookies = request.cookies.getlist(self.get_cookie_name(app))
        session = StaffSession()
        # Two cookies of one name: somebody planted one of them.
        if len(cookies) == 1 and len(cookies[0]) <= _LONGEST_COOKIE:
            session = self._session_of(cookies[0])
        session.came_with_cookie = bool(cookies)
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed, under a new token whenever the person changes."""
        if not isinstance(session, StaffSession) or session.is_unavailable:
            return
        try:
            cookie = self._kept(session)
        except DatabaseUnavailableError as error:
            unavailable(response, error)
            return
        if cookie is not None:
            self._send(app, response, cookie)
        elif not session and session.came_with_cookie:
            response.delete_cookie(self.get_cookie_name(app), **self._cookie_rules(app))

    def _session_of(self, cookie: str) -> StaffSession:
        if not _TOKEN.fullmatch(cookie):
            return self._signed(cookie)
        try:
            stored = read_again(lambda: store.find_session(db.session, token_hash(cookie)))
        except DatabaseUnavailableError:
            session = StaffSession()
            session.is_unavailable = True
            return session
        moment = now()
        if (
            stored is None
            or moment - stored.seen_at >= IDLE
            or moment - stored.started_at >= LONGEST
        ):
            return StaffSession()
        session = StaffSession(_serializer.loads(stored.data))
        session.token, session.owner, session.seen_at = cookie, stored.owner, stored.seen_at
        session.was_signed_in = _SIGNED_IN in session
        return session

    def _signed(self, cookie: str) -> StaffSession:
        try:
            return StaffSession(self._signer.loads(cookie, max_age=int(LONGEST.total_seconds())))
        except BadData:
            return StaffSession()

    def _kept(self, session: StaffSession) -> str | None:
        """The value of the cookie that must be sent, None where the browser's stays."""
        owner = owner_of(session)
        if owner is None:
            if session.token:
                with transaction(db.session):
                    store.end_session(db.session, token_hash(session.token))
            return self._signer.dumps(dict(session)) if session and session.modified else None
        if owner != session.owner or (_SIGNED_IN in session) != session.was_signed_in:
            return _begin(session, owner=owner)
        if session.token and session.modified:
            with transaction(db.session):
                store.update_session(
                    db.session,
                    token_hash(session.token),
                    data=_serializer.dumps(dict(session)),
                    now=now(),
                )
        elif session.token and session.seen_at and now() - session.seen_at >= _NOTED_AGAIN:
            store.touch_session(db.session, token_hash(session.token), now=now())
        return None

    def _send(self, app: Flask, response: Response, cookie: str) -> None:
        response.set_cookie(
            self.get_cookie_name(app), cookie, httponly=True, **self._cookie_rules(app)
        )
        response.vary.add("Cookie")

    def _cookie_rules(self, app: Flask) -> dict[str, Any]:
        return {"secure": self.get_cookie_secure(app), "samesite": "Strict", "path": "/"}


def owner_of(session: SessionMixin) -> str | None:
    """The fs_uniquifier of the person that a session speaks of, None for nobody."""
    for key in _OWNER_KEYS:
        if session.get(key):
            return str(session[key])
    return None


def token_hash(token: str) -> bytes:
    """What the database keeps of a token: 32 bytes that sign nobody in."""
    return sha256(token.encode()).digest()


def _begin(session: StaffSession, *, owner: str) -> str:
    """A new session with what this one holds; the old token is worth nothing from now on."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    moment = now()
    with transaction(db.session):
        if session.token:
            store.end_session(db.session, token_hash(session.token))
        if session.was_signed_in and session.owner:
            # The same person under a new uniquifier: the password was changed.
            store.end_sessions_of(db.session, session.owner)
        store.forget_sessions(
            db.session, started_before=moment - LONGEST, seen_before=moment - IDLE
        )
        store.create_session(
            db.session,
            token_hash(token),
            owner=owner,
            data=_serializer.dumps(dict(session)),
            now=moment,
        )
    return token
