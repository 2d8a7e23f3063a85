"""What was called, how it ended, and what should not have happened."""

from collections import Counter
from dataclasses import dataclass, field

KEPT = 40
"""Faults that are told in full."""


@dataclass(slots=True)
class Ledger:
    """Of one run; its size does not grow with the calls."""

    calls: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By kind, by what its caller meant to do, and by how it ended."""
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By place, and by how it ended."""
    events: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0
    octets: int = 0

    def ended(self, place: str, kind: str, fate: str, outcome: str) -> None:
        """A call ended."""
        self.calls[kind, fate, outcome] += 1
        self.places[place, outcome] += 1

    def fault(self, text: str) -> None:
        """Something is wrong."""
        self.fault_count += 1
        if len(self.faults) < KEPT:
            self.faults.append(text)
