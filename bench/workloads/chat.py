"""chat: pairs of members write to each other over their streams."""

import asyncio
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from bench.floors.chat_sql import TABLES, SqlChat
from bench.floors.sql import copied
from bench.run import Bench, Line, Side
from bench.system.accounts import Watched
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
    with ExitStack() as stack:
        talks = [(side, *stack.enter_context(_talk(side))) for side in bench.sides]
        bench.view.say(f"  {PAIRS} pairs of new friends, each pair across two messaging instances")
        dsn = bench.sides[0].system.dsn("guild_messaging")
        with copied(dsn, *TABLES):
            bench.compare(
                "chat",
                [Line.of(side.named("chat"), target, watched, IN_FLIGHT) for side, target, watched in talks],
                Line.of("floor: a transaction each", SqlChat(dsn, PAIRS), Watched(), IN_FLIGHT),
                cost_floor=False,
            )
        for side, target, watched in talks:
            result = bench.at_rate(side.named("chat"), target, RATE, watched=watched)
            if RECEIVE in result.observed:
                side.found("chat.receive.p99", result.observed[RECEIVE].percentile(99), unit="s")
            if bench.options.find_max:
                side.found("chat.max", bench.find_max(side.named("chat"), target, RATE, P99))


@contextmanager
def _talk(side: Side) -> Generator[tuple[Chat, Watched]]:
    """Give one side's pairs, with the processes that carry what they say."""
    system = side.system
    pairs = asyncio.run(_friends(system.address("profile")))
    with second_instance(system, "messaging") as second:
        roles = {"messaging": system.pid("messaging"), "second": second.pid}
        yield Chat((system.address("messaging"), second.address), pairs), Watched(roles, system.stores)


async def _friends(profile: str) -> tuple[tuple[Member, Member], ...]:
    members = await register(profile, 2 * PAIRS)
    pairs = tuple(zip(members[::2], members[1::2], strict=True))
    await befriend(profile, pairs)
    return pairs
