"""The client of a session: what it says of itself, and what can be told from that."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from svc_profile.domain.networks import coarse

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("okhttp", "an Android app"),
    ("CFNetwork", "an Apple app"),
    ("curl", "curl"),
    ("python", "Python"),
)
"""What browsers say, the first that matches: most of them also claim to be those below them."""
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Client:
    """Who opens a session: the address, what the client says it is, what the member calls it."""

    address: str | None = None
    agent: str = ""
    name: str = ""

    @property
    def device(self) -> str:
        """Browser and system in words, "Firefox on Linux"; empty where neither is known."""
        return " on ".join(filter(None, (_first(_BROWSERS, self.agent), _first(_SYSTEMS, self.agent))))

    @property
    def network(self) -> str:
        """The network it is in, as members are shown it."""
        return coarse(self.address)

    def fingerprint(self, user_id: UUID) -> bytes:
        """What tells devices of one account apart, as far as kind and network go, and nobody which they are."""
        seen = f"{self.device or self.agent}\n{self.network}"
        return hashlib.blake2b(seen.encode(), key=user_id.bytes, digest_size=16).digest()


UNKNOWN = Client()
"""Nothing is known of it."""


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
