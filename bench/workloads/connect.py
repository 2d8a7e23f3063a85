"""connect: members ask each other and accept."""

import asyncio

from bench.floors.connect_sql import SqlPairs
from bench.floors.sql import copied
from bench.run import ROUNDS, Bench
from bench.system.members import Member, register
from bench.targets.pairs import Pair, Pairs

MEMBERS = 100
RATE = 50.0
_REQUESTS_EACH = 50
"""The bucket connection_request of the contract."""
_LATENCY_SHARE = 0.3
"""Part of the pairs that the run at a rate may use."""


def run(bench: Bench) -> None:
    """Measure pairs per second against plain SQL, then latencies at a rate."""
    system = bench.system
    members = asyncio.run(register(system.address("profile"), MEMBERS))
    pairs = schedule(members)
    bench.view.say(f"  {MEMBERS} new members, {len(pairs):,} pairs of them to connect, each once")
    for_latency = int(len(pairs) * _LATENCY_SHARE)
    each = (len(pairs) - for_latency) // ROUNDS
    rounds = iter([pairs[for_latency + each * at : for_latency + each * (at + 1)] for at in range(ROUNDS)])
    address, pid = system.address("profile"), system.pid("profile")
    dsn = system.dsn("guild_profile")
    seconds = max(1.0, bench.options.seconds / ROUNDS)
    with copied(dsn, "connections"):
        bench.against(
            "connect",
            lambda: bench.capacity("connect", Pairs(address, next(rounds)), seconds=seconds, pids=[pid]),
            lambda: bench.capacity("floor: two row locks in plain SQL", SqlPairs(dsn), seconds=seconds),
            "pairs connected",
        )
    rate = min(RATE, for_latency / bench.options.seconds)
    result = bench.at_rate("connect", Pairs(address, pairs[:for_latency]), rate, pids=[pid])
    for name, latencies in sorted(result.observed.items()):
        bench.found(f"connect.{name}.p99", latencies.percentile(99))


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
