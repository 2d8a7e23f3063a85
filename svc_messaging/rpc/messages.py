"""Between this service's domain and the contract's messages; pure."""

from uuid import UUID

from guild.messaging.v1 import message_pb2 as pb
from mesh.contract import timestamp
from mesh.etags import etag
from svc_messaging.domain.conversation import Kind
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Message
from svc_messaging.usecases.conversations import Listed

_KINDS = {Kind.DIRECT: pb.CONVERSATION_KIND_DIRECT, Kind.GROUP: pb.CONVERSATION_KIND_GROUP}


def conversation_id(text: str) -> ConversationId:
    """An id that validation has passed."""
    return ConversationId(UUID(text))


def user_id(text: str) -> UserId:
    """An id that validation has passed."""
    return UserId(UUID(text))


def message(value: Message, reader: UserId) -> pb.Message:
    """A message as `reader` gets it; one that is hidden from them looks like a deleted one of nobody."""
    gone = value.deleted or value.hidden
    state = pb.MESSAGE_STATE_REMOVED if value.removed else pb.MESSAGE_STATE_SENT
    mine = value.sender_id == reader
    return pb.Message(
        id=str(value.id),
        conversation_id=str(value.conversation_id),
        sender_id="" if value.hidden else str(value.sender_id),
        sequence=value.sequence,
        content="" if gone or value.removed else value.content,
        created_at=timestamp(value.created_at),
        state=pb.MESSAGE_STATE_DELETED if gone else state,
        client_message_id=value.client_message_id if mine else "",
    )


def conversation(value: Listed, me: UserId) -> pb.Conversation:
    """A conversation as `me` has it."""
    standing, last = value.standing, value.last_message
    fixed, muted_until = standing.conversation, standing.muted_until
    return pb.Conversation(
        id=str(fixed.id),
        participant_ids=[str(member) for member in fixed.participants],
        kind=_KINDS[fixed.kind],
        title=fixed.title,
        last_sequence=standing.last_sequence,
        last_message=message(last, me) if last else None,
        unread_count=standing.unread_count,
        created_at=timestamp(fixed.created_at),
        updated_at=timestamp(standing.last_activity),
        last_read_sequence=standing.last_read_sequence,
        muted_until=timestamp(muted_until) if muted_until else None,
        etag=etag(standing, last),
    )
