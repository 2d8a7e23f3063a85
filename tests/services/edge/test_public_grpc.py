"""Public gRPC: the same calls, without translation."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from guild.feed.v1 import feed_service_pb2
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.messaging.v1 import chat_pb2
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guild.notification.v1 import notification_service_pb2 as notifications
from guild.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from mesh.errors import Code
from mesh.rpc.status import DETAILS_KEY, decode
from mesh.settings import Engine, ServerSettings
from mesh.telemetry import REGISTRY
from mesh.testing.waiting import wait_for

from .conftest import staged


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def public(identity: Any, engine: Engine) -> AsyncIterator[Any]:
    """A stage whose public port is served by either engine, with a plain channel of the reference to it."""
    async with (
        staged(identity, engine) as stage,
        grpc.aio.insecure_channel(stage.edge.grpc_address) as channel,
    ):
        yield stage, channel


def member(stage: Any) -> tuple[tuple[str, str], ...]:
    stage.sample.forget()
    return stage.identity.sign_in().metadata


async def failure(call: Any) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def test_a_call_passes_through(public: Any) -> None:
    """The service sees the client's address and proofs, nothing the client says of the mesh."""
    stage, channel = public
    metadata = (*member(stage), ("x-guild-client-address", "6.6.6.6"), ("x-other", "1"))

    reply = await FeedServiceStub(channel).GetFeed(feed_service_pb2.GetFeedRequest(offset=9), metadata=metadata)

    assert ("x" * 9, "127.0.0.1", True) == (
        reply.items[0].post.content,
        stage.sample.address,
        "x-other" not in stage.sample.metadata,
    )


@pytest.mark.parametrize(
    ("limit", "code", "message"),
    [(97, Code.UNAVAILABLE, "overloaded"), (96, Code.RESOURCE_EXHAUSTED, "slow down"), (-1, Code.INVALID_ARGUMENT, "")],
)
async def test_a_failure_comes_with_its_details(limit: int, code: Code, message: str, public: Any) -> None:
    """Status, message, details: as the service gave them."""
    stage, channel = public

    error = await failure(
        FeedServiceStub(channel).GetFeed(feed_service_pb2.GetFeedRequest(limit=limit), metadata=member(stage))
    )

    details = decode(dict(error.trailing_metadata() or ())[DETAILS_KEY])  # type: ignore[arg-type]
    assert (int(code), code) == (error.code().value[0], details.code)
    assert message in (error.details() or "")


async def test_a_forged_service_token_is_nobody(public: Any) -> None:
    """It is not passed on: the call is the client's own."""
    stage, channel = public

    error = await failure(
        FeedServiceStub(channel).GetFeed(
            feed_service_pb2.GetFeedRequest(), metadata=stage.identity.service_metadata("feed")
        )
    )

    assert grpc.StatusCode.UNAUTHENTICATED == error.code()


async def test_methods_between_services_do_not_exist_here(public: Any) -> None:
    """Not even with a service's token."""
    stage, channel = public
    request = graph.CheckAccessRequest(questions=[graph.AccessQuestion(viewer_id="x", owner_ids=["y"])])

    error = await failure(
        ConnectionServiceStub(channel).CheckAccess(request, metadata=stage.identity.service_metadata("feed"))
    )

    assert grpc.StatusCode.UNIMPLEMENTED == error.code()


async def test_a_server_stream_passes_through(public: Any) -> None:
    """Message by message; leaving it ends it."""
    stage, channel = public
    call = NotificationServiceStub(channel).StreamNotifications(
        notifications.StreamNotificationsRequest(), metadata=member(stage)
    )

    counts = [(await call.read()).unseen_count for _ in range(3)]
    call.cancel()

    assert [0, 1, 2] == counts
    async with asyncio.timeout(30):
        await stage.sample.cancelled.wait()


async def test_a_failed_stream_comes_with_its_details(public: Any) -> None:
    """The status of a stream is passed on too."""
    stage, channel = public
    request = notifications.StreamNotificationsRequest(after_id="0190f5e4-7b1c-7def-8abc-0123456789ab")

    error = await failure(NotificationServiceStub(channel).StreamNotifications(request, metadata=member(stage)).read())

    assert (grpc.StatusCode.UNAVAILABLE, "no stream today") == (error.code(), error.details())


async def test_chat_passes_through(public: Any) -> None:
    """Both directions stay open, and the end comes as it is."""
    stage, channel = public
    call = MessagingServiceStub(channel).Chat(metadata=member(stage))

    await call.write(chat_pb2.ChatRequest(ping=chat_pb2.ChatPing()))
    pong = await call.read()
    await call.write(chat_pb2.ChatRequest(send=chat_pb2.ChatSend(client_message_id="1", content="fail")))
    error = await failure(call.read())

    assert (True, grpc.StatusCode.FAILED_PRECONDITION) == (pong.HasField("pong"), error.code())


