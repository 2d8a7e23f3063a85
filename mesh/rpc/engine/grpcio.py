"""The reference: the transport of the gRPC project."""

from pathlib import Path
from typing import Any, cast

import grpc

from mesh import tls
from mesh.rpc.doorkeeper import Doorkeeper
from mesh.rpc.engine import bounds
from mesh.rpc.engine.at_the_door import AtTheDoor
from mesh.rpc.engine.spread import SpreadChannel
from mesh.settings import PeerSettings, ServerSettings


def server(settings: ServerSettings, doorkeeper: Doorkeeper, *, public: bool) -> grpc.aio.Server:
    """Return a server; it has no stricter bounds for the public."""
    del public
    return grpc.aio.server(interceptors=[AtTheDoor(doorkeeper)], options=_options(settings))


def listen(server: grpc.aio.Server, address: str, settings: ServerSettings) -> int:
    """Bind, and return the port; raises RuntimeError for an address that is taken."""
    bound = (
        server.add_secure_port(address, _credentials(settings)) if settings.tls else server.add_insecure_port(address)
    )
    return 0 if address.startswith("unix:") else bound


def secret(settings: PeerSettings) -> grpc.ChannelCredentials:
    """Return what connections are secured with; raises SettingsError for files that cannot be used."""
    tls.client_context(settings)  # gRPC would take whatever it is given, and fail each handshake
    pair = (_read(settings.tls_key), _read(settings.tls_cert)) if settings.tls_cert else (None, None)
    return grpc.ssl_channel_credentials(_read(settings.tls_ca), *pair)


def channel(address: str, secret: grpc.ChannelCredentials | None, max_message_bytes: int) -> SpreadChannel:
    """Return a channel, which connects at its first call, and again within a moment when its server comes back."""
    options = _channel_options(max_message_bytes)
    if secret is None:
        return SpreadChannel(lambda: grpc.aio.insecure_channel(address, options=options))
    return SpreadChannel(lambda: grpc.aio.secure_channel(address, secret, options=options))


def _channel_options(max_message_bytes: int) -> list[tuple[str, Any]]:
    return [
        ("grpc.keepalive_time_ms", _ms(bounds.SILENCE_SECONDS)),
        ("grpc.keepalive_timeout_ms", _ms(bounds.CLIENT_PING_SECONDS)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.initial_reconnect_backoff_ms", _ms(bounds.FIRST_RECONNECT_SECONDS)),
        ("grpc.min_reconnect_backoff_ms", _ms(bounds.CONNECT_SECONDS)),
        ("grpc.max_reconnect_backoff_ms", _ms(bounds.LAST_RECONNECT_SECONDS)),
        ("grpc.enable_retries", 0),  # ours know the policies
        ("grpc.lb_policy_name", "round_robin"),  # which connects again by itself
        ("grpc.use_local_subchannel_pool", 1),  # each channel its own connection
        ("grpc.max_receive_message_length", max_message_bytes),
        ("grpc.max_send_message_length", max_message_bytes),
    ]


def _options(settings: ServerSettings) -> list[tuple[str, Any]]:
    chosen: list[tuple[str, Any]] = [
        ("grpc.so_reuseport", 0),  # a second server on the same port is a mistake, not a partner
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.max_concurrent_streams", settings.max_streams),
        ("grpc.max_metadata_size", bounds.METADATA_BYTES),
        ("grpc.keepalive_time_ms", _ms(bounds.SILENCE_SECONDS)),
        ("grpc.keepalive_timeout_ms", _ms(bounds.PING_SECONDS)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", _ms(bounds.BETWEEN_PINGS_SECONDS)),
        ("grpc.http2.max_ping_strikes", bounds.PING_STRIKES),
    ]
    if settings.max_connection_age_seconds is not None:
        chosen += [
            ("grpc.max_connection_age_ms", _ms(settings.max_connection_age_seconds)),
            ("grpc.max_connection_age_grace_ms", _ms(bounds.AGE_GRACE_SECONDS)),
        ]
    return chosen


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


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
