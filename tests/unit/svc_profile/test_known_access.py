"""What is known of viewers counts in the epoch and the generation that it was read in."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mesh.generations import Standing
from mesh.service import ACCESS
from svc_profile.domain.access import Member, Tie
from svc_profile.domain.ids import UserId
from svc_profile.rpc.verdicts import asked
from svc_profile.store.books import Book
from svc_profile.usecases.known_access import KnownAccess

ANN, BOB = asked(str(UUID(int=1))), asked(str(UUID(int=2)))


class Rows:
    """Redis and PostgreSQL as far as they matter: one book for whoever asks, which can be held up."""

    def __init__(self) -> None:
        self.epoch, self.generation, self.tie, self.read = b"=1", b"=g", Tie.CONNECTED, 0
        self.held_up, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()

    async def open(self, names: Sequence[str]) -> Standing:
        return Standing(self.epoch, [self.generation] * len(names))

    async def of(self, _: Any, viewers: Sequence[UserId]) -> dict[UserId, Book]:
        self.read += 1
        books = dict.fromkeys(viewers, Book(there=True, ties={BOB.octets: self.tie.value}))
        if self.read == 1:
            self.held_up.set()
            await self.go_on.wait()
        return books

    async def members(self, _: Any, ids: Sequence[UserId]) -> dict[UserId, Member]:
        return {one: Member(one) for one in ids}


def known(rows: Any) -> KnownAccess:
    return KnownAccess(rows, rows, rows, rows, rows, ACCESS)


async def connected(access: KnownAccess) -> bool:
    [answer] = await access.decide({ANN: [BOB]})
    return answer.rights.connected


async def test_a_book_is_read_once_in_a_generation() -> None:
    """And anew with the next one, whatever was kept."""
    rows = Rows()
    access = known(rows)
    before = [await connected(access) for _ in range(3)]
    rows.tie, rows.generation = Tie.NONE, b"=h"

    assert ([True] * 3, 1) == (before, rows.read)
    assert not await connected(access)


async def test_what_a_slow_call_read_is_not_taken_over_into_the_next_epoch() -> None:
    """A change that could not be told to Redis leaves the generation as it is, and ends the epoch."""
    rows = Rows()
    access = known(rows)
    rows.go_on.clear()
    slow = asyncio.create_task(connected(access))
    await rows.held_up.wait()
    rows.tie, rows.epoch = Tie.NONE, b"=2"
    next_epoch = await connected(access)
    rows.go_on.set()

    assert (True, False) == (await slow, next_epoch)
    assert not await connected(access)
