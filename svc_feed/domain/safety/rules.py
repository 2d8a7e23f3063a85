"""The classifier that comes with the service: links and words, by lists."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Self

from svc_feed.domain.safety.assessment import Finding, Outcome, SafetyReason, Writing
from svc_feed.domain.safety.links import Domains, hosts_of
from svc_feed.domain.safety.words import Phrases


@dataclass(frozen=True)
class ByRules:
    """Reads a text once; asks nobody."""

    unwanted: Domains
    shorteners: Domains
    phrases: Phrases

    @classmethod
    def read(cls, unwanted: str) -> Self:
        """The lists of this package, and the file of unwanted domains that `unwanted` names; none where it is empty.

        Raises OSError, and ValueError for a line that nobody can read.
        """
        here = files("svc_feed.domain.safety")
        shorteners = (here / "shorteners.txt").read_text().splitlines()
        domains = Path(unwanted).read_text(encoding="utf-8").splitlines() if unwanted else []
        return cls(
            Domains.read(domains, SafetyReason.UNWANTED_LINK, Outcome.REVIEW),
            Domains.read(shorteners, SafetyReason.SHORTENED_LINK, Outcome.LIMIT),
            Phrases.read((here / "phrases.txt").read_text().splitlines()),
        )

    async def __call__(self, writing: Writing) -> list[Finding]:
        """What the lists say of it."""
        hosts = hosts_of(writing.text)
        return [*self.unwanted.look(hosts), *self.shorteners.look(hosts), *self.phrases.look(writing.text)]
