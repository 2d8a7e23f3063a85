"""The settings of the feed service, on top of those every service has."""

from dataclasses import dataclass

from mesh.service import ServiceConfig


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop."""

    profile_address: str = "127.0.0.1:0"
    fan_out_threshold: int = 10_000  # connections; authors with more are merged into feeds when they are read
    feed_ttl_seconds: float = 600.0
