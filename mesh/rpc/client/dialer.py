"""Connections to a peer, over TLS made anew when the files they are secured with were replaced."""

import grpc

from mesh import tls
from mesh.rpc import engine as engines
from mesh.settings import Engine, PeerSettings


class Dialer:
    """Makes channels to one address."""

    def __init__(self, engine: Engine, address: str, settings: PeerSettings | None, max_message_bytes: int) -> None:
        """Raise SettingsError for files that cannot be used."""
        self._engine: Engine = engine
        self._address = address
        self._max_message_bytes = max_message_bytes
        secured = settings if settings is not None and settings.tls else None
        self._newest = tls.Fresh(lambda: engines.secret(engine, secured), tls.peer_files(secured)) if secured else None
        self._used = self._newest() if self._newest else None

    def has_new_files(self) -> bool:
        """Tell, once, that what was dialled before is secured with files that were replaced."""
        used, self._used = self._used, self._newest() if self._newest else None
        return used is not self._used

    def dial(self) -> grpc.aio.Channel:
        """Return a channel, which connects at its first call."""
        return engines.channel(self._engine, self._address, self._used, self._max_message_bytes)
