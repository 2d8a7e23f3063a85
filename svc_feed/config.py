"""The settings of the feed service, on top of those every service has."""

from dataclasses import dataclass, field

from mesh.service import ServiceConfig
from mesh.settings import ObjectSettings


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop."""

    profile_address: str = "127.0.0.1:0"
    fan_out_threshold: int = 10_000  # connections; authors with more are merged into feeds when they are read
    feed_ttl_seconds: float = 600.0
    rendering_processes: int = 2  # of one worker, that look at uploads; a picture takes up to half a gigabyte of one
    objects: ObjectSettings = field(default_factory=ObjectSettings)
