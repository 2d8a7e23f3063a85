"""Bodies that come in parts: what is held of them, and for how long."""

import asyncio

import pytest

from edge.addresses import ClientAddresses
from edge.body import SWALLOWED, Body, Intake
from edge.incoming import Incoming
from edge.problems import Refused
from mesh.limits.door import Overloaded

LIMIT = 100


def incoming(*pairs: tuple[bytes, bytes]) -> Incoming:
    return Incoming(list(pairs), None, ClientAddresses(()))


def body(*parts: bytes) -> Body:
    body = Body()
    body.limit = LIMIT
    for part in parts:
        body.add(part)
    return body


async def coming(body: Body, intake: Intake) -> "asyncio.Task[None]":
    task = asyncio.create_task(body.come(incoming(), intake))
    await asyncio.sleep(0)
    return task


async def test_a_body_is_held_until_it_is_whole() -> None:
    """What came before its wait counts, what comes meanwhile as well, and nothing once it is there."""
    intake, slow = Intake(), body(b"{}", b" ")
    waiting = await coming(slow, intake)
    slow.add(b"   ")
    held = intake.held
    slow.end()
    await waiting

    assert (6, 0, b"{}    ") == (held, intake.held, slow.read(incoming()))


async def test_too_much_of_all_is_refused() -> None:
    """Whoever sends more than there is room for is told that the edge is busy; the others go on."""
    intake = Intake(most=50)
    first, second = body(b"x" * 20), body(b"x" * 20)
    waiting = [await coming(one, intake) for one in (first, second)]
    second.add(b"x" * 20)
    with pytest.raises(Overloaded):
        await waiting[1]
    held = intake.held
    first.end()
    await waiting[0]

    assert (20, 0) == (held, intake.held)


async def test_what_is_too_long_is_not_held() -> None:
    """Of a body beyond its limit nothing is kept; one far beyond it is not even waited for."""
    intake, long = Intake(), body(b"x" * LIMIT)
    waiting = await coming(long, intake)
    before = intake.held
    long.add(b"x")
    after = intake.held
    long.add(b"x" * LIMIT * SWALLOWED)
    await waiting

    assert (LIMIT, 0) == (before, after)
    with pytest.raises(Refused):
        long.read(incoming())


async def test_a_declared_length_is_believed() -> None:
    """A body that says that it is far too long is refused before it comes."""
    with pytest.raises(Refused):
        await body().come(incoming((b"content-length", b"%d" % (LIMIT * SWALLOWED + 1))), Intake())


async def test_who_leaves_takes_its_part_along() -> None:
    """A wait that is cancelled holds nothing any more."""
    intake = Intake()
    waiting = await coming(body(b"x" * 20), intake)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert 0 == intake.held
