"""The settings of the application: one frozen value, read once from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE: Final = Path(__file__).resolve().parent
_LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")

# name in the environment → what it does; the operations page lists each of these.
SETTINGS_HELP: Final = {
    "DATABASE_URL": "Where the data is; without it, an SQLite file in the instance folder.",
    "INSTANCE_PATH": "The folder for the database, the search index and other local files.",
    "HOST": "The address that the server listens on.",
    "PORT": "The port that the server listens on.",
    "WEB_WORKERS": "How many server processes run.",
    "TRUSTED_HOSTS": "The host names that people reach the site by, with commas between.",
    "IS_BEHIND_HTTPS": "1 when people reach the site over HTTPS: sends Strict-Transport-Security.",
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

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """The settings that the environment names; raises ConfigError for one it cannot use."""
        instance_path = Path(environ.get("INSTANCE_PATH") or _HERE / "instance").resolve()
        hosts = tuple(
            host.strip() for host in environ.get("TRUSTED_HOSTS", "").split(",") if host.strip()
        )
        return cls(
            database_url=_database_url(environ.get("DATABASE_URL", ""), instance_path),
            instance_path=instance_path,
            trusted_hosts=hosts or _LOCAL_HOSTS,
            is_behind_https=environ.get("IS_BEHIND_HTTPS", "") == "1",
        )


def _database_url(given: str, instance_path: Path) -> str:
    if not given:
        return f"sqlite:///{instance_path / 'help_first.sqlite3'}"
    if given.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + given.split("://", 1)[1]
    if given.startswith(("postgresql+psycopg://", "sqlite:///")):
        return given
    message = "DATABASE_URL must begin with postgresql:// or sqlite:///"
    raise ConfigError(message)