async def test_a_half_closed_stream_is_finished(public: Any) -> None:
    """The client's last word reaches the service."""
    stage, channel = public
    call = MessagingServiceStub(channel).Chat(metadata=member(stage))
    await call.write(chat_pb2.ChatRequest(ping=chat_pb2.ChatPing()))
    await call.done_writing()

    replies = [message async for message in call]

    assert (1, grpc.StatusCode.OK) == (len(replies), await call.code())


async def test_a_client_that_leaves_ends_its_call(public: Any) -> None:
    """All the way to the service."""
    stage, channel = public
    call = FeedServiceStub(channel).GetFeed(feed_service_pb2.GetFeedRequest(limit=99), metadata=member(stage))
    await stage.sample.entered.wait()

    call.cancel()

    async with asyncio.timeout(5):
        await stage.sample.cancelled.wait()


def own_channel(stage: Any) -> grpc.aio.Channel:
    """A channel whose connection nobody else shares."""
    return grpc.aio.insecure_channel(stage.edge.grpc_address, options=[("grpc.use_local_subchannel_pool", 1)])


def count(code: str) -> float:
    """How many feeds were asked for with this outcome."""
    labels = {"method": "/guild.feed.v1.FeedService/GetFeed", "code": code}
    return REGISTRY.get_sample_value("guild_edge_grpc_seconds_count", labels) or 0.0


def raw_get_feed(*pairs: tuple[str, str]) -> bytes:
    """A call as HTTP/2 frames (RFC 9113), its headers as literals (RFC 7541), whatever they hold."""

    def text(value: str) -> bytes:
        data, size = value.encode("latin-1"), len(value)
        if size < 127:
            return bytes((size,)) + data
        rest, more = size - 127, bytearray((127,))
        while rest >= 128:
            more.append(rest % 128 + 128)
            rest //= 128
        return bytes((*more, rest)) + data

    def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
        return len(payload).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + payload

    headers = (
        (":method", "POST"), (":scheme", "http"), (":path", "/guild.feed.v1.FeedService/GetFeed"), (":authority", "x"),
        ("content-type", "application/grpc"), ("te", "trailers"), *pairs,
    )  # fmt: skip
    block = b"".join(b"\x00" + text(name) + text(value) for name, value in headers)
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + frame(1, 4, 1, block) + frame(0, 1, 1, bytes(5))


