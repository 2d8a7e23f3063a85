"""The deadline of calls whose client set none."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from guild.profile.v1 import profile_service_pb2 as pb
from mesh.contract import spec
from mesh.errors import DeadlineExceeded
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.rpc.concerns.deadline import Deadline

_SPEC = spec(f"/{pb.DESCRIPTOR.package}.ProfileService/GetUser")


class Context:
    """A transport's context, with the seconds its client left."""

    def __init__(self, left: float | None = None) -> None:
        self.left = left

    def invocation_metadata(self) -> tuple[()]:
        return ()

    def time_remaining(self) -> float | None:
        return self.left


def call_within(seconds: float | None, left: float | None = None) -> Call:
    method = replace(_SPEC, policy=replace(_SPEC.required_policy, deadline=seconds))
    return Call(method, b"", Context(left))


async def within(call: Call, work: Proceed, deadline: Deadline | None = None) -> Any:
    return await (deadline or Deadline()).around(call.method, work)(call)


async def for_ever(_call: Call) -> Any:
    await asyncio.Event().wait()


async def test_work_ends_at_the_deadline() -> None:
    """The servicer is told to stop, and the caller what became of the call; the task itself is not cancelled."""
    ends: list[str] = []

    async def work(_call: Call) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ends.append("stopped")
            raise

    with pytest.raises(DeadlineExceeded, match=r"GetUser did not finish within 0\.02 s"):
        await within(call_within(0.02), work)

    task = asyncio.current_task()
    assert task is not None
    assert (["stopped"], 0) == (ends, task.cancelling())


async def test_deadlines_end_calls_in_their_order() -> None:
    """Whichever came first, of methods with deadlines of their own."""
    ended: list[float] = []
    deadline = Deadline()

    async def one(seconds: float) -> None:
        with pytest.raises(DeadlineExceeded):
            await within(call_within(seconds), for_ever, deadline)
        ended.append(seconds)

    async with asyncio.TaskGroup() as group:
        for seconds in (0.15, 0.01, 0.3, 0.08):
            group.create_task(one(seconds))

    assert [0.01, 0.08, 0.15, 0.3] == ended


async def test_calls_of_a_method_end_in_the_order_they_began() -> None:
    """One timer serves them all: each has its own time, and those that end before it hold nobody up."""
    ended: list[str] = []
    call = call_within(0.05)
    run = Deadline().around(call.method, lambda call: for_ever(call) if call.raw == b"" else asyncio.sleep(0.01))

    async def one(name: str, raw: bytes = b"") -> None:
        try:
            await run(Call(call.method, raw, Context()))
        except DeadlineExceeded:
            ended.append(name)

    async with asyncio.TaskGroup() as group:
        for name, raw in (("quick", b"x"), ("first", b""), ("beside the first", b""), ("quick too", b"x")):
            group.create_task(one(name, raw))
        await asyncio.sleep(0.03)
        group.create_task(one("second"))

    assert ["first", "beside the first", "second"] == ended


async def test_cancelling_is_not_the_deadline() -> None:
    """A caller who leaves cancels the call: it stays cancelled."""
    task = asyncio.create_task(within(call_within(60.0), for_ever))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancelling_at_the_deadline_wins() -> None:
    """Whoever cancelled the task while its time ran out must see it cancelled."""

    async def is_left_while_it_stops(_call: Call) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            task.cancel()
            raise

    task = asyncio.create_task(within(call_within(0.01), is_left_while_it_stops))

    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("error", [TimeoutError, ValueError])
async def test_errors_of_the_work_are_its_own(error: type[Exception]) -> None:
    """Another time that ran out within is not the deadline."""

    async def fail(_call: Call) -> None:
        raise error

    with pytest.raises(error):
        await within(call_within(60.0), fail)


async def test_the_call_knows_its_deadline() -> None:
    """Calls to peers are made within it."""
    call = call_within(60.0)

    async def reply(call: Call) -> float | None:
        return call.remaining()

    assert 59.0 < (await within(call, reply) or 0.0) <= 60.0


async def test_what_is_too_late_is_not_begun() -> None:
    """Nobody waits for the answer any more."""
    with pytest.raises(DeadlineExceeded, match="too late"):
        await within(call_within(60.0, left=0.0), for_ever)
