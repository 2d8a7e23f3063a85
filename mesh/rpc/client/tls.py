"""Connections to a peer over TLS, made anew when the files they are secured with were replaced."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import grpc

from mesh import tls
from mesh.settings import PeerSettings

RETIRE_SECONDS = 300.0
"""How long calls on a connection with the old files may still take."""


class Secured:
    """The channels of one peer."""

    def __init__(
        self, settings: PeerSettings, dial: Callable[[grpc.ChannelCredentials], list[grpc.aio.Channel]]
    ) -> None:
        """Raise SettingsError for files that cannot be used."""
        self._credentials = tls.Fresh(lambda: _credentials(settings), tls.peer_files(settings))
        self._dial = dial
        self._used = self._credentials()
        self.channels = dial(self._used)
        self._retired: dict[grpc.aio.Channel, asyncio.Task[None]] = {}

    def newest(self) -> list[grpc.aio.Channel]:
        """Return the channels to call on now."""
        newest = self._credentials()
        if newest is not self._used:
            old, self.channels = self.channels, self._dial(newest)
            self._used = newest
            for channel in old:
                self._retired[channel] = task = asyncio.create_task(channel.close(RETIRE_SECONDS))
                task.add_done_callback(lambda _, channel=channel: self._retired.pop(channel, None))
        return self.channels

    async def close(self, grace: float) -> None:
        """Close what was retired before its time."""
        for channel, closing in list(self._retired.items()):
            closing.cancel()
            await channel.close(grace)


def _credentials(settings: PeerSettings) -> grpc.ChannelCredentials:
    tls.client_context(settings)  # gRPC would take whatever it is given, and fail each handshake
    return grpc.ssl_channel_credentials(_read(settings.tls_ca), _read(settings.tls_key), _read(settings.tls_cert))


def _read(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None