async def test_clients_whose_deadlines_expire_are_no_abuse(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """We were slow, not they rash."""
    monkeypatch.setattr("edge.abuse.MAX_ABANDONED", 3)
    stage, _ = public
    metadata = member(stage)
    async with own_channel(stage) as channel:
        stub = FeedServiceStub(channel)
        for _ in range(5):
            error = await failure(
                stub.GetFeed(feed_service_pb2.GetFeedRequest(limit=99), metadata=metadata, timeout=0.1)
            )
            assert grpc.StatusCode.DEADLINE_EXCEEDED == error.code()

        assert (await stub.GetFeed(feed_service_pb2.GetFeedRequest(), metadata=metadata)).items


async def test_an_overloaded_edge_takes_nobody_for_an_abuser(
    identity: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls are read late then, so that their clients give up before half of the time has passed that we know of."""
    monkeypatch.setattr("edge.abuse.MAX_ABANDONED", 3)
    full = ServerSettings(max_calls=100)
    async with staged(identity, engine, server=full) as stage, own_channel(stage) as channel:
        metadata, stub = member(stage), FeedServiceStub(channel)
        await stub.GetFeed(feed_service_pb2.GetFeedRequest(), metadata=metadata)
        endless = feed_service_pb2.GetFeedRequest(limit=99)
        calls = [stub.GetFeed(endless, metadata=metadata, timeout=1.2) for _ in range(200)]
        await asyncio.sleep(0)  # the client sends them
        time.sleep(0.8)  # noqa: ASYNC251 - the loop, which serves too, is kept from its work
        codes = Counter(await asyncio.gather(*(call.code() for call in calls)))
        reply = await stub.GetFeed(feed_service_pb2.GetFeedRequest(), metadata=metadata, timeout=5)

    assert grpc.StatusCode.DEADLINE_EXCEEDED in codes
    assert set(codes) <= {grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE}
    assert reply.items


async def test_rash_resets_cost_their_own_connection(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else behind the same address is served."""
    monkeypatch.setattr("edge.abuse.MAX_ABANDONED", 3)
    stage, _ = public
    metadata = member(stage)
    async with own_channel(stage) as rash, own_channel(stage) as other:
        for _ in range(3):
            stage.sample.forget()
            call = FeedServiceStub(rash).GetFeed(feed_service_pb2.GetFeedRequest(limit=99), metadata=metadata)
            await stage.sample.entered.wait()
            call.cancel()
            async with asyncio.timeout(5):
                await stage.sample.cancelled.wait()
        error = await failure(FeedServiceStub(rash).GetFeed(feed_service_pb2.GetFeedRequest(), metadata=metadata))
        reply = await FeedServiceStub(other).GetFeed(feed_service_pb2.GetFeedRequest(), metadata=metadata)

    details = decode(dict(error.trailing_metadata() or ())[DETAILS_KEY])  # type: ignore[arg-type]
    assert ("TOO_MANY_RESETS", 1) == (details.reason, len(reply.items))


@pytest.mark.parametrize(
    "pair",
    [("authorization", "Bearer \xe4"), ("x-admin-token", "\xff"), ("tracestate", "x" * 5000)],
)
async def test_what_metadata_cannot_carry_is_refused(pair: tuple[str, str], public: Any) -> None:
    """By the same check as in REST; a library that checks less than ours can send it."""
    stage, _ = public
    before = count("INVALID_ARGUMENT"), count("INTERNAL")
    _, writer = await asyncio.open_connection(*stage.edge.grpc_address.split(":"))
    try:
        writer.write(raw_get_feed(pair))
        await wait_for(lambda: count("INVALID_ARGUMENT") > before[0])
    finally:
        writer.transport.abort()
    assert (before[0] + 1, before[1]) == (count("INVALID_ARGUMENT"), count("INTERNAL"))


async def test_a_field_that_http_forbids_is_no_call(public: Any, engine: Engine) -> None:
    """A NUL makes a request malformed (RFC 9113, 8.2.1): our transport resets the stream, the reference asks us."""
    stage, _ = public
    before = count("INVALID_ARGUMENT")
    reader, writer = await asyncio.open_connection(*stage.edge.grpc_address.split(":"))
    kind = stream = 0
    try:
        writer.write(raw_get_feed(("tracestate", "a\x00b")))
        async with asyncio.timeout(5):
            while stream != 1:
                head = await reader.readexactly(9)
                kind, stream = head[3], int.from_bytes(head[5:])
                await reader.readexactly(int.from_bytes(head[:3]))
    finally:
        writer.transport.abort()
    reset, headers = 3, 1
    assert (reset if engine == "wire" else headers) == kind
    assert (0 if engine == "wire" else 1) == count("INVALID_ARGUMENT") - before


async def test_calls_are_counted_by_method_and_code(public: Any) -> None:
    """As requests of the REST side are."""
    stage, channel = public

    before = {code: count(code) for code in ("OK", "UNAVAILABLE", "UNAUTHENTICATED")}
    stub = FeedServiceStub(channel)
    await stub.GetFeed(feed_service_pb2.GetFeedRequest(), metadata=member(stage))
    await failure(stub.GetFeed(feed_service_pb2.GetFeedRequest(limit=97), metadata=member(stage)))
    await failure(stub.GetFeed(feed_service_pb2.GetFeedRequest()))

    await wait_for(lambda: count("UNAUTHENTICATED") == before["UNAUTHENTICATED"] + 1)
    assert {code: number + 1 for code, number in before.items()} == {code: count(code) for code in before}


async def test_nobody_outside_orders_a_recording(public: Any) -> None:
    """The trace keeps its id, not the flag that makes every service write spans."""
    stage, channel = public
    sent = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")

    await FeedServiceStub(channel).GetFeed(feed_service_pb2.GetFeedRequest(), metadata=(*member(stage), sent))

    assert sent[1].removesuffix("01") + "00" == stage.sample.metadata["traceparent"]


async def test_the_clients_deadline_holds(public: Any) -> None:
    """When it is earlier than the policy's."""
    stage, channel = public

    error = await failure(
        FeedServiceStub(channel).GetFeed(feed_service_pb2.GetFeedRequest(limit=99), metadata=member(stage), timeout=0.2)
    )

    assert grpc.StatusCode.DEADLINE_EXCEEDED == error.code()


async def test_health_and_reflection_are_there(public: Any) -> None:
    """Grpcurl and buf curl work without files; methods for services alone are not among the services listed."""
    _, channel = public
    health = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    asked = reflection_pb2.ServerReflectionRequest(list_services="")

    async def ask() -> AsyncIterator[Any]:
        yield asked

    call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(ask())
    names = {service.name async for answer in call for service in answer.list_services_response.service}

    assert health_pb2.HealthCheckResponse.SERVING == health.status
    assert {"guild.feed.v1.FeedService", "grpc.health.v1.Health"} <= names


async def test_an_unknown_method_is_unimplemented(public: Any) -> None:
    """And says nothing else."""
    _, channel = public
    error = await failure(channel.unary_unary("/guild.feed.v1.FeedService/Nope")(b""))

    assert grpc.StatusCode.UNIMPLEMENTED == error.code()
