"""Work in lanes."""

import asyncio

from mesh.events.lanes import Lanes


async def test_one_key_in_order_others_beside_it() -> None:
    """A lane that waits holds up its own key only."""
    lanes, done, gate, end = Lanes(), list[str](), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        await gate.wait()
        done.append("a1")

    async def note(name: str) -> None:
        done.append(name)
        if name == "b2":
            gate.set()
        if name == "a2":
            end.set()

    lanes.add("a", wait)
    lanes.add("a", lambda: note("a2"))
    lanes.add("b", lambda: note("b1"))
    lanes.add("b", lambda: note("b2"))
    await asyncio.wait_for(end.wait(), 5)

    assert ["b1", "b2", "a1", "a2"] == done


async def test_stop_drops_what_waits_and_lets_the_rest_finish() -> None:
    """Work at hand may finish, work behind it does not begin."""
    lanes, done, begun = Lanes(), list[str](), asyncio.Event()

    async def first() -> None:
        begun.set()
        await asyncio.sleep(0.01)
        done.append("first")

    async def second() -> None:
        done.append("second")

    lanes.add("a", first)
    lanes.add("a", second)
    await begun.wait()
    await lanes.stop(5)

    assert ["first"] == done


async def test_stop_cancels_what_takes_too_long() -> None:
    """After the grace the rest is cancelled."""
    lanes, begun, cancelled = Lanes(), asyncio.Event(), list[bool]()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    lanes.add("a", endless)
    await begun.wait()
    await lanes.stop(0.01)

    assert [True] == cancelled
