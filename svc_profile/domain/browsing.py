"""How many profiles a member opens within a day: a person opens dozens, a scraper as many as it is given."""

from dataclasses import dataclass

MOST_PASSES = 3
"""Challenges that each open as many profiles more, within a day; then only public fields are shown."""
SCORE = 50
"""How suspicious it makes a member, of 100."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Different profiles that a member opened today, the present one among them, and challenges passed for more."""

    profiles: int
    passes: int = 0

    def is_within(self, most: int) -> bool:
        """Whether it is no more than `most` a day, and as many again for each challenge."""
        return self.profiles <= most * (1 + self.passes)

    @property
    def may_pass(self) -> bool:
        """Whether one more challenge opens more."""
        return self.passes < MOST_PASSES
