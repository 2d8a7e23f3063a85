"""connect: members ask each other and accept."""

import asyncio
from dataclasses import dataclass

from bench.floors.connect_sql import SqlPairs
from bench.floors.sql import copied
from bench.run import ROUNDS, Bench, Line, Side
from bench.system.accounts import Watched
from bench.system.members import Member, ask, register
from bench.targets.pairs import Accepts, Pair, Pairs

MEMBERS = 100
RATE = 50.0
_REQUESTS_EACH = 50
"""The bucket connection_request of the contract."""
_LATENCY_SHARE, _ACCEPT_SHARE = 0.1, 0.2
"""Parts of the pairs that the run at a rate may use, and that are only to be accepted."""


@dataclass(frozen=True)
class Lot:
    """The pairs of one side, by what becomes of them."""

    side: Side
    at_rate: tuple[Pair, ...]
    accepted: tuple[tuple[Pair, ...], ...]
    connected: tuple[tuple[Pair, ...], ...]

    @property
    def address(self) -> str:
        """Where they are connected."""
        return self.side.system.address("profile")


def run(bench: Bench) -> None:
    """Measure pairs per second against plain SQL, what an acceptance costs, then latencies at a rate."""
    lots = [_lot(side) for side in bench.sides]
    bench.view.say(f"  {MEMBERS} new members, a part of the pairs has asked already")
    dsn = bench.sides[0].system.dsn("guild_profile")
    with copied(dsn, "connections"):
        bench.compare(
            "connect",
            [_connecting(lot) for lot in lots],
            Line.of("floor: two row locks in plain SQL", SqlPairs(dsn), Watched()),
            cost_floor=False,
        )
    bench.compare("connect.accept", [_accepting(lot) for lot in lots])
    for lot in lots:
        rate = min(RATE, len(lot.at_rate) / bench.options.seconds)
        watched = lot.side.system.watch("profile")
        result = bench.at_rate(lot.side.named("connect"), Pairs(lot.address, lot.at_rate), rate, watched=watched)
        for name, latencies in sorted(result.observed.items()):
            lot.side.found(f"connect.{name}.p99", latencies.percentile(99), unit="s")


def _lot(side: Side) -> Lot:
    address = side.system.address("profile")
    pairs = schedule(asyncio.run(register(address, MEMBERS)))
    for_latency, accepted = int(len(pairs) * _LATENCY_SHARE), int(len(pairs) * _ACCEPT_SHARE)
    to_accept, rest = pairs[for_latency : for_latency + accepted], pairs[for_latency + accepted :]
    asyncio.run(ask(address, to_accept))
    return Lot(side, pairs[:for_latency], _thirds(to_accept), _thirds(rest))


def _thirds(pairs: tuple[Pair, ...]) -> tuple[tuple[Pair, ...], ...]:
    each = len(pairs) // ROUNDS
    return tuple(pairs[each * at : each * (at + 1)] for at in range(ROUNDS))


def _connecting(lot: Lot) -> Line:
    rounds = iter(lot.connected)
    name, watched = lot.side.named("connect"), lot.side.system.watch("profile")
    return Line(name, lambda: Pairs(lot.address, next(rounds)), watched)


def _accepting(lot: Lot) -> Line:
    rounds = iter(lot.accepted)
    name, watched = lot.side.named("accept"), lot.side.system.watch("profile")
    return Line(name, lambda: Accepts(lot.address, next(rounds)), watched)


def schedule(members: list[Member]) -> tuple[Pair, ...]:
    """Return pairs in which nobody asks more often than the limit allows; neighbours in the list share nobody.

    Pairs at the same distance in the circle of members come together: in each of those rounds everybody asks once.
    """
    count = len(members)
    rounds = [
        [(members[at], members[(at + distance) % count]) for at in range(count)]
        for distance in range(1, min((count - 1) // 2, _REQUESTS_EACH) + 1)
    ]
    return tuple(pair for each in rounds for pair in each[::2] + each[1::2])
