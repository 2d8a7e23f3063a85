"""Leading erasures through services that fail, beside leaders that lost their lease."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from mesh.data import Database, Transaction
from mesh.errors import Unavailable
from mesh.ids import UserId, uuid7
from mesh.principal import Principal
from mesh.privacy import Erased
from mesh.testing import ManualClock
from svc_profile.domain.erasure import LEASE, SETTLE, Erasure, State
from svc_profile.store.erasures import ErasureRepository
from svc_profile.usecases.erasing import Erasing
from tests.services.svc_profile.conftest import World

LATER = timedelta(days=1_000)
"""Ahead of the clock of the service that runs beside: it finds none of these erasures due."""


@dataclass
class Scripted:
    """A service that does what a test says at its turn, and otherwise is done at once."""

    turns: dict[UserId, Callable[[], Coroutine[Any, Any, bool]]] = field(default_factory=dict)

    def export(self, user_id: UserId) -> Any:
        raise NotImplementedError

    async def erase(self, user_id: UserId, _: UUID, /) -> Erased:
        turn = self.turns.get(user_id)
        return Erased(await turn() if turn else True, [])


@dataclass
class Leader:
    """What leads erasures at a time of its own."""

    db: Database
    clock: ManualClock
    holder: Scripted = field(default_factory=Scripted)
    stored: ErasureRepository = field(default_factory=ErasureRepository)

    async def round(self) -> None:
        holders = {"feed": self.holder}
        await Erasing(self.db, self.stored, holders, Principal(service="profile"), self.clock).round()

    async def closed(self) -> Erasure:
        """An erasure that is due."""
        erasure, _ = Erasure.of(UserId(uuid7()), self.clock.now(), timedelta(0))

        async def work(tx: Transaction) -> None:
            self.stored.add(tx, erasure)

        await self.db.transact(work)
        return erasure

    async def now(self, erasure: Erasure) -> Erasure:
        found = await self.stored.find(self.db, erasure.id)
        assert found is not None
        return found


@pytest_asyncio.fixture(loop_scope="module")
async def leader(world: World) -> AsyncIterator[Leader]:
    db = Database(world.settings)
    await db.start()
    yield Leader(db, ManualClock(datetime.now(UTC) + LATER))
    await db.stop()


async def _raise(error: Exception) -> bool:
    raise error


@pytest.mark.parametrize("error", [Unavailable("not now"), ValueError("a fault of ours")])
async def test_one_that_fails_keeps_no_other_waiting(leader: Leader, error: Exception) -> None:
    """Whatever the failure: it waits by itself, longer each time."""
    bad, good = await leader.closed(), await leader.closed()
    assert bad.user_id is not None
    leader.holder.turns[bad.user_id] = lambda: _raise(error)

    await leader.round()
    first = await leader.now(bad)
    leader.clock.advance(timedelta(minutes=1))
    await leader.round()
    second = await leader.now(bad)

    assert State.ERASED is (await leader.now(good)).state
    assert (1, 2) == (first.attempts, second.attempts)
    assert leader.clock.now() + timedelta(minutes=2) == second.due_at


@pytest.mark.parametrize("done", [True, False, None])
async def test_who_lost_the_lease_has_no_say_in_the_next_round(leader: Leader, done: bool | None) -> None:
    """The other leader ended the round: whether this one is done, goes on or fails, the next is due when it was."""
    erasure = await leader.closed()
    assert erasure.user_id is not None
    other = Leader(leader.db, leader.clock)
    answers = [True, done]

    async def overtaken() -> bool:
        answer = answers.pop()
        if len(answers) == 1:
            leader.clock.advance(LEASE)
            await other.round()
        return await _raise(ValueError("a fault of ours")) if answer is None else answer

    leader.holder.turns[erasure.user_id] = overtaken
    await leader.round()

    found = await leader.now(erasure)
    assert (State.ERASED, leader.clock.now() + SETTLE, 0) == (found.state, found.due_at, found.attempts)
    assert 1 == (await leader.stored.steps(leader.db, erasure.id))["feed"].rounds


@pytest.mark.parametrize("done", [True, False, None])
async def test_who_lost_the_lease_leaves_the_round_to_who_took_it_on(leader: Leader, done: bool | None) -> None:
    """The other is in the middle of the same round, whose lease and steps stay whatever becomes of this one's part."""
    erasure = await leader.closed()
    assert erasure.user_id is not None
    other, held = Leader(leader.db, leader.clock), list[Erasure]()

    async def leads() -> bool:
        if not held:
            leader.clock.advance(timedelta(seconds=1))  # what an unfenced leader would store now differs from the lease
            held.append(await leader.now(erasure))
            first.set()
            await second.wait()
        return True

    async def overtaken() -> bool:
        leader.clock.advance(LEASE)
        tasks.append(asyncio.create_task(other.round()))
        await first.wait()
        return await _raise(ValueError("a fault of ours")) if done is None else done

    first, second, tasks = asyncio.Event(), asyncio.Event(), list[asyncio.Task[None]]()
    leader.holder.turns[erasure.user_id], other.holder.turns[erasure.user_id] = overtaken, leads
    await leader.round()

    assert held == [await leader.now(erasure)]
    assert {} == await leader.stored.steps(leader.db, erasure.id)
    second.set()
    await tasks[0]
    found = await leader.now(erasure)
    assert (State.ERASED, leader.clock.now() + SETTLE, 0) == (found.state, found.due_at, found.attempts)
