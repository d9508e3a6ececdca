"""What the pages of signing in say: Flask-Security's messages in our own words."""

from __future__ import annotations

from typing import Final

# The name that Flask-Security gives a message → our words, and whether it is an error.
MESSAGES: Final = {
    "GENERIC_AUTHN_FAILED": (
        "Address and password do not belong together. Check both and try again.",
        "error",
    ),
    "UNAUTHENTICATED": ("Sign in to see that page.", "error"),
    "REAUTHENTICATION_REQUIRED": ("Enter your password again before this change.", "error"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you. You can go on.", "success"),
    "INVALID_PASSWORD": ("That is not your password.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Enter a password.", "error"),
    "PASSWORD_IS_THE_SAME": ("The new password is the old one.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("The two new passwords differ.", "error"),
    "PASSWORD_CHANGE": (
        "Your password is changed. You are signed out everywhere else.",
        "success",
    ),
    "EMAIL_NOT_PROVIDED": ("Enter your e-mail address.", "error"),
    "INVALID_EMAIL_ADDRESS": (
        "Address and password do not belong together. Check both and try again.",
        "error",
    ),
    "TWO_FACTOR_INVALID_TOKEN": (
        "That code is not right or was used before. Wait for the next one and enter it.",
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("You are signed in.", "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        "Your authenticator app is set up.",
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": ("Start again with address and password.", "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": ("Choose one of the ways below.", "error"),
    "TWO_FACTOR_SETUP_EXPIRED": ("That took longer than %(within)s. Start again.", "error"),
    "INVALID_RECOVERY_CODE": ("That recovery code is not right or was used before.", "error"),
    "NO_RECOVERY_CODES_SETUP": ("You have no recovery codes yet.", "info"),
    "INVALID_REDIRECT": ("Enter your address and password.", "error"),
    "API_ERROR": ("That did not work. Start again.", "error"),
    "WEBAUTHN_EXPIRED": ("That took longer than %(within)s. Start again.", "error"),
    "WEBAUTHN_NAME_REQUIRED": ("Give the passkey a name.", "error"),
    "WEBAUTHN_NAME_INUSE": ("You have a passkey named %(name)s already.", "error"),
    "WEBAUTHN_NAME_NOT_FOUND": ("You have no passkey named %(name)s.", "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        "A name has letters, numbers, spaces and dashes only.",
        "error",
    ),
    "INVALID_INPUT": ("A name has letters, numbers, spaces and dashes only.", "error"),
    "INVALID_INPUT_LENGTH": ("A name has 64 characters at most.", "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": ("The passkey %(name)s is removed.", "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": ("The passkey %(name)s is added.", "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": ("That passkey is added already.", "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": ("That passkey belongs to no account.", "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": ("That passkey belongs to no account.", "error"),
    "WEBAUTHN_NO_VERIFY": ("The passkey could not be checked. Try again.", "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        "That passkey was not added for this step.",
        "error",
    ),
    "WEBAUTHN_MISMATCH_USER_HANDLE": ("That passkey belongs to another account.", "error"),
    "DISABLED_ACCOUNT": ("That passkey belongs to no account.", "error"),
}
