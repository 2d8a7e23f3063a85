"""The settings of the profile service, on top of those every service has."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mesh.service import ServiceConfig


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop."""

    signing_keys_dir: Path = Path(".guild/keys/signing")
    access_token_minutes: int = 15
    request_cooldown_days: float = 21.0
    hashing_cost: Literal["production", "test"] = "production"
