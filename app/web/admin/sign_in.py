"""Signing in: Flask-Security's own steps, with our limits, words and pages."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Flask, current_app, request, session
from flask_login import current_user
from flask_security import (
    ChangePasswordForm,
    LoginForm,
    MailUtil,
    MfRecoveryForm,
    Security,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.signals import (
    password_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)
from flask_security.webauthn import WebAuthnSigninResponseForm

from app.extensions import csrf, db
from app.models import User
from app.store.users import UserStore, note_account
from app.web.admin.door import local_address
from app.web.admin.passwords import GatedHashes, HashGate, StaffPasswords, hash_settings
from app.web.admin.second_step import (
    StaffPasskeys,
    StaffRecoveryCodes,
    StaffTotp,
)
from app.web.admin.sign_in_settings import sign_in_settings
from app.web.clock import now
from app.web.limits import MEMORY_FILES, Limit, Limiter
from app.web.session import StaffSessions
from app.web.tries import LIMITER, limit_tries, network_of

if TYPE_CHECKING:
    from config import Config

FIVE_MINUTES_S: Final = 300
BY_ACCOUNT: Final = Limit(name="sign-in account", count=10, period_s=FIVE_MINUTES_S)
BY_NETWORK: Final = Limit(name="sign-in network", count=10, period_s=FIVE_MINUTES_S)
BY_EVERYBODY: Final = Limit(name="sign-in everybody", count=1_000, period_s=FIVE_MINUTES_S)
BY_SECOND_STEP: Final = Limit(name="second step", count=5, period_s=FIVE_MINUTES_S)


class SignInForm(LoginForm):
    """Address and password. There is no "remember me": no session is longer than 12 hours."""

    remember = None  # type: ignore[assignment]

    def __init__(self, *args: object, **options: object) -> None:
        """Where to go afterwards is one of our own pages, whatever the address says."""
        super().__init__(*args, **options)
        self.next.data = local_address(self.next.data)

    def validate(self, **options: object) -> bool:
        """Whether they belong together; every try counts, before anything is hashed."""
        limit_tries(BY_NETWORK, network_of(request))
        limit_tries(BY_ACCOUNT, str(self.email.data or "").strip().lower())
        limit_tries(BY_EVERYBODY, "")
        is_right = bool(super().validate(**options))
        if is_right and db.session.is_modified(self.user):
            # Hashed anew at today's cost; what comes next may be a page of its own.
            current_app.extensions["security"].datastore.commit()
        return is_right


class SecondStepForm(TwoFactorVerifyCodeForm):
    """Six digits from the authenticator app."""

    def validate(self, **options: object) -> bool:
        """Whether they are right now and were not used before."""
        limit_tries(BY_SECOND_STEP, str(self.user.id) if self.user else "")
        return bool(super().validate(**options))


class RecoveryForm(MfRecoveryForm):
    """One of the recovery codes."""

    def validate(self, **options: object) -> bool:
        """Whether it is one that is left; it is used up by asking."""
        limit_tries(BY_SECOND_STEP, str(self.user.id) if self.user else "")
        return bool(super().validate(**options))


class PasskeyForm(WebAuthnSigninResponseForm):
    """What a passkey answers."""

    def validate(self, **options: object) -> bool:
        """Whether the answer is right and the account open."""
        limit_tries(BY_NETWORK, network_of(request))
        return bool(super().validate(**options) and self.user and self.user.is_active)


class ConfirmForm(VerifyForm):
    """The password once more, before how one signs in is changed."""

    def validate(self, **options: object) -> bool:
        """Whether it is the person's password."""
        limit_tries(BY_ACCOUNT, current_user.email)
        return bool(super().validate(**options))


class NewPasswordForm(ChangePasswordForm):
    """The old password and a new one, twice."""

    def validate(self, **options: object) -> bool:
        """Whether the old one is right and the new one good enough."""
        limit_tries(BY_ACCOUNT, current_user.email)
        return bool(super().validate(**options))


class NoMail(MailUtil):
    """Nothing is sent by e-mail: links are handed over by an admin."""

    def send_mail(self, *_args: object, **_values: object) -> None:
        """Send nothing."""


def register_sign_in(app: Flask, config: Config) -> None:
    """Give an application its accounts, sessions and the pages of signing in."""
    app.config.from_mapping(sign_in_settings(config, secret_key=app.config["SECRET_KEY"]))
    app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = hash_settings(app)
    app.session_interface = StaffSessions(secret_key=app.config["SECRET_KEY"])
    # Tests make many applications: each counts in its own temporary folder.
    folder = config.instance_path if config.is_testing else MEMORY_FILES
    app.extensions[LIMITER] = Limiter(_table_name(config.instance_path), folder=folder)
    csrf.init_app(app)
    security = Security(
        app,
        UserStore(),
        login_form=SignInForm,
        two_factor_verify_code_form=SecondStepForm,
        mf_recovery_form=RecoveryForm,
        wan_signin_response_form=PasskeyForm,
        verify_form=ConfirmForm,
        change_password_form=NewPasswordForm,
        mail_util_cls=NoMail,
        password_util_cls=StaffPasswords,
        totp_cls=StaffTotp,
        mf_recovery_codes_util_cls=StaffRecoveryCodes,
        webauthn_util_cls=StaffPasskeys,
    )
    security.pwd_context = GatedHashes(security.pwd_context, HashGate(config.instance_path))
    security.want_json(lambda _request: False)
    # A session names its person and nothing else: no token signs in, and neither the address
    # nor the browser of anybody is kept, not even hashed.
    security.login_manager.session_protection = None
    security.login_manager.request_loader(lambda _request: None)
    _note_what_people_do(app)


def _table_name(instance_path: Path) -> str:
    """One table for each installation and user of the machine."""
    place = sha256(str(instance_path).encode()).hexdigest()[:16]
    return f"help-first-{os.geteuid()}-{place}"


def _note_what_people_do(app: Flask) -> None:
    """Have the history say who signed in and who changed how they do."""
    for signal, field in (
        (password_changed, "password"),
        (wan_registered, "passkeys"),
        (wan_deleted, "passkeys"),
    ):

        def changed(_app: Flask, user: User, *, field: str = field, **_details: object) -> None:
            note_account(db.session, user, "update", now=now(), field=field)

        signal.connect(changed, app, weak=False)

    def signed_in(_app: Flask, user: User, **_details: object) -> None:
        # "_id" is a hash of address and browser, which Flask-Login writes in any case.
        for name in ("_id", "fs_cc"):
            session.pop(name, None)
        note_account(db.session, user, "sign_in", now=now(), field="")

    user_authenticated.connect(signed_in, app, weak=False)
