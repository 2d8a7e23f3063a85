"""The settings of the profile service, on top of those every service has."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mesh.auth import LONGEST_ACCESS
from mesh.service import ServiceConfig
from mesh.settings import MailSettings


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop."""

    mail: MailSettings = field(default_factory=MailSettings)
    signing_keys_dir: Path = Path(".guild/keys/signing")
    access_token_minutes: int = 15
    request_cooldown_days: float = 21.0
    hashing_cost: Literal["production", "test"] = "production"

    def __post_init__(self) -> None:
        """Raise ValueError for access tokens that would outlive the memory of ended sessions."""
        if not 1 <= self.access_token_minutes <= LONGEST_ACCESS.total_seconds() / 60:
            raise ValueError("access_token_minutes must be 1 to 60")
