"""What good enough means: the budgets of the design, beside the figures of a run. Nothing is asserted from them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.run import Finding
from bench.show.words import duration

NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Budget:
    """One line: `key` names the finding; `of` is what of it counts, its value or its ratio to the floor."""

    what: str
    key: str
    ship: float
    aim: float
    unit: str
    of: str = "value"

    @property
    def more_is_better(self) -> bool:
        """Whether the figure is a rate or a ratio, rather than a time."""
        return self.unit != "s"

    def measured(self, finding: Finding) -> float:
        """Return the figure that counts."""
        return finding.value if self.of == "value" else finding.ratio or 0.0

    def verdict(self, finding: Finding | None) -> str:
        """Return how the figure stands to the budget, in words."""
        if finding is None:
            return NOT_MEASURED
        figure = self.measured(finding)
        if self._reaches(figure, self.aim):
            return "reaches the aim"
        return "good to ship" if self._reaches(figure, self.ship) else "below ship"

    def _reaches(self, figure: float, limit: float) -> bool:
        return figure >= limit if self.more_is_better else figure <= limit


BUDGETS = (
    Budget(
        "feed read, hot, 20 posts, gRPC: part of an echo server's rate", "feed.grpc", 0.35, 0.60, "of floor", "ratio"
    ),
    Budget("feed read, hot, gRPC: p99 at 500/s", "feed.grpc.p99", 0.025, 0.025, "s"),
    Budget("feed read, hot, REST: rate", "feed.rest", 1_500, 3_000, "/s"),
    Budget("feed read, hot, REST: p99 at 500/s", "feed.rest.p99", 0.050, 0.050, "s"),
    Budget("social mix 60/30/10: answered at 600/s", "social.rate", 594, 594, "/s"),
    Budget("social mix 60/30/10: p99 at 600/s", "social.p99", 0.100, 0.100, "s"),
    Budget("social mix 60/30/10: most with p99 ≤ 100 ms (--find-max)", "social.max", 600, 1_500, "/s"),
    Budget("compose under the mix: p99 until acknowledged", "social.compose.p99", 0.060, 0.025, "s"),
    Budget("compose under the mix: p99 until in a friend's warm feed", "social.fan-out.p99", 1.0, 0.2, "s"),
    Budget("chat: durable sends against a transaction each", "chat", 5.0, 5.0, "times floor", "ratio"),
    Budget("chat: durable sends", "chat", 3_000, 8_000, "/s"),
    Budget("chat: p99 from publish to receive, two instances, at 1,000/s", "chat.receive.p99", 0.075, 0.025, "s"),
)


def rows(findings: Iterable[Finding]) -> list[tuple[str, ...]]:
    """Return the table: what, ship, aim, measured, floor, ratio, verdict; figures without a budget come last."""
    found = {finding.key: finding for finding in findings}
    lines = [_row(budget, found.get(budget.key)) for budget in BUDGETS]
    budgeted = {budget.key for budget in BUDGETS}
    return lines + [_unbudgeted(finding) for finding in found.values() if finding.key not in budgeted]


def _row(budget: Budget, finding: Finding | None) -> tuple[str, ...]:
    show = _SHOW[budget.unit]
    limits = (budget.what, show(budget.ship), show(budget.aim))
    if finding is None:
        return (*limits, "-", "-", "-", NOT_MEASURED)
    return (*limits, show(budget.measured(finding)), *_floor(finding), budget.verdict(finding))


def _unbudgeted(finding: Finding) -> tuple[str, ...]:
    show = _SHOW["s" if finding.key.endswith(".p99") else "/s"]
    return (finding.key, "-", "-", show(finding.value), *_floor(finding), "no budget")


def _floor(finding: Finding) -> tuple[str, str]:
    if finding.floor is None or finding.ratio is None:
        return "-", "-"
    return f"{finding.floor:,.0f}/s", f"{finding.ratio:.2f}"


_SHOW: dict[str, Callable[[float], str]] = {
    "s": duration,
    "/s": lambda rate: f"{rate:,.0f}/s",
    "of floor": lambda ratio: f"{ratio:.0%} of floor",
    "times floor": lambda ratio: f"{ratio:.2f} times floor",
}
