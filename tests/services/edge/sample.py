"""A service of the contract that does what a test asks of it: what real ones do only on bad days."""

# ruff: noqa: ARG002 - the generated signatures have more than some methods need

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import grpc

from guild.feed.v1 import feed_service_pb2, post_pb2, post_service_pb2
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceServicer, add_FeedServiceServicer_to_server
from guild.feed.v1.post_service_pb2_grpc import PostServiceServicer, add_PostServiceServicer_to_server
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import (
    ConnectionServiceServicer,
    add_ConnectionServiceServicer_to_server,
)
from guild.messaging.v1 import chat_pb2
from guild.messaging.v1.messaging_service_pb2_grpc import (
    MessagingServiceServicer,
    add_MessagingServiceServicer_to_server,
)
from guild.notification.v1 import notification_service_pb2 as notifications
from guild.notification.v1.notification_service_pb2_grpc import (
    NotificationServiceServicer,
    add_NotificationServiceServicer_to_server,
)
from mesh.auth import Authenticator, Operators, ServiceVerifier, TokenInvalid, TokenVerifier
from mesh.errors import FailedPrecondition, ResourceExhausted, Unavailable
from mesh.principal import current
from mesh.rpc.call import current_call
from mesh.rpc.pipeline import standard_pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import Engine, ServerSettings
from mesh.testing import TestIdentity


class KeyReused(FailedPrecondition):
    """As the idempotency concern raises it."""

    reason = "IDEMPOTENCY_KEY_REUSED"


class Sample(
    FeedServiceServicer, PostServiceServicer, MessagingServiceServicer, NotificationServiceServicer,
    ConnectionServiceServicer,
):  # fmt: skip
    """Notes who called with what; ends as the request asks."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Note everything anew."""
        self.metadata: dict[str, Any] = {}
        self.address: str | None = None
        self.cancelled = asyncio.Event()
        self.entered = asyncio.Event()
        self.flood = 0
        self.frames: list[Any] = []

    async def GetFeed(self, request: Any, context: Any) -> Any:
        """A limit of 99 never ends, 97 is unavailable, 96 is limited."""
        self.metadata = dict(context.invocation_metadata())
        self.address = current().address
        match request.limit:
            case 99:
                await self._forever()
            case 97:
                raise Unavailable("overloaded", retry_after=7)
            case 96:
                raise ResourceExhausted("slow down", retry_after=2)
            case _:
                reply = feed_service_pb2.GetFeedResponse()
                reply.items.add(post=post_pb2.Post(id="1", content="x" * request.offset))
                return reply
        return None

    async def CreatePost(self, request: Any, context: Any) -> Any:
        """Echo; the text "break" breaks it, the idempotency key "reused" is one."""
        self.metadata = dict(context.invocation_metadata())
        if call := current_call.get():
            call.trailers.append(("guild-consistency-token", "token-2"))
        if request.content == "break":
            raise RuntimeError("secret innards")
        if self.metadata.get("idempotency-key") == "reused":
            raise KeyReused("the key was used for something else")
        return post_service_pb2.CreatePostResponse(post=post_pb2.Post(id="1", content=request.content))

    async def StreamNotifications(self, request: Any, context: Any) -> AsyncIterator[Any]:
        """Three notifications, then whatever comes of waiting; a caller with an after_id gets a failure instead."""
        if request.after_id:
            raise Unavailable("no stream today")
        for number in range(3):
            notification = notifications.Notification(id=f"n{number}")
            yield notifications.StreamNotificationsResponse(notification=notification, unseen_count=number)
        await self._forever()

    async def StreamConnectionIds(self, request: Any, context: Any) -> AsyncIterator[Any]:
        """For services alone."""
        yield graph.StreamConnectionIdsResponse()

    async def Chat(self, requests: Any, context: Any) -> None:
        """Acks sends, echoes pings; the texts "goaway", "fail", "internal", "end" and "flood" do as they say."""
        self.metadata = dict(context.invocation_metadata())
        self.entered.set()
        try:
            while (frame := await context.read()) is not grpc.aio.EOF:
                self.frames.append(frame)
                await self._answer(frame, context)
                if frame.send.content in {"goaway", "end"}:
                    return
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    async def _answer(self, frame: Any, context: Any) -> None:
        response = chat_pb2.ChatResponse()
        match frame.WhichOneof("frame"), frame.send.content:
            case "hello", _:
                response.welcome.user_id = str(current().user_id)
            case "send", "fail":
                raise FailedPrecondition("not like this")
            case "send", "internal":
                raise RuntimeError("secret innards")
            case "send", "goaway":
                response.goaway.reason = chat_pb2.GOAWAY_REASON_SLOW_READER
            case "send", "flood":
                response.message.content = "x" * 8000
                for number in range(20_000):
                    self.flood = number
                    await context.write(response)
            case "send", _:
                response.ack.client_message_id = frame.send.client_message_id
                response.ack.sequence = 2**40
            case _:
                response.pong.SetInParent()
        await context.write(response)

    async def _forever(self) -> None:
        self.entered.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


class BehindEveryName(ServiceVerifier):
    """Takes tokens meant for any of the services the sample stands for."""

    def __init__(self, identity: TestIdentity) -> None:
        names = ("profile", "feed", "messaging", "jobs")
        self._verifiers = [ServiceVerifier(name, identity.settings) for name in names]

    def verify(self, token: str) -> str:
        """Return the caller for whichever service the token is meant for."""
        *others, last = self._verifiers
        for verifier in others:
            with contextlib.suppress(TokenInvalid):
                return verifier.verify(token)
        return last.verify(token)


def serve(sample: Sample, identity: TestIdentity, engine: Engine, settings: ServerSettings | None = None) -> RpcServer:
    """A server of the sample behind the concerns of every service."""
    auth = identity.settings
    services = BehindEveryName(identity)
    authenticate = Authenticator(TokenVerifier(identity.keys, auth.issuer), services, Operators(auth))
    adders = (
        add_FeedServiceServicer_to_server,
        add_PostServiceServicer_to_server,
        add_MessagingServiceServicer_to_server,
        add_NotificationServiceServicer_to_server,
        add_ConnectionServiceServicer_to_server,
    )
    servicers = [(add, sample) for add in adders]
    pipeline = standard_pipeline(authenticate, None)
    return RpcServer(settings or ServerSettings(), servicers, pipeline, engine=engine, grace=0.5)
