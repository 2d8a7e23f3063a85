"""Connections to a peer over TLS, made anew when the files they are secured with were replaced."""

from pathlib import Path
from typing import Any

import grpc

from mesh import tls
from mesh.settings import PeerSettings


class Dialer:
    """Makes channels to one address."""

    def __init__(self, address: str, settings: PeerSettings | None, options: list[tuple[str, Any]]) -> None:
        """Raise SettingsError for files that cannot be used."""
        self._address = address
        self._options = options
        secured = settings if settings is not None and settings.tls else None
        self._newest = tls.Fresh(lambda: _credentials(secured), tls.peer_files(secured)) if secured else None
        self._used = self._newest() if self._newest else None

    def has_new_files(self) -> bool:
        """Tell, once, that what was dialled before is secured with files that were replaced."""
        used, self._used = self._used, self._newest() if self._newest else None
        return used is not self._used

    def dial(self) -> grpc.aio.Channel:
        """Return a channel, which connects at its first call."""
        if self._used is None:
            return grpc.aio.insecure_channel(self._address, options=self._options)
        return grpc.aio.secure_channel(self._address, self._used, options=self._options)


def _credentials(settings: PeerSettings) -> grpc.ChannelCredentials:
    tls.client_context(settings)  # gRPC would take whatever it is given, and fail each handshake
    return grpc.ssl_channel_credentials(_read(settings.tls_ca), _read(settings.tls_key), _read(settings.tls_cert))


def _read(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None
