"""people: members are searched among a hundred thousand, by the beginning of a name with a letter wrong."""

import asyncio
from random import Random

from bench.methods import SEARCH_PEOPLE
from bench.run import Bench, Side
from bench.system.crowd import crowd
from bench.system.members import Member, register
from bench.targets.grpc_read import GrpcRead
from bench.targets.tokens import Tokens
from guild.profile.v1 import profile_service_pb2 as profile

MEMBERS = 60
"""Who search: one may twice a second for a minute, and no more for long."""
RATE = 20.0
_FORMS = 200
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def run(bench: Bench) -> None:
    """Measure latencies at a rate, with facets and the first twenty."""
    for side in bench.sides:
        asyncio.run(_measured(bench, side))


async def _measured(bench: Bench, side: Side) -> None:
    address = side.system.address("profile")
    members = await register(address, MEMBERS)
    async with crowd(side.system.dsn("guild_profile"), bench.view.say) as names:
        target = _searches(address, members, names)
        watched = side.system.watch("profile")
        measure = bench.at_rate
        result = await asyncio.to_thread(measure, side.named("people"), target, RATE, watched=watched)
        side.found("people.p95", result.p(95), unit="s")
        side.found("people.p50", result.p(50), unit="s")


def _searches(address: str, members: list[Member], names: list[str]) -> GrpcRead:
    draw = Random(7)
    asked = [_slipped(draw, draw.choice(names)) for _ in range(_FORMS)]
    requests = tuple(profile.SearchPeopleRequest(q=q, page_size=20).SerializeToString() for q in asked)
    tokens = Tokens(tuple(member.token for member in members))
    return GrpcRead(address, SEARCH_PEOPLE, requests, tokens, kind="search")


def _slipped(draw: Random, name: str) -> str:
    """The first name and the beginning of the last, with a letter wrong in it."""
    first, _, last = name.partition(" ")
    beginning = last[:5]
    at = draw.randrange(len(beginning))
    return f"{first} {beginning[:at]}{draw.choice(_LETTERS)}{beginning[at + 1 :]}"
