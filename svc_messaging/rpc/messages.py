"""Between this service's domain and the contract's messages; pure."""

from datetime import datetime
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from guild.messaging.v1 import message_pb2 as pb
from mesh.contract import timestamp
from svc_messaging.domain.conversation import Conversation, Kind
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Message
from svc_messaging.usecases.list_conversations import Listed

_KINDS = {Kind.DIRECT: pb.CONVERSATION_KIND_DIRECT, Kind.GROUP: pb.CONVERSATION_KIND_GROUP}


def moment(at: datetime | None) -> Timestamp | None:
    """A time as the contract carries it."""
    return None if at is None else timestamp(at)


def conversation_id(text: str) -> ConversationId:
    """An id that validation has passed."""
    return ConversationId(UUID(text))


def user_id(text: str) -> UserId:
    """An id that validation has passed."""
    return UserId(UUID(text))


def message(value: Message, *, mine: bool) -> pb.Message:
    """A message; what its sender called it is for the sender only."""
    return pb.Message(
        id=str(value.id),
        conversation_id=str(value.conversation_id),
        sender_id=str(value.sender_id),
        sequence=value.sequence,
        content=value.content,
        created_at=moment(value.created_at),
        state=pb.MESSAGE_STATE_DELETED if value.deleted else pb.MESSAGE_STATE_SENT,
        client_message_id=value.client_message_id if mine else "",
    )


def new_conversation(value: Conversation) -> pb.Conversation:
    """A conversation that nobody has written in yet."""
    return pb.Conversation(
        id=str(value.id),
        participant_ids=[str(member) for member in value.participants],
        kind=_KINDS[value.kind],
        title=value.title,
        created_at=moment(value.created_at),
        updated_at=moment(value.created_at),
    )


def conversation(value: Listed, me: UserId) -> pb.Conversation:
    """A conversation as `me` has it."""
    standing, last = value.standing, value.last_message
    written = new_conversation(standing.conversation)
    written.last_sequence = standing.last_sequence
    written.unread_count = standing.unread_count
    written.last_read_sequence = standing.last_read_sequence
    written.updated_at.CopyFrom(timestamp(standing.last_activity))
    if last is not None:
        written.last_message.CopyFrom(message(last, mine=last.sender_id == me))
    return written
