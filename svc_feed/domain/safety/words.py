"""Words and phrases that texts are not to have."""

import re
from collections.abc import Iterable, Iterator

from mesh.texts import fold
from svc_feed.domain.safety.assessment import Finding, Outcome, SafetyReason

_OUTCOMES = {"limit": Outcome.LIMIT, "review": Outcome.REVIEW, "remove": Outcome.REMOVE}


class Phrases:
    """Looked for as whole words in a text that is folded as they are: case, accents, width and blanks differ freely."""

    def __init__(self, phrases: dict[Outcome, list[str]]) -> None:
        self._patterns = {
            outcome: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(some, key=len, reverse=True)))})(?!\w)")
            for outcome, some in phrases.items()
        }

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Phrases":
        """Read `limit`, `review` or `remove` with a phrase behind it a line; # begins a comment.

        Raises ValueError for a line that nobody can read.
        """
        phrases: dict[Outcome, list[str]] = {}
        for number, line in enumerate(lines, 1):
            severity, _, phrase = line.partition("#")[0].strip().partition(" ")
            if not severity:
                continue
            if severity not in _OUTCOMES or not fold(phrase):
                raise ValueError(f"line {number} is no severity with a phrase: {line.strip()!r}")
            phrases.setdefault(_OUTCOMES[severity], []).append(fold(phrase))
        return cls(phrases)

    def look(self, text: str) -> Iterator[Finding]:
        """What a text has of them."""
        folded = fold(text)
        for outcome, pattern in self._patterns.items():
            if pattern.search(folded):
                yield Finding(outcome, SafetyReason.UNWANTED_WORDS)
