"""Days, months and years of a life, as far as they are known, and periods of them."""

from datetime import date
from typing import NamedTuple, Self

from mesh.errors import FieldViolation, InvalidArgument


class PeriodInvalid(InvalidArgument):
    """A period ends before it starts, or a date is in no calendar."""

    reason = "PERIOD_INVALID"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}", violations=[FieldViolation(field, why)])


class PartialDate(NamedTuple):
    """A day, a month (`day` is 0) or a year (`month` is 0 too); sorts by what is known, the vague before the exact."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` writes."""
        return cls(*map(int, text.split("-")))

    def __str__(self) -> str:
        """As ISO 8601 with reduced precision: 2026, 2026-03 or 2026-03-01."""
        month = f"-{self.month:02}" if self.month else ""
        return f"{self.year:04}{month}-{self.day:02}" if self.day else f"{self.year:04}{month}"

    @property
    def known(self) -> tuple[int, ...]:
        """The parts that are said."""
        return tuple(part for part in self if part)

    def is_before(self, other: "PartialDate") -> bool:
        """Whether it is earlier by what both say: 2026 is not before 2026-03."""
        both = min(len(self.known), len(other.known))
        return self.known[:both] < other.known[:both]

    @property
    def exists(self) -> bool:
        """Whether the calendar has it."""
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True


def check_period(start: PartialDate | None, end: PartialDate | None) -> None:
    """Refuse a period that cannot be; compared is what both ends say: 2026-03 to 2026 is one.

    Raises:
        PeriodInvalid: it ends before it starts, or one of the two is no date.
    """
    for field, at in (("start", start), ("end", end)):
        if at is not None and not at.exists:
            raise PeriodInvalid(field, f"{at} is in no calendar")
    if start is not None and end is not None and end.is_before(start):
        raise PeriodInvalid("end", "must not be before the start")


def newest_first(start: PartialDate | None, end: PartialDate | None) -> tuple[int, ...]:
    """A key to sort periods by: those that have not ended, then by their ends and starts; without dates, the last."""
    last = end or (_NEVER if start else _UNKNOWN)
    return tuple(-part for part in (*last, *(start or _UNKNOWN)))


_NEVER = PartialDate(9999)
_UNKNOWN = PartialDate(0)
