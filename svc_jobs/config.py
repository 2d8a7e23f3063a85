"""The settings of the jobs service, on top of those every service has."""

from dataclasses import dataclass

from mesh.service import ServiceConfig


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop."""
