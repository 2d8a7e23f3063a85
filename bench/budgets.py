"""What good enough means: the budgets of the design, beside the figures of a run. Nothing is asserted from them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bench.findings import Finding
from bench.show.table import HEADINGS
from bench.show.words import duration, mebibytes, micros

NOT_MEASURED = "not measured"
_US = 1e-6
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Budget:
    """One line: `key` names the finding; `of` is what of it counts, its value or its ratio to the floor."""

    what: str
    key: str
    ship: float
    aim: float
    unit: str
    of: Literal["value", "ratio"] = "value"

    @property
    def more_is_better(self) -> bool:
        """Whether the figure is a rate or a part of one, rather than a time or a use of something."""
        return self.unit in _MORE_IS_BETTER

    def measured(self, finding: Finding) -> float:
        """Return the figure that counts."""
        return finding.value if self.of == "value" else finding.ratio or 0.0

    def shown(self, finding: Finding | None) -> str:
        """Return it in words."""
        return _SHOW[self.unit](self.measured(finding)) if finding else "-"

    def verdict(self, finding: Finding | None) -> str:
        """Return how the figure stands to the budget, in words."""
        if finding is None or (self.of == "ratio" and finding.ratio is None):
            return NOT_MEASURED
        figure = self.measured(finding)
        if self._reaches(figure, self.aim):
            return "reaches the aim"
        return "good to ship" if self._reaches(figure, self.ship) else "below ship"

    def _reaches(self, figure: float, limit: float) -> bool:
        return figure >= limit if self.more_is_better else figure <= limit


BUDGETS = (
    Budget("no-op, gRPC: CPU", "call.noop.grpc.cpu", 120 * _US, 60 * _US, "cpu"),
    Budget("no-op, gRPC: CPU against a bare echo", "call.noop.grpc.cpu", 2.0, 1.5, "times echo", "ratio"),
    Budget("one-row read (GetMe), gRPC: CPU", "call.read.grpc.cpu", 200 * _US, 120 * _US, "cpu"),
    Budget("the same over REST, edge included: CPU", "call.read.rest.cpu", 350 * _US, 220 * _US, "cpu"),
    Budget("keyed write of one row (a reaction), gRPC: CPU", "call.write.grpc.cpu", 700 * _US, 400 * _US, "cpu"),
    Budget("connect: against two row locks in plain SQL", "connect", 0.5, 1.0, "of floor", "ratio"),
    Budget("accept, gRPC: CPU", "connect.accept.cpu", 600 * _US, 360 * _US, "cpu"),
    Budget("people search with a slip and facets, 100,000 people: p95", "people.p95", 0.060, 0.020, "s"),
    Budget("mutual connections: CPU of all, against plain SQL", "graph.mutual", 2.0, 10.0, "times floor", "ratio"),
    Budget("network size: CPU of all, against plain SQL", "graph.second", 5.0, 20.0, "times floor", "ratio"),
    Budget("20 suggestions: CPU of all, against plain SQL", "graph.suggestions", 5.0, 20.0, "times floor", "ratio"),
    Budget("degrees of 100: p99 at 20/s", "graph.degrees.p99", 0.010, 0.003, "s"),
    Budget("verdicts on 100: CPU", "graph.access.cpu", 400 * _US, 150 * _US, "cpu"),
    Budget("the same for who blocks 1,000", "graph.access.blocks", 1.2, 1.0, "times", "ratio"),
    Budget("feed read, hot, gRPC, feed + profile: CPU", "feed.grpc.cpu", 400 * _US, 250 * _US, "cpu"),
    Budget("the same over REST, edge included: CPU", "feed.rest.cpu", 600 * _US, 350 * _US, "cpu"),
    Budget("the same among 100,000 members, against 1,000: CPU", "growth.feed.cpu", 1.2, 1.1, "times", "ratio"),
    Budget("goodput at 2 and 4 times capacity", "overload.goodput", 0.90, 0.95, "of capacity"),
    Budget("p99 of what is served at 2 and 4 times, deadline 1 s", "overload.p99", 1.0, 1.0, "s"),
    Budget("the same over REST, clients that reconnect: goodput", "overload.rest.goodput", 0.90, 0.95, "of capacity"),
    Budget("the same over REST, clients that reconnect: p99", "overload.rest.p99", 1.0, 1.0, "s"),
    Budget("roles idle: memory of all", "idle.memory", 600 * _MB, 450 * _MB, "bytes"),
    Budget("roles idle: memory of the largest", "idle.memory.role", 90 * _MB, 90 * _MB, "bytes"),
    Budget("roles idle: CPU of the busiest", "idle.cpu", 0.003, 0.003, "of a core"),
    Budget(
        "feed read, hot, 20 posts, gRPC: part of an echo server's rate", "feed.grpc", 0.35, 0.60, "of floor", "ratio"
    ),
    Budget("feed read, hot, gRPC: p99 at 500/s", "feed.grpc.p99", 0.025, 0.025, "s"),
    Budget("feed read, hot, REST: rate", "feed.rest", 1_800, 3_000, "/s"),
    Budget("feed read, hot, REST: p99 at 500/s", "feed.rest.p99", 0.050, 0.050, "s"),
    Budget("reactions on one hot post", "hot-post", 1_500, 5_000, "/s"),
    Budget("feed reads beside 800 reactions/s on one post: p99", "hot-post.reads.p99", 0.050, 0.025, "s"),
    Budget("social mix 60/30/10: answered at 600/s", "social.rate", 594, 594, "/s"),
    Budget("social mix 60/30/10: p99 at 600/s", "social.p99", 0.100, 0.100, "s"),
    Budget("social mix 60/30/10: most with p99 ≤ 100 ms (--find-max)", "social.max", 600, 1_500, "/s"),
    Budget("compose under the mix: p99 until acknowledged", "social.compose.p99", 0.060, 0.025, "s"),
    Budget("compose under the mix: p99 until in a friend's warm feed", "social.fan-out.p99", 1.0, 0.2, "s"),
    Budget("feed read, cold, 500 connections: p95", "feed.cold.p95", 0.120, 0.060, "s"),
    Budget("feed read, cold, 500 connections: statements", "feed.cold.statements", 3.0, 3.0, "statements"),
    Budget("compose, 1,000 connections: p99 until acknowledged", "town.compose.p99", 0.060, 0.025, "s"),
    Budget("compose, 1,000 connections: p99 until in all warm feeds", "town.visible.p99", 1.0, 0.2, "s"),
    Budget("social mix 60/30/10 on 1,000 people: p99 at 500/s", "town.social.p99", 0.100, 0.100, "s"),
    Budget("the same: most with p99 ≤ 100 ms (--find-max)", "town.social.max", 500, 1_000, "/s"),
    Budget("chat: durable sends against a transaction each", "chat", 5.0, 5.0, "times floor", "ratio"),
    Budget("chat: durable sends", "chat", 3_000, 8_000, "/s"),
    Budget("chat: p99 from publish to receive, two instances, at 1,000/s", "chat.receive.p99", 0.075, 0.025, "s"),
)


def headings(other: str = "") -> tuple[str, ...]:
    """Return those of the table, with a column for another commit where there is one."""
    return (*HEADINGS[:-1], *((other, f"this / {other}") if other else ()), HEADINGS[-1])


def rows(findings: Iterable[Finding], others: Iterable[Finding] | None = None) -> list[tuple[str, ...]]:
    """Return the table; figures without a budget come last. With `others` it has the columns of another commit."""
    found = {finding.key: finding for finding in findings}
    other = None if others is None else {finding.key: finding for finding in others}
    lines = [_row(budget, found.get(budget.key), other) for budget in BUDGETS]
    budgeted = {budget.key for budget in BUDGETS}
    return lines + [_unbudgeted(finding, other) for finding in found.values() if finding.key not in budgeted]


def _row(budget: Budget, finding: Finding | None, other: Mapping[str, Finding] | None) -> tuple[str, ...]:
    show = _SHOW[budget.unit]
    return (
        budget.what,
        _floor(finding),
        show(budget.ship),
        show(budget.aim),
        budget.shown(finding),
        *_beside(finding, other, budget.measured, budget.shown),
        budget.verdict(finding),
    )


def _unbudgeted(finding: Finding, other: Mapping[str, Finding] | None) -> tuple[str, ...]:
    beside = _beside(finding, other, lambda each: each.value, shown)
    return (finding.key, _floor(finding), "-", "-", shown(finding), *beside, "no budget")


def _beside(
    finding: Finding | None,
    other: Mapping[str, Finding] | None,
    figure: Callable[[Finding], float],
    show: Callable[[Finding], str],
) -> tuple[str, ...]:
    """Return the figure of another commit, and ours as a part of it."""
    if other is None:
        return ()
    theirs = other.get(finding.key) if finding else None
    if finding is None or theirs is None or not figure(theirs):
        return "-", "-"
    return show(theirs), f"{figure(finding) / figure(theirs):.2f}"


def shown(finding: Finding | None) -> str:
    """Return the value of a finding in words."""
    return _SHOW[finding.unit](finding.value) if finding else "-"


def _floor(finding: Finding | None) -> str:
    if finding is None or finding.floor is None:
        return "-"
    return _SHOW[finding.unit](finding.floor)


_MORE_IS_BETTER = {"/s", "of floor", "times floor", "of capacity"}
_SHOW: Mapping[str, Callable[[float], str]] = {
    "s": duration,
    "cpu": micros,
    "bytes": mebibytes,
    "share": lambda share: f"{share:.2%}",
    "of a core": lambda share: f"{share:.2%} of a core",
    "of capacity": lambda share: f"{share:.0%}",
    "/s": lambda rate: f"{rate:,.0f}/s",
    "of floor": lambda ratio: f"{ratio:.0%} of floor",
    "times floor": lambda ratio: f"{ratio:.2f} times floor",
    "times": lambda ratio: f"{ratio:.2f} times",
    "statements": lambda count: f"{count:.1f} statements",
    "times echo": lambda ratio: f"{ratio:.2f} times echo",
}
