"""The settings of the application: one frozen value, read once from the environment."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE: Final = Path(__file__).resolve().parent
_LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
_LOCAL_PROXIES: Final = ("127.0.0.1", "::1")
_SHORTEST_SECRET: Final = 32
_SECRET_FILE: Final = "secret-key"  # noqa: S105 (a name of a file)

# name in the environment → what it does; the operations page lists each of these.
SETTINGS_HELP: Final = {
    "DATABASE_URL": "Where the data is; without it, an SQLite file in the instance folder.",
    "SERVING_ROLE": "The role of PostgreSQL that `flask setup` lets serve, and nothing more.",
    "INSTANCE_PATH": "The folder for the database, the search index and other local files.",
    "HOST": "The address that the server listens on.",
    "PORT": "The port that the server listens on.",
    "WEB_WORKERS": "How many server processes run.",
    "TRUSTED_HOSTS": "The host names that people reach the site by, with commas between.",
    "IS_BEHIND_HTTPS": "1 when people reach the site over HTTPS; any host but localhost needs it.",
    "TRUSTED_PROXIES": "The addresses of proxies whose X-Forwarded-For is believed.",
    "SECRET_KEY": "32 characters or more; without it, one is made and kept in the instance folder.",
    "LOCATOR_URL": "Another address of the federal directory's locator, such as a mirror.",
    "DEVELOPMENT": "1 lets staff sign in without a second step; on localhost only.",
}


class ConfigError(Exception):
    """A setting that is missing or cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All that `create_app` needs to know; reads no globals."""

    database_url: str
    instance_path: Path
    trusted_hosts: tuple[str, ...] = _LOCAL_HOSTS
    is_behind_https: bool = False
    is_testing: bool = False
    is_development: bool = False
    trusted_proxies: tuple[str, ...] = ()
    port: int = 8000
    locator_url: str = ""
    serving_role: str = ""
    secret_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse settings under which the staff's session could be read or stolen."""
        if not self.is_behind_https and not set(self.trusted_hosts) <= set(_LOCAL_HOSTS):
            message = (
                "TRUSTED_HOSTS names a host that is not this machine: its staff would send their "
                "session in the open. Serve it over HTTPS and set IS_BEHIND_HTTPS=1."
            )
            raise ConfigError(message)
        if self.is_development and self.is_behind_https:
            message = "DEVELOPMENT=1 leaves the second step out: it is for localhost, without HTTPS"
            raise ConfigError(message)
        if self.secret_key and len(self.secret_key) < _SHORTEST_SECRET:
            message = f"SECRET_KEY needs {_SHORTEST_SECRET} characters or more"
            raise ConfigError(message)

    @property
    def process_file(self) -> Path:
        """Where the server that listens on the port writes the number of its process."""
        return self.instance_path / f"server-{self.port}.pid"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """The settings that the environment names; raises ConfigError for one it cannot use."""
        instance_path = Path(environ.get("INSTANCE_PATH") or _HERE / "instance").resolve()
        is_behind_https = environ.get("IS_BEHIND_HTTPS", "") == "1"
        proxies = _listed(environ.get("TRUSTED_PROXIES", ""))
        return cls(
            database_url=_database_url(environ.get("DATABASE_URL", ""), instance_path),
            instance_path=instance_path,
            trusted_hosts=_listed(environ.get("TRUSTED_HOSTS", "")) or _LOCAL_HOSTS,
            is_behind_https=is_behind_https,
            is_development=environ.get("DEVELOPMENT", "") == "1",
            # HTTPS is a proxy's work, and mostly of one on this machine.
            trusted_proxies=proxies or (_LOCAL_PROXIES if is_behind_https else ()),
            port=_port(environ.get("PORT", "")),
            locator_url=environ.get("LOCATOR_URL", ""),
            serving_role=environ.get("SERVING_ROLE", ""),
            secret_key=environ.get("SECRET_KEY", ""),
        )


def secret_key_of(config: Config) -> str:
    """The secret of the installation: as set, or made once and kept in the instance folder.

    Server processes that start at the same moment agree on one.
    """
    if config.secret_key:
        return config.secret_key
    path = config.instance_path / _SECRET_FILE
    if not path.exists():
        config.instance_path.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{_SECRET_FILE}-{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        # A link is made whole or not at all, and never over one that is there.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    secret = path.read_text("ascii").strip()
    if len(secret) < _SHORTEST_SECRET:
        message = f"{path} is damaged; delete it, and everybody signs in anew"
        raise ConfigError(message)
    return secret


def _port(text: str) -> int:
    if not text:
        return 8000
    if not text.isascii() or not text.isdigit():
        message = "PORT must be a number"
        raise ConfigError(message)
    return int(text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _database_url(given: str, instance_path: Path) -> str:
    if not given:
        return f"sqlite:///{instance_path / 'help_first.sqlite3'}"
    if given.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + given.split("://", 1)[1]
    if given.startswith(("postgresql+psycopg://", "sqlite:///")):
        return given
    message = "DATABASE_URL must begin with postgresql:// or sqlite:///"
    raise ConfigError(message)
