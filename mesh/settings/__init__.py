"""Settings of a process: frozen dataclasses filled from GUILD_* variables."""

from mesh.settings.groups import (
    MAX_CALLS,
    MAX_MESSAGE_BYTES,
    AuthSettings,
    DatabaseSettings,
    Engine,
    LimitSettings,
    MailSettings,
    NatsSettings,
    ObjectSettings,
    PeerSettings,
    RedisSettings,
    RpcSettings,
    ServerSettings,
    TelemetrySettings,
)
from mesh.settings.loader import SettingsError, load, names
from mesh.settings.secret import Secret

__all__ = [
    "MAX_CALLS",
    "MAX_MESSAGE_BYTES",
    "AuthSettings",
    "DatabaseSettings",
    "Engine",
    "LimitSettings",
    "MailSettings",
    "NatsSettings",
    "ObjectSettings",
    "PeerSettings",
    "RedisSettings",
    "RpcSettings",
    "Secret",
    "ServerSettings",
    "SettingsError",
    "TelemetrySettings",
    "load",
    "names",
]
