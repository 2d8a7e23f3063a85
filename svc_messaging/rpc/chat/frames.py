"""The frames a server sends, serialised once for all who get them; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from google.protobuf.duration_pb2 import Duration

from guild.messaging.v1 import chat_pb2 as pb
from mesh.errors import Failure
from mesh.rpc.status import encode
from svc_messaging.domain.ids import ConversationId, StreamId, UserId
from svc_messaging.domain.message import Message, Sent
from svc_messaging.domain.notices import (
    MessageNotice,
    PresenceNotice,
    Receipt,
    ReceiptNotice,
    Telling,
    TypingNotice,
)
from svc_messaging.rpc import messages

_RECEIPTS = {Receipt.DELIVERED: pb.RECEIPT_KIND_DELIVERED, Receipt.READ: pb.RECEIPT_KIND_READ}


@dataclass(frozen=True, slots=True)
class Frame:
    """A serialised ChatResponse; one with a `sequence` has its place in the order of its conversation."""

    data: bytes
    conversation_id: ConversationId | None = None
    sequence: int = 0

    @classmethod
    def of(cls, data: bytes) -> "Frame":
        """A frame as another instance sent it; raises DecodeError or ValueError for anything else."""
        response = pb.ChatResponse.FromString(data)
        if response.WhichOneof("frame") != "message":
            return cls(data)
        return cls(data, messages.conversation_id(response.message.conversation_id), response.message.sequence)


def message(value: Message, reader: UserId) -> Frame:
    """A message as `reader` gets it."""
    written = pb.ChatResponse(message=messages.message(value, mine=value.sender_id == reader))
    return Frame(written.SerializeToString(), value.conversation_id, value.sequence)


def told(telling: Telling) -> Iterator[tuple[UserId, Frame]]:
    """What each recipient of a telling gets."""
    match telling.notice:
        case MessageNotice(stored):
            mine = message(stored, stored.sender_id)
            theirs = message(stored, UserId(UUID(int=0)))
            for user_id in telling.recipients:
                yield user_id, mine if user_id == stored.sender_id else theirs
        case notice:
            frame = unordered(notice)
            for user_id in telling.recipients:
                yield user_id, frame


def ack(sent: Sent) -> Frame:
    """The answer to a send."""
    stored = sent.message
    written = pb.ChatAck(
        client_message_id=stored.client_message_id,
        message_id=str(stored.id),
        conversation_id=str(stored.conversation_id),
        sequence=stored.sequence,
        created_at=messages.moment(stored.created_at),
        duplicate=sent.duplicate,
    )
    return _frame(stored.conversation_id, stored.sequence, ack=written)


def refusal(failure: Failure, client_message_id: str | None) -> Frame:
    """The answer to a frame that was refused."""
    return _frame(error=pb.ChatError(client_message_id=client_message_id, status=encode(failure, "")))


def welcome(stream_id: StreamId, user_id: UserId, now: datetime) -> Frame:
    """The stream is open."""
    written = pb.ChatWelcome(session=str(stream_id), server_time=messages.moment(now), user_id=str(user_id))
    return _frame(welcome=written)


def pong(now: datetime) -> Frame:
    """The stream lives."""
    return _frame(pong=pb.ChatPong(server_time=messages.moment(now)))


def goaway(reason: "pb.GoawayReason.ValueType", reconnect_after: float) -> Frame:
    """The stream is about to close."""
    wait = Duration()
    wait.FromMilliseconds(int(reconnect_after * 1000))
    return _frame(goaway=pb.ChatGoaway(reason=reason, reconnect_after=wait))


def unordered(notice: ReceiptNotice | TypingNotice | PresenceNotice) -> Frame:
    """What is told without a place in the order."""
    match notice:
        case ReceiptNotice(conversation_id, user_id, kind, up_to, at):
            receipt = pb.ChatReceipt(
                conversation_id=str(conversation_id),
                user_id=str(user_id),
                kind=_RECEIPTS[kind],
                up_to_sequence=up_to,
                at=messages.moment(at),
            )
            return _frame(receipt=receipt)
        case TypingNotice(conversation_id, user_id):
            return _frame(typing=pb.ChatTypingNotice(conversation_id=str(conversation_id), user_id=str(user_id)))
        case PresenceNotice(user_id, online, last_seen_at):
            presence = pb.ChatPresence(user_id=str(user_id), online=online, last_seen_at=messages.moment(last_seen_at))
            return _frame(presence=presence)
        case _:
            assert_never(notice)


def _frame(conversation_id: ConversationId | None = None, sequence: int = 0, **frame: Any) -> Frame:
    return Frame(pb.ChatResponse(**frame).SerializeToString(), conversation_id, sequence)
