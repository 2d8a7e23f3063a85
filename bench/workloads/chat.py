"""chat: pairs of members write to each other over their streams."""

import asyncio

from bench.floors.chat_sql import TABLES, SqlChat
from bench.floors.sql import copied
from bench.run import ROUNDS, Bench
from bench.system.members import Member, befriend, register
from bench.system.second import second_instance
from bench.targets.chat import RECEIVE, Chat

PAIRS = 50
RATE = 1_000.0
P99 = 0.075
IN_FLIGHT = 500
"""Messages on their way at once in the closed loop: five for each stream, the same for the floor."""


def run(bench: Bench) -> None:
    """Measure durable sends per second against one transaction each, then how long messages take to arrive."""
    system = bench.system
    address, dsn = system.address("messaging"), system.dsn("guild_messaging")
    pids = [system.pid("messaging")]
    pairs = asyncio.run(_friends(system.address("profile")))
    seconds = max(1.0, bench.options.seconds / ROUNDS)
    with second_instance(system, "messaging") as (second, second_pid):
        pids.append(second_pid)
        bench.view.say(f"  {PAIRS} pairs of new friends, each pair across two messaging instances")
        target = Chat((address, second), pairs)
        with copied(dsn, *TABLES):
            bench.against(
                "chat",
                lambda: bench.capacity("chat", target, seconds=seconds, in_flight=IN_FLIGHT, pids=pids),
                lambda: bench.capacity(
                    "floor: a transaction each", SqlChat(dsn, PAIRS), seconds=seconds, in_flight=IN_FLIGHT
                ),
                "acknowledged messages",
            )
        result = bench.at_rate("chat", target, RATE, pids=pids)
        if RECEIVE in result.observed:
            bench.found("chat.receive.p99", result.observed[RECEIVE].percentile(99))
        if bench.options.find_max:
            bench.found("chat.max", bench.find_max("chat", target, RATE, P99))


async def _friends(profile: str) -> tuple[tuple[Member, Member], ...]:
    members = await register(profile, 2 * PAIRS)
    pairs = tuple(zip(members[::2], members[1::2], strict=True))
    await befriend(profile, pairs)
    return pairs
