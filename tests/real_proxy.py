"""nginx with the settings that come along (deploy/nginx.conf), in front of a port of this machine.

Only what belongs to a machine is put in other words for a test: ports, paths, the host's name. The
certificate is made for the test.
"""

from __future__ import annotations

import http.client
import io
import os
import re
import select
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from tests.real_server import ROOT, free_port

HOST = "localhost"
CONFIGURATION = ROOT / "deploy" / "nginx.conf"
# As a package of the system, or as `scripts/install_nginx.sh` unpacks it.
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", f"{sys.prefix}/nginx/usr/sbin"))
_NGINX = shutil.which("nginx", path=_PLACES)
needs_nginx = pytest.mark.skipif(_NGINX is None, reason="no nginx: scripts/install_nginx.sh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer as it came over the wire; status 0 where the connection was closed without one."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def all(self, name: str) -> list[str]:
        """The values of a header, one for each time that it was sent."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A running nginx: HTTPS on `port`, HTTP on `plain_port`, all its files below `folder`."""

    port: int
    plain_port: int
    folder: Path
    context: ssl.SSLContext

    def connection(self, *, source: str | None = None) -> http.client.HTTPSConnection:
        """A new connection for requests, from an address of this machine."""
        return http.client.HTTPSConnection(
            HOST,
            self.port,
            timeout=60,
            context=self.context,
            source_address=(source, 0) if source else None,
        )

    def line(self, *, is_narrow: bool = False) -> ssl.SSLSocket:
        """A new connection for raw bytes, after the handshake."""
        return self.connection_of(self.context, name=HOST, is_narrow=is_narrow)

    def connection_of(
        self, context: ssl.SSLContext, *, name: str | None, is_narrow: bool = False
    ) -> ssl.SSLSocket:
        """A connection that asks for the site of this name, or for none."""
        plain = self.plain_line(self.port, is_narrow=is_narrow)
        try:
            return context.wrap_socket(plain, server_hostname=name)
        except OSError:
            plain.close()
            raise

    def plain_line(self, port: int, *, is_narrow: bool = False) -> socket.socket:
        """A connection without a handshake to one of its ports."""
        plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        plain.settimeout(20)
        if is_narrow:
            # Little is on its way at once, so that the system of the proxy holds little of it.
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        try:
            plain.connect(("127.0.0.1", port))
        except OSError:
            plain.close()
            raise
        return plain

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        source: str | None = None,
    ) -> Told:
        """The answer to a whole request of a browser."""
        connection = self.connection(source=source)
        sent = {"Host": HOST, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        try:
            connection.request(method, path, body, sent)
            return _told(connection.getresponse())
        finally:
            connection.close()

    def send(self, sent: str, *, wait_s: float = 20) -> Told:
        """The answer to raw bytes."""
        with self.line() as line:
            return read_answer(line, sent.encode("latin-1"), wait_s=wait_s)

    def temporary(self) -> tuple[Path, Path]:
        """Where it would write bodies and answers that its memory does not hold."""
        return self.folder / "body", self.folder / "answers"

    def log(self) -> str:
        """All that it has written to its logs and its output."""
        return "".join(
            path.read_text("utf-8", "replace") for path in (self.folder / "log").iterdir()
        )


def read_answer(line: socket.socket, sent: bytes, *, wait_s: float = 20) -> Told:
    """Send bytes and read until the other side closes or has been still for a while."""
    got = b""
    try:
        line.sendall(sent)
        while select.select([line], [], [], wait_s)[0]:
            more = line.recv(65_536)
            if not more:
                break
            got += more
    except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError, TimeoutError):
        pass  # what came until then is the answer
    if not got.startswith(b"HTTP/1."):
        return Told(status=0)
    response = http.client.HTTPResponse(_Heard(got))  # type: ignore[arg-type]
    response.begin()
    return _told(response)


class _Heard:
    """Bytes that came, as the socket that http.client reads from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def _told(response: http.client.HTTPResponse) -> Told:
    with response:
        try:
            body = response.read()
        except http.client.IncompleteRead as error:
            message = f"the answer was cut short after {len(error.partial)} bytes"
            raise AssertionError(message) from error
        return Told(
            status=response.status,
            headers=tuple(response.headers.items()),
            body=body.decode("utf-8", "replace"),
        )


@contextmanager
def proxied(
    app: Flask, folder: Path, *, upstream: int, changes: Sequence[tuple[str, str]] = ()
) -> Iterator[Proxy]:
    """nginx before the port `upstream`; `changes` are put into its settings first."""
    assert _NGINX
    for name in ("log", "www"):
        (folder / name).mkdir(parents=True)
    written = app.test_cli_runner().invoke(
        args=["proxy-pages", str(folder / "www" / "proxy-pages")]
    )
    assert written.exit_code == 0, written.output
    port, plain_port = free_port(), free_port()
    text = _settings(folder, upstream=upstream, port=port, plain_port=plain_port)
    for out, into in changes:
        text = _put(text, out, into.replace("{folder}", str(folder)))
    (folder / "nginx.conf").write_text(text, "utf-8")
    context = ssl.create_default_context(cafile=str(_certificate(folder)))
    with (folder / "log" / "output").open("wb") as output:
        process = subprocess.Popen(
            [_NGINX, "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"],
            stdout=output,
            stderr=output,
        )
    try:
        proxy = Proxy(port=port, plain_port=plain_port, folder=folder, context=context)
        _wait_for(proxy, process)
        yield proxy
    finally:
        process.terminate()
        process.wait(30)


def _settings(folder: Path, *, upstream: int, port: int, plain_port: int) -> str:
    text = CONFIGURATION.read_text("utf-8")
    # A machine for tests may have no IPv6.
    text = re.sub(r"\n +listen \[::\]:[^\n]+", "", text)
    for out, into in {
        # The workers read what the tests wrote; who is not root may not name a user at all.
        "user www-data;": "daemon off;" + ("" if os.getuid() else " user root;"),
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx/error.log": f"{folder}/log/error.log",
        "/var/lib/nginx/body": f"{folder}/body",
        "/var/lib/nginx/proxy": f"{folder}/answers",
        "/var/www/help-first": f"{folder}/www",
        "/etc/letsencrypt/live/help.example.org": str(folder),
        "help.example.org": HOST,
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
        # Of parts that are built in and not used.
        "http {": "http { "
        + " ".join(f"{name}_temp_path {folder}/unused;" for name in ("fastcgi", "uwsgi", "scgi")),
    }.items():
        text = _put(text, out, into)
    return text


def _put(text: str, out: str, into: str) -> str:
    assert out in text, f"{CONFIGURATION.name} has no {out!r}"
    return text.replace(out, into)


def _certificate(folder: Path) -> Path:
    """A certificate for this machine, signed by itself, and its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "fullchain.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def _wait_for(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + 30
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            proxy.line().close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    message = f"nginx did not come up: {proxy.log()}"
    raise AssertionError(message)
