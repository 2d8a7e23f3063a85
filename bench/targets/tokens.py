"""Access tokens spread over requests, so that no account meets its rate limit before the others."""

from dataclasses import dataclass

from bench.load.target import Place


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of some members; they live in memory only."""

    values: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Tokens({len(self.values)} members)"

    def share(self, place: Place) -> "Tokens":
        """Return those of one worker."""
        return Tokens(tuple(place.share(self.values)))

    def of(self, number: int) -> str:
        """Return the token for request `number`, in turn."""
        return self.values[number % len(self.values)]
