"""Static files under names that change with their content, so that browsers may keep them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, send_from_directory
from markupsafe import Markup
from whitenoise import WhiteNoise

STATIC_FOLDER: Final = Path(__file__).resolve().parent.parent / "static"
_COMPRESSED: Final = (".br", ".gz")
_FOREVER_S: Final = 31_536_000
_RELEASE: Final = re.compile(r"[0-9a-f]{12}")


def register_assets(app: Flask, *, headers: Mapping[str, str]) -> None:
    """Serve app/static with WhiteNoise below a folder named by its content.

    Below any other such name the same files are found, to be kept by nobody: a page that the
    release before sent is read while this one already runs, and must not stand without its look.
    """
    prefix = f"static/{_digest(STATIC_FOLDER)}"

    def add_headers(served: dict[str, str], _path: str, _url: str) -> None:
        for name in headers:
            served[name] = headers[name]

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(STATIC_FOLDER),
        prefix=prefix,
        max_age=_FOREVER_S,
        # Every file is found under a name of its content alone.
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=add_headers,
        # Another site may not read these; nothing here is for it.
        allow_all_origins=False,
    )
    app.add_url_rule("/static/<release>/<name>", "asset", _file_of_now)
    app.add_template_global(_asset_url(prefix), "asset_url")
    app.add_template_global(_asset_integrity(), "asset_integrity")


def inner_styles(*names: str) -> Markup:
    """The text of these stylesheets, for a page that carries its styles inside."""
    ours = [(STATIC_FOLDER / name).read_text("utf-8") for name in names]
    return Markup("\n".join(ours))  # noqa: S704 - our own files


def _file_of_now(release: str, name: str) -> Response:
    if not _RELEASE.fullmatch(release) or name not in _names():
        abort(HTTPStatus.NOT_FOUND)
    answer = send_from_directory(STATIC_FOLDER, name, conditional=False, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@cache
def _names() -> frozenset[str]:
    return frozenset(
        path.name for path in STATIC_FOLDER.iterdir() if path.suffix not in _COMPRESSED
    )


def _asset_url(prefix: str) -> Callable[[str], str]:
    def asset_url(name: str) -> str:
        """The address of one of our static files; KeyError for a file that is not there."""
        if name not in _names():
            raise KeyError(name)
        return f"/{prefix}/{name}"

    return asset_url


def _asset_integrity() -> Callable[[str], str]:
    digests = {path.name: _integrity(path) for path in STATIC_FOLDER.glob("*.js")}

    def asset_integrity(name: str) -> str:
        """What a browser compares a script with; KeyError for a script that is not there."""
        return digests[name]

    return asset_integrity


def _integrity(path: Path) -> str:
    digest = hashlib.sha384(path.read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix not in _COMPRESSED:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
