"""The settings of the profile service, on top of those every service has."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from mesh.auth import LONGEST_ACCESS
from mesh.service import ServiceConfig
from mesh.settings import MailSettings, Secret
from svc_profile.domain.challenge import MOST_BITS

LAPTOP = "localhost"
_APP = "android:apk-key-hash:"
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class FactorSettings:
    """How second factors are kept.

    `keys` encrypts them in the database: `ID:SECRET`, several with commas in between, the newest first; all processes
    of the service share it. What is used is sealed anew with the newest, so that an old key can go once
    `totp_secrets.key_id` names it no more. A laptop may go without: what one process sealed no other one opens.
    Whoever lost all factors waits `recovery_wait_hours` until they go.
    """

    recovery_wait_hours: float = 72.0
    keys: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable


@dataclass(frozen=True, slots=True)
class ContactSettings:
    """How members are found by their addresses and numbers.

    The first of the `keys`, `ID:SECRET` with commas in between, makes the salt of address books and the hashes in the
    database; all processes of the service share it. What an older one made is made anew, so that it can go once
    `contact_marks` has one `salt_id` alone. Without, one process finds nobody whom another one stored.
    """

    keys: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable


@dataclass(frozen=True, slots=True)
class PasskeySettings:
    """Whose passkeys are.

    `relying_party` is the domain they are made for, "guild.example", and stays what it is: those of another domain
    work no more. `origins` are the pages that may ask for them, "https://guild.example", with commas in between, on
    that domain or below it; an Android app is "android:apk-key-hash:…". Without, they are for a laptop, `localhost`.
    """

    relying_party: str = ""
    origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a domain that is none, and for pages that browsers let no passkey of it near."""
        if self.relying_party and not _DOMAIN.fullmatch(self.relying_party):
            raise ValueError("relying_party must be a domain in lower case, without scheme and port")
        if self.relying_party and not self.origins:
            raise ValueError("relying_party needs origins: the pages that may ask for passkeys")
        for origin in self.origins:
            if not self._may_ask(origin):
                raise ValueError(f"origins must be https pages of relying_party, or apps, not {origin!r}")

    def _may_ask(self, origin: str) -> bool:
        if origin.startswith(_APP):
            return True
        page, domain = urlsplit(origin), self.relying_party or LAPTOP
        host = page.hostname or ""
        secure = page.scheme == "https" or (page.scheme == "http" and domain == LAPTOP)
        return secure and page.path == "" and (host == domain or host.endswith(f".{domain}"))


@dataclass(frozen=True)
class ChallengeSettings:
    """What callers are asked for where they may be robots.

    `bits` is how hard a proof of work is, each twice as hard as the one before: 18 are a blink of a browser. Where
    `captcha_url` is set, a provider is asked instead, whom `captcha_site_key` and `captcha_secret` tell this site.
    `registrations` asks everybody who registers, `sign_ins` who signs in after others have failed lately.
    """

    bits: int = 18
    registrations: bool = False
    sign_ins: bool = False
    captcha_url: str = ""
    captcha_site_key: str = ""
    captcha_secret: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable
    captcha_open_when_away: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for a proof that costs nothing or cannot be found, and for a provider that knows nobody."""
        if not 1 <= self.bits <= MOST_BITS:
            raise ValueError(f"bits must be 1 to {MOST_BITS}")
        if self.captcha_url and not (self.captcha_site_key and self.captcha_secret):
            raise ValueError("captcha_url needs captcha_site_key and captcha_secret")


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop."""

    mail: MailSettings = field(default_factory=MailSettings)
    factors: FactorSettings = field(default_factory=FactorSettings)
    contacts: ContactSettings = field(default_factory=ContactSettings)
    passkeys: PasskeySettings = field(default_factory=PasskeySettings)
    signing_keys_dir: Path = Path(".guild/keys/signing")
    access_token_minutes: int = 15
    request_cooldown_days: float = 21.0
    graph_megabytes: int = 256
    profiles_a_day: int = 100
    company_verification_days: float = 365.0
    challenges: ChallengeSettings = field(default_factory=ChallengeSettings)
    erasure_grace_days: float = 14.0  # an account that is closed can be reopened until then
    feed_address: str = "127.0.0.1:0"
    messaging_address: str = "127.0.0.1:0"
    jobs_address: str = "127.0.0.1:0"
    hashing_cost: Literal["production", "test"] = "production"

    def __post_init__(self) -> None:
        """Raise ValueError for what would let ended sessions go on, leave no memory, or lock members out."""
        if not 1 <= self.access_token_minutes <= LONGEST_ACCESS.total_seconds() / 60:
            raise ValueError("access_token_minutes must be 1 to 60")
        if self.graph_megabytes < 1:
            raise ValueError("graph_megabytes must be 1 or more")
        if self.company_verification_days <= 0:
            raise ValueError("company_verification_days must be more than 0")
        if self.erasure_grace_days < 0:
            raise ValueError("erasure_grace_days must not be negative")
        if self.limits.profile == "production" and not self.factors.keys:
            raise ValueError("factors.keys is needed in production: other keys at each start would lock members out")
        if self.limits.profile == "production" and not self.contacts.keys:
            raise ValueError("contacts.keys is needed in production: processes would not find what others stored")
        if self.limits.profile == "production" and not self.passkeys.relying_party:
            raise ValueError("passkeys.relying_party is needed in production: passkeys are made for a domain, for ever")
