"""An answer about the graph is given again as long as all stands that it was made from, and no longer."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from mesh.cache import CacheUnavailable
from mesh.generations import Standing as Held
from mesh.service import ACCESS
from mesh.testing import ManualClock
from svc_profile.domain.graph import Look, Node, Numbers, Sight
from svc_profile.domain.ids import UserId
from svc_profile.domain.standing import FOREVER, GOOD, Standing
from svc_profile.usecases.network import Network

ANN, BOB, EVE = (UserId(UUID(int=number)) for number in (1, 2, 3))


class World:
    """Redis and PostgreSQL as far as they matter: two members who are connected, and how often they were looked at."""

    in_transaction = False

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.epoch: bytes | None = b"=1"
        self.generations: dict[UserId, bytes | None] = {ANN: b"=g", BOB: b"=g"}
        self.friends = {ANN: [BOB], BOB: [ANN]}
        self.suspended = Standing()
        self.away, self.looked = False, 0
        me: Any = self
        self.network = Network(me, me, me, ACCESS, self.clock, most_bytes=1024**2)

    async def open(self, names: Sequence[str]) -> Held:
        if self.away:
            raise CacheUnavailable("away")
        by_name = {ACCESS.subject(member): generation for member, generation in self.generations.items()}
        return Held(self.epoch, [by_name.get(name, b"=g") for name in names])

    async def of(self, _: Any, ids: Sequence[UserId], pack: Callable[[bytes | None], bytes]) -> dict[UserId, Node]:
        packed = {one: pack(b"".join(other.bytes for other in self.friends.get(one, []))) for one in ids}
        return {one: Node(friends, standing=self.suspended if one == BOB else GOOD) for one, friends in packed.items()}

    async def friends_of_ann(self) -> int:
        """How many are there for her."""

        def question(look: Look, numbers: Numbers) -> int:
            self.looked += 1
            return len(Sight(look, numbers.of(ANN), self.clock.now()).connections())

        return await self.network.recall(("friends", ANN), question)

    async def looks_for(self, count: int) -> int:
        """How often the graph is looked at for the next answer, which says so many."""
        before = self.looked
        assert await self.friends_of_ann() == count
        return self.looked - before


@pytest.fixture
async def world() -> World:
    """One in which the question was asked once."""
    there = World()
    assert await there.friends_of_ann() == 1
    return there


async def test_what_stands_is_not_looked_at_again(world: World) -> None:
    assert [0, 0] == [await world.looks_for(1) for _ in range(2)]


async def test_a_change_of_anybody_it_rests_on_is_seen_at_once(world: World) -> None:
    world.generations[BOB], world.suspended = b"=h", Standing(suspended_until=FOREVER)
    assert await world.looks_for(0) > 0
    world.generations[BOB], world.suspended = b"=i", GOOD
    assert await world.looks_for(1) > 0
    world.generations[ANN], world.friends[ANN] = b"=h", []
    assert await world.looks_for(0) > 0
    assert await world.looks_for(0) == 0


async def test_who_it_does_not_rest_on_may_change(world: World) -> None:
    world.generations[EVE] = b"=h"
    assert await world.looks_for(1) == 0


async def test_another_epoch_voids_it(world: World) -> None:
    world.epoch, world.friends[ANN] = b"=2", []
    assert await world.looks_for(0) > 0


@pytest.mark.parametrize(
    "why", ["a change is being committed", "no epoch is in force", "Redis is away", "a transaction"]
)
async def test_nothing_is_given_again_that_cannot_be_held_to_anything(world: World, why: str) -> None:
    world.friends[ANN] = []
    match why:
        case "a change is being committed":
            world.generations[ANN] = None
        case "no epoch is in force":
            world.epoch = None
        case "Redis is away":
            world.away = True
        case _:
            world.in_transaction = True
    assert await world.looks_for(0) > 0


async def test_a_restriction_that_ends_by_the_clock_ends_the_answer() -> None:
    world = World()
    world.suspended = Standing(suspended_until=world.clock.now() + timedelta(hours=1))
    assert await world.friends_of_ann() == 0
    assert await world.looks_for(0) == 0

    world.clock.advance(timedelta(hours=1))
    assert await world.looks_for(1) == 1
    assert await world.looks_for(1) == 0
