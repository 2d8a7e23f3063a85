"""The settings of the profile service, on top of those every service has."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mesh.auth import LONGEST_ACCESS
from mesh.service import ServiceConfig
from mesh.settings import MailSettings, Secret


@dataclass(frozen=True, slots=True)
class FactorSettings:
    """How second factors are kept.

    `keys` encrypts them in the database: `ID:SECRET`, several with commas in between, the newest first; all processes
    of the service share it. What is used is sealed anew with the newest, so that an old key can go once
    `totp_secrets.key_id` names it no more.
    """

    keys: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop."""

    mail: MailSettings = field(default_factory=MailSettings)
    factors: FactorSettings = field(default_factory=FactorSettings)
    signing_keys_dir: Path = Path(".guild/keys/signing")
    access_token_minutes: int = 15
    request_cooldown_days: float = 21.0
    graph_megabytes: int = 256
    hashing_cost: Literal["production", "test"] = "production"

    def __post_init__(self) -> None:
        """Raise ValueError for access tokens that would outlive the memory of ended sessions, or no memory."""
        if not 1 <= self.access_token_minutes <= LONGEST_ACCESS.total_seconds() / 60:
            raise ValueError("access_token_minutes must be 1 to 60")
        if self.graph_megabytes < 1:
            raise ValueError("graph_megabytes must be 1 or more")
