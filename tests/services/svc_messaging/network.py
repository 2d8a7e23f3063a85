"""One instance of messaging beside a profile service that decides about people as a test tells it to."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from google.rpc import error_details_pb2
from redis.asyncio import Redis

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1 import message_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from mesh.ids import uuid7
from mesh.testing import TestIdentity
from mesh.testing.identity import SignedIn


class Relation(Enum):
    """What lies between two members: whether they know of each other, are connected, may write."""

    FIRST = (True, True, True)
    SECOND = (True, False, False)
    OPEN = (True, False, True)
    """Strangers who take messages from everybody."""
    BLOCKED = (False, False, False)
    RESTRICTED = (False, False, False, "restricted")
    """One of them is hidden by an operator: to messaging it is as a block is."""


class Decisions(ConnectionServiceServicer):
    """Answers CheckAccess, in another order than it was asked in."""

    def __init__(self) -> None:
        self.between: dict[frozenset[UUID], Relation] = {}
        self.calls: list[Any] = []
        self.silent = False

    async def CheckAccess(self, request: graph.CheckAccessRequest, context: Any) -> graph.CheckAccessResponse:
        self.calls.append(dict(context.invocation_metadata()))
        if self.silent:
            raise RuntimeError("no answer")
        verdicts = [
            self._verdict(UUID(question.viewer_id), UUID(owner))
            for question in request.questions
            for owner in question.owner_ids
        ]
        return graph.CheckAccessResponse(verdicts=sorted(verdicts, key=lambda verdict: verdict.owner_id, reverse=True))

    def _verdict(self, viewer: UUID, owner: UUID) -> graph.AccessVerdict:
        known, connected, may_message = self.between.get(frozenset((viewer, owner)), Relation.SECOND).value[:3]
        return graph.AccessVerdict(
            viewer_id=str(viewer),
            owner_id=str(owner),
            may_see_profile=known,
            connected=connected,
            may_message=may_message,
        )


@dataclass(frozen=True)
class Network:
    """Members, what lies between them, and the service they write with."""

    running: Any
    decisions: Decisions
    identity: TestIdentity
    redis: Redis
    members: list[SignedIn] = field(default_factory=list)

    @property
    def stub(self) -> Any:
        return MessagingServiceStub(self.running.channel)

    def part(self, name: str) -> Any:
        return next(found for found in self.running.app.parts if found.name == name)

    def member(self) -> SignedIn:
        return self.identity.sign_in()

    def relate(self, one: SignedIn, other: SignedIn, relation: Relation) -> None:
        self.decisions.between[frozenset((one.user_id, other.user_id))] = relation

    def friends(self, count: int = 2) -> list[SignedIn]:
        """Members who are all connected with each other."""
        members = [self.member() for _ in range(count)]
        for one in members:
            for other in members:
                if one is not other:
                    self.relate(one, other, Relation.FIRST)
        return members

    async def send(self, sender: SignedIn, content: str = "hello", **target: str) -> message_pb2.Message:
        request = pb.SendMessageRequest(client_message_id=str(uuid7()), content=content, **target)
        return (await self.stub.SendMessage(request, metadata=sender.metadata)).message

    async def group(self, creator: SignedIn, *others: SignedIn) -> message_pb2.Conversation:
        request = pb.CreateConversationRequest(participant_ids=[str(o.user_id) for o in others], title="us")
        return (await self.stub.CreateConversation(request, metadata=creator.metadata)).conversation

    async def standing(self, member: SignedIn, conversation_id: str) -> message_pb2.Conversation:
        request = pb.GetConversationRequest(conversation_id=conversation_id)
        return (await self.stub.GetConversation(request, metadata=member.metadata)).conversation

    async def listed(self, reader: SignedIn, conversation_id: str) -> list[message_pb2.Message]:
        request = pb.ListMessagesRequest(conversation_id=conversation_id, after_sequence=0)
        return list((await self.stub.ListMessages(request, metadata=reader.metadata)).messages)

    async def empty(self, bucket: str, member: SignedIn) -> None:
        """Leave nothing in a bucket."""
        seconds, micros = await self.redis.time()
        state = {"tokens": -1000, "at": seconds * 1_000_000 + micros}
        await self.redis.hset(f"mesh:limit:{bucket}:{member.user_id}", mapping=state)


async def settled(client: Any) -> list[chat.ChatResponse]:
    """What a stream wrote up to the answer to a ping: everything that its frames before it caused."""
    await client.write(ping=chat.ChatPing())
    seen: list[chat.ChatResponse] = []
    while (frame := await client.raw()).WhichOneof("frame") != "pong":
        seen.append(frame)
    return seen


def kinds(frames: list[chat.ChatResponse]) -> list[str | None]:
    return [frame.WhichOneof("frame") for frame in frames]


def reason(error: chat.ChatError) -> str:
    info = error_details_pb2.ErrorInfo()
    assert error.status.details[0].Unpack(info)
    return info.reason
