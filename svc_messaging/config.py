"""The settings of the messaging service, on top of those every service has."""

from dataclasses import dataclass

from mesh.service import ServiceConfig


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop; `chat_streams` leaves room for other calls below `server.max_calls`."""

    profile_address: str = "127.0.0.1:0"
    chat_streams: int = 3_000
