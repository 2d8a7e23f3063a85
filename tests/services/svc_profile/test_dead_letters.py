"""Events that a consumer gave up on, as operators deal with them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from guild.events.v1.envelope_pb2 import Envelope
from guild.operations.v1 import operations_service_pb2 as pb
from guild.operations.v1.operations_service_pb2_grpc import OperationsServiceStub
from guild.trust.v1 import moderation_pb2
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.data import PageTokens
from mesh.errors import InvalidArgument, NotFound, Unavailable
from mesh.events import Bus
from mesh.ids import uuid7
from mesh.settings import NatsSettings, Secret
from mesh.testing import wait_for
from svc_profile.usecases.dead_letters import DeadLetters
from tests.services.svc_profile.conftest import World


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bus(nats_settings: NatsSettings) -> AsyncIterator[Bus]:
    bus = Bus(nats_settings)
    await bus.start()
    yield bus
    await bus.stop()


async def buried(bus: Bus, consumer: str, data: bytes | None = None) -> str:
    """A dead letter as a consumer leaves one; the id of its event."""
    event_id = str(uuid7())
    event = Envelope(event_id=event_id, type="guild.events.v1.UserUpdated", key="a-key")
    headers = {
        "Guild-Stream": "USERS",
        "Guild-Subject": "guild.users.user_updated.a-key",
        "Guild-Durable": consumer,
        "Guild-Error": "it cannot be",
        "Guild-Attempts": "9",
    }
    subject = bus.names.subject(f"guild.dlq.users.{consumer}")
    await bus.js.publish(subject, event.SerializeToString() if data is None else data, headers=headers)
    return event_id


def asked(world: World) -> tuple[Any, Any]:
    return OperationsServiceStub(world.channel), world.identity.admin_metadata()


async def test_they_are_listed_page_by_page(world: World, bus: Bus) -> None:
    """Of one consumer, the oldest first, with the reason and without what the event says."""
    stub, proof = asked(world)
    ids = [await buried(bus, "paged") for _ in range(5)]
    await buried(bus, "another")
    found, token, pages = list[pb.DeadLetter](), "", 0
    while not pages or token:
        request = pb.ListDeadLettersRequest(consumer="paged", page_size=2, page_token=token)
        page = await stub.ListDeadLetters(request, metadata=proof)
        found, token, pages = [*found, *page.dead_letters], page.next_page_token, pages + 1

    assert (ids, 3) == ([letter.event_id for letter in found], pages)
    first = found[0]
    assert ("USERS", "paged", "guild.events.v1.UserUpdated", "a-key", "it cannot be", 9) == (
        first.stream, first.consumer, first.type, first.key, first.error, first.attempts,
    )  # fmt: skip
    with pytest.raises(InvalidArgument):
        await stub.ListDeadLetters(pb.ListDeadLettersRequest(consumer="other", page_token=token or "x"), metadata=proof)


async def test_one_is_given_back_once_and_it_is_on_record(world: World, bus: Bus) -> None:
    """Only its own consumer hears it; a repeat finds nothing."""
    stub, proof = asked(world)
    event_id = await buried(bus, "given-back")
    (letter,) = (
        await stub.ListDeadLetters(pb.ListDeadLettersRequest(consumer="given-back"), metadata=proof)
    ).dead_letters
    request = pb.ReplayDeadLetterRequest(sequence=letter.sequence)
    replayed = await stub.ReplayDeadLetter(request, metadata=proof)
    raw = await bus.js.get_last_msg(bus.names.stream("USERS"), bus.names.subject("guild.users.replay-given-back.a-key"))

    assert letter == replayed.dead_letter
    assert event_id == Envelope.FromString(raw.data or b"").event_id
    with pytest.raises(NotFound) as caught:
        await stub.ReplayDeadLetter(request, metadata=proof)
    assert "DEAD_LETTER_NOT_FOUND" == caught.value.reason
    [line] = await lines(world, event_id)
    assert (moderation_pb2.ACTION_KIND_DEAD_LETTER_REPLAYED, True) == (line.kind, "given-back" in line.note)


async def test_one_is_forgotten(world: World, bus: Bus) -> None:
    """Also one that nobody can read."""
    stub, proof = asked(world)
    event_id, _ = await buried(bus, "forgotten"), await buried(bus, "forgotten", b"\xff")
    request = pb.ListDeadLettersRequest(consumer="forgotten")
    letters = (await stub.ListDeadLetters(request, metadata=proof)).dead_letters
    for letter in letters:
        await stub.DiscardDeadLetter(pb.DiscardDeadLetterRequest(sequence=letter.sequence), metadata=proof)

    assert ["guild.events.v1.UserUpdated", ""] == [letter.type for letter in letters]
    assert not (await stub.ListDeadLetters(request, metadata=proof)).dead_letters
    assert [moderation_pb2.ACTION_KIND_DEAD_LETTER_DISCARDED] == [line.kind for line in await lines(world, event_id)]


async def test_consumers_tell_what_they_have_before_them(world: World, bus: Bus) -> None:
    """By stream and name."""
    stub, proof = asked(world)
    await bus.js.add_consumer(bus.names.stream("USERS"), durable_name="behind", ack_policy="explicit")
    await bus.js.publish(bus.names.subject("guild.users.user_updated.x"), b"")

    async def told() -> pb.EventConsumer | None:
        reply = await stub.GetConsumers(pb.GetConsumersRequest(), metadata=proof)
        return next((one for one in reply.consumers if one.name == "behind" and one.waiting), None)

    behind = await wait_for(told)
    assert ("USERS", 0, 0) == (behind.stream, behind.unacknowledged, behind.redelivered)


async def test_a_bus_that_is_away_is_told_so(world: World, nats_settings: NatsSettings) -> None:
    """It is the caller's to come again."""
    away: Any = None
    letters = DeadLetters(away, Bus(nats_settings), away, PageTokens(Secret("secret")))
    with pytest.raises(Unavailable) as caught:
        await letters.consumers()
    assert "BUS_UNAVAILABLE" == caught.value.reason


async def lines(world: World, event_id: str) -> list[moderation_pb2.Action]:
    request = moderation_pb2.ListActionsRequest(page_size=100)
    reply = await TrustServiceStub(world.channel).ListActions(request, metadata=world.identity.admin_metadata())
    return [line for line in reply.actions if UUID(line.target_id) == UUID(event_id)]
