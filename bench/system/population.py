"""People with friends and posts: those of `guild seed` where they are, else a few made for the run."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import asyncpg

from bench.system.members import Member, befriend, publish, register, sign_in
from bench.system.running import System
from guildctl.seed.plan import PASSWORD
from guildctl.seed.size import Size
from guildctl.seed.worlds import invent
from mesh.errors import ResourceExhausted, Unauthenticated

SEED_NUMBER = 42
"""That of `guild seed` where no other is named."""
READERS = 60
_AUTHORS = 10
_POSTS = 3
_TEXT = "Notes from the third week of the migration. " * 18  # about 800 characters: a feed of 20 is 22 KB of JSON


@dataclass(frozen=True)
class Population:
    """Members, and for each (by its place) the places of the friends who are members here too."""

    members: Sequence[Member]
    friends: Mapping[int, Sequence[int]]
    origin: str
    since: float = field(default_factory=time.monotonic)
    """When they had signed in, on time.monotonic()."""


async def seeded(system: System, size: int) -> Population | None:
    """Sign in a closely knit part of the seeded network; None when `guild seed` has not been here."""
    for wanted in (Size.MEDIUM, Size.SMALL):
        world = invent(wanted.people, SEED_NUMBER)
        if await _knows(system, world.people[-1].email):
            break
    else:
        return None
    people = sorted(world.graph.core(size))
    emails = [world.people[number].email for number in people]
    members = await sign_in(system.address("profile"), emails, PASSWORD)
    place = {number: at for at, number in enumerate(people)}
    friends = {
        place[number]: tuple(place[friend] for friend in world.graph.friends(number) if friend in place)
        for number in people
    }
    return Population(members, friends, f"{len(people)} members of the seeded network {world.name}")


async def _knows(system: System, email: str) -> bool:
    """Whether somebody is a member: one failed sign-in is cheap, a hundred are a reason to lock an address out."""
    try:
        await sign_in(system.address("profile"), [email], PASSWORD)
    except (Unauthenticated, ResourceExhausted):
        return False
    return True


async def made(system: System, readers_wanted: int = READERS) -> Population:
    """Register a few authors with posts, whose friends the readers are: the last of the members."""
    members = await register(system.address("profile"), _AUTHORS + readers_wanted)
    authors, readers = members[:_AUTHORS], members[_AUTHORS:]
    pairs = [(reader, author) for reader in readers for author in authors] + list(combinations(authors, 2))
    await befriend(system.address("profile"), pairs)
    texts = [(author, f"{_TEXT}({number})") for author in authors for number in range(_POSTS)]
    await publish(system.address("feed"), texts)
    await _counted(system)
    friends = {at: tuple(range(_AUTHORS)) for at in range(_AUTHORS, len(members))}
    friends |= {at: tuple(each for each in range(len(members)) if each != at) for at in range(_AUTHORS)}
    return Population(members, friends, f"{len(members)} members made for this run")


async def _counted(system: System) -> None:
    """Let PostgreSQL count what was just written, as of itself it does a minute later: it plans by these numbers."""
    for database in ("guild_profile", "guild_feed"):
        connection: Any = await asyncpg.connect(system.dsn(database))
        await connection.execute("ANALYZE")
        await connection.close()
