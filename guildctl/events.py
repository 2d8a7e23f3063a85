"""Events that consumers gave up on, as operators deal with them at the public port."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from guild.operations.v1 import operations_service_pb2 as pb
from guild.operations.v1.operations_service_pb2_grpc import OperationsServiceStub
from guildctl.desk import Desk
from guildctl.dial import dialled

_PAGE = 100


async def every(desk: Desk, consumer: str, say: Callable[[str], None]) -> None:
    """Say all dead letters of a consumer, or of all, the oldest first; raises Failure."""
    async with _operations(desk) as stub:
        async for letter in _all(stub, desk, consumer):
            say(line(letter))


async def replay(desk: Desk, sequences: Sequence[int], consumer: str, say: Callable[[str], None]) -> int:
    """Give dead letters back: those named, or without any all of a consumer; how many that were. Raises Failure.

    All are those that were there when it began: what is given up again meanwhile is left.
    """
    async with _operations(desk) as stub:
        named = sequences or [letter.sequence async for letter in _all(stub, desk, consumer)]
        for sequence in named:
            request = pb.ReplayDeadLetterRequest(sequence=sequence)
            say(f"given back: {line((await stub.ReplayDeadLetter(request, metadata=desk.proof)).dead_letter)}")
    return len(named)


async def discard(desk: Desk, sequences: Sequence[int]) -> None:
    """Forget dead letters; raises Failure."""
    async with _operations(desk) as stub:
        for sequence in sequences:
            await stub.DiscardDeadLetter(pb.DiscardDeadLetterRequest(sequence=sequence), metadata=desk.proof)


async def consumers(desk: Desk, say: Callable[[str], None]) -> None:
    """Say what each consumer has before it; raises Failure."""
    async with _operations(desk) as stub:
        reply = await stub.GetConsumers(pb.GetConsumersRequest(), metadata=desk.proof)
    for one in reply.consumers:
        before = f"{one.waiting:,} wait, {one.unacknowledged:,} given, {one.redelivered:,} again"
        say(f"{one.stream:<12}{one.name:<28}{before}")


def line(letter: pb.DeadLetter) -> str:
    """A dead letter in words."""
    kind = letter.type.rpartition(".")[2] or "unreadable"
    return (
        f"{letter.sequence}  {letter.given_up_at.ToJsonString()}  {letter.consumer}  {kind} {letter.event_id}"
        f"  after {letter.attempts}: {letter.error}"
    )


async def _all(stub: Any, desk: Desk, consumer: str) -> AsyncIterator[pb.DeadLetter]:
    page_token, more = "", True
    while more:
        request = pb.ListDeadLettersRequest(consumer=consumer, page_size=_PAGE, page_token=page_token)
        page = await stub.ListDeadLetters(request, metadata=desk.proof)
        for letter in page.dead_letters:
            yield letter
        page_token = page.next_page_token
        more = bool(page_token)


@asynccontextmanager
async def _operations(desk: Desk) -> AsyncGenerator[Any]:
    async with dialled(desk.address, "operations") as peer:
        yield OperationsServiceStub(peer.channel)
