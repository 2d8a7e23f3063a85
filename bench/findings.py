"""A figure that a run found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure for the table of budgets; without a floor it stands for itself.

    `unit` says how it reads: `/s`, `s`, `cpu` (seconds of processor time), `share` (of one), `bytes`.
    """

    key: str
    value: float
    floor: float | None = None
    unit: str = "/s"

    @property
    def ratio(self) -> float | None:
        """The figure over that of the floor."""
        return self.value / self.floor if self.floor else None
