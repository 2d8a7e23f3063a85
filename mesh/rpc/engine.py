"""The two transports a server can stand on, behind the one interface of grpc.aio.Server."""

import random
from pathlib import Path
from typing import Any, cast

import grpc

from mesh import tls
from mesh.settings import ServerSettings, SettingsError

KEEPALIVE_MS = 30_000
"""A dead connection is noticed within a minute; clients may ping this often."""
KEEPALIVE_TIMEOUT_MS = 20_000
CONNECTION_AGE_GRACE_MS = 30_000
"""Longer than any unary deadline: a shorter one kills calls that wait in the queue."""
MAX_METADATA_BYTES = 16 * 1024

FREE_PORTS = range(20_000, 32_768)
"""Where a free port is looked for; above, the kernel hands ports out to clients."""
BIND_ATTEMPTS = 64


def check(settings: ServerSettings) -> None:
    """Raise SettingsError for what the chosen engine cannot do."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsError("GUILD_SERVER_TLS_CERT and GUILD_SERVER_TLS_KEY are set together or not at all")
    if settings.tls_client_ca is not None and not settings.tls:
        raise SettingsError("GUILD_SERVER_TLS_CLIENT_CA needs GUILD_SERVER_TLS_CERT and GUILD_SERVER_TLS_KEY")
    if settings.engine == "native" and settings.tls:
        raise SettingsError("the native engine has no TLS: set GUILD_SERVER_ENGINE=grpcio or leave the TLS files out")
    if settings.tls:
        tls.check_server(settings)
    if settings.engine == "native" and settings.max_connection_age_seconds is not None:
        raise SettingsError("the native engine has no connection age: set GUILD_SERVER_ENGINE=grpcio or leave it out")


def bind(server: grpc.aio.Server, settings: ServerSettings) -> int:
    """Bind to the address of the settings and return the port; a port of 0 takes a free one below 32768."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.port:
        return _bind(server, f"{host}:{settings.port}", settings)
    for port in random.sample(FREE_PORTS, BIND_ATTEMPTS):
        try:
            return _bind(server, f"{host}:{port}", settings)
        except RuntimeError:  # taken by somebody else
            continue
    raise RuntimeError(f"no free port for {host} after {BIND_ATTEMPTS} attempts")


def _bind(server: grpc.aio.Server, address: str, settings: ServerSettings) -> int:
    if not settings.tls:
        return server.add_insecure_port(address)
    return server.add_secure_port(address, _credentials(settings))


def _credentials(settings: ServerSettings) -> grpc.ServerCredentials:
    newest = tls.Fresh(lambda: _certificates(settings), tls.server_files(settings))
    served = newest()

    def fetch() -> grpc.ServerCertificateConfiguration | None:
        """Asked before each handshake; None when nothing changed."""
        nonlocal served
        known, served = served, newest()
        return None if served is known else served

    return grpc.dynamic_ssl_server_credentials(
        served, cast("Any", fetch), require_client_authentication=bool(settings.tls_client_ca)
    )


def _certificates(settings: ServerSettings) -> grpc.ServerCertificateConfiguration:
    tls.check_server(settings)  # gRPC would take whatever it is given, and fail each handshake
    pair = (_read(settings.tls_key), _read(settings.tls_cert))
    client_ca = _read(settings.tls_client_ca) if settings.tls_client_ca else None
    return grpc.ssl_server_certificate_configuration([pair], client_ca)


def _read(path: Path | None) -> bytes:
    assert path is not None, "checked by settings.tls"  # noqa: S101
    return path.read_bytes()


def options(settings: ServerSettings) -> list[tuple[str, Any]]:
    """Return the channel arguments of a server: sizes, streams, keepalive, connection age."""
    chosen: list[tuple[str, Any]] = [
        ("grpc.so_reuseport", 0),  # a second server on the same port is a mistake, not a partner
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.max_concurrent_streams", settings.max_streams),
        ("grpc.max_metadata_size", MAX_METADATA_BYTES),
        ("grpc.keepalive_time_ms", KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", KEEPALIVE_MS // 3),
        ("grpc.http2.max_ping_strikes", 2),
    ]
    if settings.max_connection_age_seconds is not None:
        chosen += [
            ("grpc.max_connection_age_ms", int(settings.max_connection_age_seconds * 1000)),
            ("grpc.max_connection_age_grace_ms", CONNECTION_AGE_GRACE_MS),
        ]
    return chosen
