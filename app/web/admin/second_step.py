"""The second step of signing in: codes that count once, recovery codes as HMACs, passkeys."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

from flask import current_app, request
from flask_security import MfRecoveryCodesUtil, Totp, UserMixin, WebauthnUtil
from passlib.totp import TotpMatch, UsedTokenError
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.db import transaction
from app.extensions import db
from app.models import User
from app.store import users as store
from app.web.clock import now
from app.web.qr import QrView, qr_view

_CODE: Final = re.compile(r"[0-9]{6}")
RECOVERY_KEY: Final = "RECOVERY_CODE_KEY"


class StaffTotp(Totp):
    """Codes of authenticator apps; each time step counts once, whichever process sees it."""

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        """Whether these six digits (spaces allowed) are right and were not used yet."""
        digits = str(token).replace(" ", "")
        if not _CODE.fullmatch(digits):
            return False
        return super().verify_totp(digits, totp_secret, user, window)

    def get_last_counter(self, user: UserMixin) -> int | None:
        """None: which steps are used up is decided where it cannot be raced, below."""
        del user
        return None

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Use a time step up; raises UsedTokenError if it was used before."""
        user_id = _id_of(user)
        if store.spend_code(db.session, user_id, counter=tmatch.counter):
            return
        with transaction(db.session):
            person = store.get_user(db.session, user_id)
            if person:
                store.record_account(db.session, person, "code_reused", by=person.name, now=now())
        raise UsedTokenError

    def generate_qrcode(self, username: str, totp: str) -> QrView:  # type: ignore[override]
        """The address that an authenticator app scans, as a drawing for the page."""
        return qr_view(self.get_totp_uri(username, totp))


class StaffRecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes are shown once; the database keeps an HMAC of each."""

    def _encrypt_codes(self, codes: list[str]) -> list[str]:
        return [code_hash(code) for code in codes]

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        """New codes, which are shown now; the history says that they were made."""
        store.note_account(
            db.session, cast("User", user), "update", now=now(), field="recovery_codes"
        )
        return super().create_recovery_codes(user)

    def get_recovery_codes(self, user: UserMixin) -> list[str]:
        """None: nobody can read them again."""
        del user
        return []

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Use a code up and say whether it was one: looking and taking are one step."""
        return store.spend_recovery_code(db.session, _id_of(user), code_hash=code_hash(code))

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """True: the check above has taken it away already."""
        del user, code
        return True


class StaffPasskeys(WebauthnUtil):
    """What we ask of passkeys."""

    def origin(self) -> str:
        """The address of the site as the browser sees it, behind a proxy too."""
        scheme = "https" if current_app.config["SESSION_COOKIE_SECURE"] else request.scheme
        return f"{scheme}://{request.host}"

    def authenticator_selection(
        self, user: UserMixin, usage: str
    ) -> AuthenticatorSelectionCriteria:
        """Any device; one that signs in alone must find itself and check who holds it."""
        del user
        is_alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=(
                ResidentKeyRequirement.REQUIRED if is_alone else ResidentKeyRequirement.PREFERRED
            ),
            user_verification=_verification(is_alone=is_alone),
        )

    def user_verification(
        self, user: UserMixin | None, usage: list[str]
    ) -> UserVerificationRequirement:
        """Required where the passkey stands for both steps."""
        del user
        return _verification(is_alone="secondary" not in usage)


def code_hash(code: str) -> str:
    """What the database keeps of a recovery code; case, spaces and dashes do not matter."""
    plain = re.sub(r"[\s-]", "", code).lower()
    key: Any = current_app.config[RECOVERY_KEY]
    return hmac.new(key, plain.encode(), sha256).hexdigest()


def recovery_codes_left(user: User) -> int:
    """How many recovery codes somebody still has."""
    return len(user.mf_recovery_codes or ())


def _id_of(user: UserMixin) -> UUID:
    return cast("User", user).id


def _verification(*, is_alone: bool) -> UserVerificationRequirement:
    if is_alone:
        return UserVerificationRequirement.REQUIRED
    return UserVerificationRequirement.DISCOURAGED
