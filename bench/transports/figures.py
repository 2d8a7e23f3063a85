"""What was measured, by key and engine, round after round."""

import statistics
from collections import defaultdict
from collections.abc import Sequence

from bench.transports.contract import Engine


class Figures:
    """Medians of rounds, because the machine has other things to do."""

    def __init__(self) -> None:
        self._rounds: defaultdict[tuple[str, Engine], list[float]] = defaultdict(list)

    def add(self, key: str, engine: Engine, value: float) -> None:
        """Note the figure of one round."""
        self._rounds[key, engine].append(value)

    def rounds(self, key: str, engine: Engine) -> Sequence[float]:
        """Return the figures of all rounds."""
        return self._rounds.get((key, engine), ())

    def median(self, key: str, engine: Engine) -> float | None:
        """Return the figure that counts; None when there is none."""
        rounds = self.rounds(key, engine)
        return statistics.median(rounds) if rounds else None

    def sum(self, keys: Sequence[str], engine: Engine) -> float | None:
        """Return the medians of several keys together; None when one is missing."""
        found = [median for key in keys if (median := self.median(key, engine)) is not None]
        return sum(found) if len(found) == len(keys) else None
