"""The settings of signing in: what Flask-Security, Flask-WTF and the session's cookie are told."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from flask_security.utils import aware_utcnow

from app.web.admin.second_step import RECOVERY_KEY
from app.web.admin.sign_in_words import MESSAGES
from app.web.session import STAFF_ROOT

if TYPE_CHECKING:
    from config import Config

_NAME: Final = "Help First"
# Changing how one signs in asks for the password again after this time.
_FRESH: Final = timedelta(minutes=10)

# The same for every installation.
_ALWAYS: Final[dict[str, object]] = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Strict",
    # The public's forms have no token; the door of the staff's pages asks for one itself.
    "WTF_CSRF_CHECK_DEFAULT": False,
    "WTF_CSRF_TIME_LIMIT": None,
    # It would read the Referer, which our pages do not send; the door reads Sec-Fetch-Site.
    "WTF_CSRF_SSL_STRICT": False,
    "SECURITY_URL_PREFIX": STAFF_ROOT,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_STATIC_FOLDER_URL": None,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_CHANGE_URL": "/password",
    "SECURITY_VERIFY_URL": "/confirm",
    "SECURITY_TWO_FACTOR_SETUP_URL": "/second-step/set-up",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/second-step",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/second-step/choose",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/second-step/rescue",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/recovery",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
    "SECURITY_WAN_REGISTER_URL": "/passkeys",
    "SECURITY_WAN_DELETE_URL": "/passkeys/remove",
    "SECURITY_WAN_SIGNIN_URL": "/passkey",
    "SECURITY_WAN_VERIFY_URL": "/confirm/passkey",
    "SECURITY_POST_LOGIN_VIEW": "admin.home",
    "SECURITY_POST_LOGOUT_VIEW": "security.login",
    "SECURITY_POST_CHANGE_VIEW": "admin.account",
    "SECURITY_POST_VERIFY_VIEW": "admin.account",
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "admin.account",
    "SECURITY_TWO_FACTOR_ERROR_VIEW": "security.login",
    "SECURITY_WAN_POST_REGISTER_VIEW": "security.wan_register",
    "SECURITY_CACHE_CONTROL": {},  # every answer says no-store already
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_DATETIME_FACTORY": aware_utcnow,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_FRESHNESS": _FRESH,
    "SECURITY_FRESHNESS_GRACE_PERIOD": _FRESH,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    # The password itself is hashed: a lost secret key must not lose every password.
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
    "SECURITY_CHANGEABLE": True,
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    # One time step before and after: a phone's clock may be half a minute off.
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TOTP_ISSUER": _NAME,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_RP_NAME": _NAME,
    # Whoever holds a passkey shows which account it is; nobody may ask by address.
    "SECURITY_WAN_ALLOW_USER_HINTS": False,
    **{f"SECURITY_MSG_{name}": message for name, message in MESSAGES.items()},
}


def sign_in_settings(config: Config, *, secret_key: str) -> dict[str, object]:
    """All settings of signing in, by their names in the application's configuration."""
    return {
        **_ALWAYS,
        "SESSION_COOKIE_NAME": "__Host-session" if config.is_behind_https else "session",
        "SESSION_COOKIE_SECURE": config.is_behind_https,
        RECOVERY_KEY: _derived(secret_key, "recovery codes"),
        "SECURITY_EMAIL_VALIDATOR_ARGS": {
            # Asks the network for nothing.
            "check_deliverability": False,
            "test_environment": config.is_testing,
        },
        "SECURITY_TWO_FACTOR_REQUIRED": not config.is_development,
        "SECURITY_TOTP_SECRETS": {"1": _derived(secret_key, "totp").decode()},
    }


def _derived(secret_key: str, purpose: str) -> bytes:
    """A key for one purpose, 44 letters, from the secret of the installation."""
    return urlsafe_b64encode(hmac.digest(secret_key.encode(), purpose.encode(), sha256))
