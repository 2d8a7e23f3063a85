"""What a transport may cost, beside what each one did cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.show.words import duration, micros
from bench.transports.cases import CASES, ENDS, HELD
from bench.transports.contract import Engine
from bench.transports.figures import Figures

HEADINGS = ("what", "ship", "aim", "grpcio", "grpc-go", "wire", "wire / grpc-go", "wire / grpcio", "verdict")
COLUMNS: tuple[Engine, ...] = ("grpcio", "grpc-go", "wire")
Show = Callable[[float], str]


def kibibytes(octets: float) -> str:
    """Return memory."""
    return f"{octets / 1024:.1f} KiB"


def per_second(rate: float) -> str:
    """Return a rate."""
    return f"{rate:,.0f}/s"


@dataclass(frozen=True, slots=True)
class Budget:
    """One line: the sum of the figures under `keys`, and what it may be.

    `ship` and `aim` are values, or with `of_grpcio` parts of grpcio's figure. The aim holds for wire's figure as a part
    of grpc-go's too, where `aim_of_go` says so.
    """

    what: str
    keys: tuple[str, ...]
    ship: float | None = None
    aim: float | None = None
    show: Show = micros
    of_grpcio: bool = False
    aim_of_go: float | None = None

    def row(self, figures: Figures) -> tuple[str, ...]:
        """Return the line."""
        grpcio, go, wire = (figures.sum(self.keys, engine) for engine in COLUMNS)
        return (
            self.what,
            self._limit(self.ship),
            self._limit(self.aim) + (f", {self.aim_of_go:g} of grpc-go" if self.aim_of_go else ""),
            *("-" if value is None else self.show(value) for value in (grpcio, go, wire)),
            _ratio(wire, go),
            _ratio(wire, grpcio),
            self._verdict(wire, grpcio, go),
        )

    def _limit(self, limit: float | None) -> str:
        if limit is None:
            return "-"
        return f"≤ {limit:g} of grpcio" if self.of_grpcio else f"≤ {self.show(limit)}"

    def _verdict(self, wire: float | None, grpcio: float | None, go: float | None) -> str:
        if self.ship is None or self.aim is None:
            return "no budget"
        if wire is None or (self.of_grpcio and not grpcio):
            return "not measured"
        figure = wire / grpcio if self.of_grpcio and grpcio else wire
        near_go = self.aim_of_go is None or not go or wire <= self.aim_of_go * go
        if figure <= self.aim and near_go:
            return "reaches the aim"
        return "good to ship" if figure <= self.ship else "below ship"


_US = 1e-6
_KIB = 1024
BUDGETS = (
    Budget("unary 300 B, server CPU", ("unary.server",), 45 * _US, 30 * _US, aim_of_go=1.2),
    Budget("unary 300 B, client CPU, saturated", ("unary.client",), 60 * _US, 35 * _US),
    Budget("unary 300 B, client CPU at 240/s", ("unary.low.client",), 250 * _US, 150 * _US),
    Budget("unary 20 KB, CPU of both ends", ("large.server", "large.client"), 130 * _US, 80 * _US),
    Budget("bidi message, echoed, server CPU", ("chat.server",), 12 * _US, 6 * _US),
    Budget("bidi message, echoed, client CPU", ("chat.client",), 12 * _US, 6 * _US),
    Budget(f"idle stream, one of {HELD:,}", ("idle",), 8 * _KIB, 5 * _KIB, kibibytes),
    Budget("p99 at half of its own capacity", ("half.own.p99",), 1.0, 0.5, duration, of_grpcio=True),
    Budget("p99 at half of grpcio's capacity", ("half.grpcio.p99",), 1.0, 0.5, duration, of_grpcio=True),
)
OTHERS = (
    Budget("unary 300 B, its own client: server CPU", ("hop.server",)),
    Budget("unary 300 B, its own server: client CPU", ("hop.client",)),
    Budget("p50 at half of its own capacity", ("half.own.p50",), show=duration),
    Budget("p50 at half of grpcio's capacity", ("half.grpcio.p50",), show=duration),
    Budget("unary 300 B, calls answered", ("unary.rate",), show=per_second),
)


def rows(figures: Figures) -> Sequence[tuple[str, ...]]:
    """Return the table; figures without a budget come last."""
    budgeted = {key for budget in BUDGETS if len(budget.keys) == 1 for key in budget.keys}
    rest = [
        Budget(f"{case.what}, {end} CPU", (key,))
        for case in CASES
        for end in ENDS
        if (key := f"{case.key}.{end}") not in budgeted
    ]
    return [budget.row(figures) for budget in (*BUDGETS, *OTHERS, *rest)]


def _ratio(figure: float | None, other: float | None) -> str:
    return "-" if figure is None or not other else f"{figure / other:.2f}"
