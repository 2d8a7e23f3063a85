"""What a campaign has spent, and what it was spent for."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Self


def day_of(at: datetime) -> date:
    """The day that budgets and caps go by, in UTC."""
    return at.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class Account:
    """Amounts in thousandths of a unit; `spent_on_day` was spent on `day`, the last on which anything was.

    `impressions` are those that were charged, so each is a line of the ledger, numbered from 1.
    """

    spent: int = 0
    day: date | None = None
    spent_on_day: int = 0
    impressions: int = 0
    clicks: int = 0
    reach: int = 0

    def spent_today(self, today: date) -> int:
        """What was spent on a day, if it is the last on which anything was; a new day begins at nothing by itself."""
        return self.spent_on_day if self.day == today else 0

    def pays(self, price: int, today: date, *, budget: int, daily_budget: int | None) -> bool:
        """Whether an impression of a price fits into budgets in thousandths."""
        if self.spent + price > budget:
            return False
        return daily_budget is None or self.spent_today(self._on(today)) + price <= daily_budget

    def charged(self, price: int, today: date, *, new_viewer: bool) -> Self:
        """After one more impression."""
        day = self._on(today)
        return replace(
            self,
            spent=self.spent + price,
            day=day,
            spent_on_day=self.spent_today(day) + price,
            impressions=self.impressions + 1,
            reach=self.reach + new_viewer,
        )

    def clicked(self) -> Self:
        """After one more click."""
        return replace(self, clicks=self.clicks + 1)

    def _on(self, today: date) -> date:
        """The day a charge counts on: where a day has begun for somebody, none counts on the one before."""
        return today if self.day is None else max(self.day, today)


NOTHING_SPENT = Account()
