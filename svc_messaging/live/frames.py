"""The frames a server sends, serialised once for all who get them; pure."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from google.protobuf.duration_pb2 import Duration

from guild.messaging.v1 import chat_pb2 as pb
from guild.messaging.v1 import message_pb2
from mesh.contract import timestamp
from mesh.errors import Failure
from mesh.rpc.status import encode
from svc_messaging.domain.ids import CHANGES, ConversationId, StreamId, UserId
from svc_messaging.domain.message import Message, Sent
from svc_messaging.domain.notices import (
    ChangeNotice,
    MessageNotice,
    PresenceNotice,
    Receipt,
    ReceiptNotice,
    Telling,
    TypingNotice,
)

_RECEIPTS = {Receipt.DELIVERED: pb.RECEIPT_KIND_DELIVERED, Receipt.READ: pb.RECEIPT_KIND_READ}
_ANYBODY = UserId(UUID(int=0))

Pack = Callable[[Message, UserId], message_pb2.Message]
"""Writes a message as a reader gets it."""


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
        match response.WhichOneof("frame"):
            case "message":
                return cls(data, ConversationId(UUID(response.message.conversation_id)), response.message.sequence)
            case "changed":
                return cls(data, CHANGES, int(response.changed.change_cursor))
            case _:
                return cls(data)


@dataclass(frozen=True)
class Frames:
    """Those with a message in them."""

    pack: Pack

    def message(self, value: Message, reader: UserId) -> Frame:
        """A message as `reader` gets it."""
        return _frame(value.conversation_id, value.sequence, message=self.pack(value, reader))

    def changed(self, value: Message, reader: UserId, number: int) -> Frame:
        """A message as it is now, with the number of the change in the log of `reader`."""
        written = pb.ChatChanged(message=self.pack(value, reader), change_cursor=str(number))
        return _frame(CHANGES, number, changed=written)

    def told(self, telling: Telling) -> Iterator[tuple[UserId, Frame]]:
        """What each recipient of a telling gets."""
        match telling.notice:
            case MessageNotice(stored, hidden_from):
                mine, theirs = self.message(stored, stored.sender_id), self.message(stored, _ANYBODY)
                place = self.message(dataclasses.replace(stored, hidden=True), _ANYBODY) if hidden_from else theirs
                for user_id in telling.recipients:
                    other = place if user_id in hidden_from else theirs
                    yield user_id, mine if user_id == stored.sender_id else other
            case ChangeNotice(stored, places, hidden_from):
                for user_id in telling.recipients:
                    shown = dataclasses.replace(stored, hidden=user_id in hidden_from)
                    yield user_id, self.changed(shown, user_id, places[user_id])
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
        created_at=timestamp(stored.created_at),
        duplicate=sent.duplicate,
    )
    return _frame(stored.conversation_id, stored.sequence, ack=written)


def refusal(failure: Failure, client_message_id: str | None) -> Frame:
    """The answer to a frame that was refused."""
    return _frame(error=pb.ChatError(client_message_id=client_message_id, status=encode(failure, "")))


def welcome(stream_id: StreamId, user_id: UserId, now: datetime, changes: int) -> Frame:
    """The stream is open."""
    written = pb.ChatWelcome(
        session=str(stream_id), server_time=timestamp(now), user_id=str(user_id), change_cursor=str(changes)
    )
    return _frame(welcome=written)


def pong(now: datetime) -> Frame:
    """The stream lives."""
    return _frame(pong=pb.ChatPong(server_time=timestamp(now)))


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
                at=timestamp(at),
            )
            return _frame(receipt=receipt)
        case TypingNotice(conversation_id, user_id):
            return _frame(typing=pb.ChatTypingNotice(conversation_id=str(conversation_id), user_id=str(user_id)))
        case PresenceNotice(user_id, online, last_seen_at):
            seen = timestamp(last_seen_at) if last_seen_at else None
            return _frame(presence=pb.ChatPresence(user_id=str(user_id), online=online, last_seen_at=seen))
        case _:
            assert_never(notice)


def _frame(conversation_id: ConversationId | None = None, sequence: int = 0, **frame: Any) -> Frame:
    return Frame(pb.ChatResponse(**frame).SerializeToString(), conversation_id, sequence)
