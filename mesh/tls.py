"""TLS as the settings ask for it: files are checked at start, and read again when they were replaced.

gRPC is served and called over TLS 1.3: those who call it, our own roles and the libraries that apps are built with,
have known it for years. REST and WebSocket are served over 1.2 too, with forward secrecy alone, as long as there are
proxies, monitors and old systems that speak nothing newer.
"""

import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, Literal, TypeVar

from cryptography import x509
from prometheus_client import Gauge

from mesh.settings import PeerSettings, ServerSettings, SettingsError
from mesh.telemetry import get_logger

T = TypeVar("T")
Side = Literal["server", "peers"]

CHECK_SECONDS = 10.0
"""How often files are looked at, at most."""

HTTP_1, HTTP_2 = "http/1.1", "h2"
"""What a handshake may agree on, by ALPN."""

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; those of 1.3 are all good

_log = get_logger(__name__)
_expires = Gauge("guild_tls_expires_seconds", "When the certificate in use expires, since the epoch.", ("side",))


class Fresh(Generic[T]):
    """Something made of files, made anew when one of them was replaced; where that fails the last good one stays."""

    def __init__(
        self, make: Callable[[], T], files: Sequence[Path | None], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Raise whatever `make` raises."""
        self._make = make
        self._files = [path for path in files if path is not None]
        self._monotonic = monotonic
        self._stamp = self._look()
        self._next_look = monotonic() + CHECK_SECONDS
        self._value = make()

    def __call__(self) -> T:
        """Return the newest."""
        if self._monotonic() >= self._next_look:
            self._next_look = self._monotonic() + CHECK_SECONDS
            self._renew()
        return self._value

    def _renew(self) -> None:
        stamp = self._look()
        if stamp == self._stamp:
            return
        try:
            self._value = self._make()
        except (OSError, ValueError, SettingsError) as error:  # half written, perhaps: the next look tells
            _log.warning("new TLS files are not usable, the old ones stay", error=repr(error))
            return
        self._stamp = stamp
        _log.info("TLS files were read again", files=[str(path) for path in self._files])

    def _look(self) -> tuple[object, ...]:
        return tuple(_identity(path) for path in self._files)


def server_files(settings: ServerSettings) -> tuple[Path | None, ...]:
    """Return the files a server's TLS is made of."""
    return settings.tls_cert, settings.tls_key, settings.tls_client_ca


def peer_files(settings: PeerSettings) -> tuple[Path | None, ...]:
    """Return the files the TLS of calls to others is made of."""
    return settings.tls_ca, settings.tls_cert, settings.tls_key


def server_context(settings: ServerSettings, protocol: str = HTTP_1) -> ssl.SSLContext:
    """Return what a server of `protocol` does TLS with, each handshake with the newest files; raises SettingsError."""
    newest = Fresh(lambda: _server_context(settings, protocol), server_files(settings))
    first = newest()

    def hello(connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = newest()

    first.sni_callback = hello
    return first


def peer_context(settings: PeerSettings) -> ssl.SSLContext:
    """Return what calls to our own services trust and show: the mesh's authority alone; raises SettingsError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols([HTTP_2])
    _load("peers", context, settings.tls_ca, settings.tls_cert, settings.tls_key)
    return context


def client_context(settings: PeerSettings) -> ssl.SSLContext:
    """Return what an HTTP client trusts and shows: well-known authorities, and the mesh's own; raises SettingsError."""
    context = ssl.create_default_context()
    _load("peers", context, settings.tls_ca, settings.tls_cert, settings.tls_key)
    return context


def check_server(settings: ServerSettings) -> None:
    """Raise SettingsError for files that do not make a pair, or cannot be read; needs `settings.tls`."""
    _server_context(settings, HTTP_1)


def _server_context(settings: ServerSettings, protocol: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if protocol == HTTP_2:
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    else:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(_CIPHERS)
    context.set_alpn_protocols([protocol])
    context.options |= ssl.OP_NO_RENEGOTIATION
    _load("server", context, settings.tls_client_ca, settings.tls_cert, settings.tls_key)
    if settings.tls_client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _load(side: Side, context: ssl.SSLContext, ca: Path | None, cert: Path | None, key: Path | None) -> None:
    try:
        if ca is not None:
            context.load_verify_locations(ca)
        if cert is not None:
            context.load_cert_chain(cert, key, password=lambda: "")  # asks nobody for a pass phrase
            _expires.labels(side).set(_not_after(cert))
    except (OSError, ssl.SSLError, ValueError) as error:
        files = ", ".join(str(path) for path in (ca, cert, key) if path is not None)
        raise SettingsError(f"GUILD_{side.upper()}_TLS_*: {files} cannot be used: {error}") from error


def _not_after(cert: Path) -> float:
    return x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc.timestamp()


def _identity(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0
    return status.st_ino, status.st_mtime_ns, status.st_size
