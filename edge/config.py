"""The settings of the edge; defaults run on a laptop."""

from dataclasses import dataclass, field
from pathlib import Path

from mesh.settings import (
    AuthSettings,
    LimitSettings,
    ObjectSettings,
    PeerSettings,
    RpcSettings,
    ServerSettings,
    TelemetrySettings,
)

PRODUCTION_STREAMS_PER_ADDRESS = 200
"""Open streams of one network address; an office behind one address has fewer people in chat."""


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """What the edge offers outside.

    `contract_dir` is the generated `gen` folder, by default that of the checkout. `trusted_proxies` are networks whose
    X-Forwarded-For is believed. `cors_origins` are origins whose pages may call, "*" any; none by default.
    """

    http_port: int = 8080
    grpc_port: int = 8081
    contract_dir: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    max_connections: int = 20_000
    streams_per_address: int | None = None  # none: by the limits' profile


@dataclass(frozen=True)
class Config:
    """Everything the edge reads from the environment; services are `host:port`."""

    edge: EdgeSettings = field(default_factory=EdgeSettings)
    rpc: RpcSettings = field(default_factory=RpcSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    peers: PeerSettings = field(default_factory=PeerSettings)
    auth: AuthSettings = field(default_factory=AuthSettings)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    objects: ObjectSettings = field(default_factory=ObjectSettings)
    profile_address: str = "127.0.0.1:0"
    feed_address: str = "127.0.0.1:0"
    messaging_address: str = "127.0.0.1:0"
    jobs_address: str = "127.0.0.1:0"

    @property
    def streams_per_address(self) -> int:
        """How many streams one address may have open."""
        if self.edge.streams_per_address is not None:
            return self.edge.streams_per_address
        production = self.limits.profile == "production"
        return PRODUCTION_STREAMS_PER_ADDRESS if production else self.edge.max_connections
