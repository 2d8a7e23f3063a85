"""What this service tells the others through its outbox, as messages of the contract."""

from datetime import datetime

from guild.events.v1 import messages_pb2
from guild.messaging.v1 import message_pb2
from mesh.contract import timestamp
from svc_messaging.domain.conversation import Conversation, Kind
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.domain.message import Draft, Message

_KINDS = {
    Kind.DIRECT: message_pb2.CONVERSATION_KIND_DIRECT,
    Kind.GROUP: message_pb2.CONVERSATION_KIND_GROUP,
}


def message_sent(draft: Draft, message: Message) -> messages_pb2.MessageSent:
    """A message is stored."""
    return messages_pb2.MessageSent(
        message_id=str(message.id),
        conversation_id=str(message.conversation_id),
        sender_id=str(message.sender_id),
        sequence=message.sequence,
        recipient_ids=[
            str(user_id) for user_id in draft.conversation.others(message.sender_id) if user_id not in draft.hidden_from
        ],
        sent_at=timestamp(message.created_at),
    )


def message_deleted(conversation: Conversation, message: Message, at: datetime) -> messages_pb2.MessageDeleted:
    """The sender took a message's text away."""
    return messages_pb2.MessageDeleted(
        message_id=str(message.id),
        conversation_id=str(message.conversation_id),
        sender_id=str(message.sender_id),
        sequence=message.sequence,
        recipient_ids=[str(user_id) for user_id in conversation.others(message.sender_id)],
        deleted_at=timestamp(at),
    )


def message_read(
    conversation_id: ConversationId, user_id: UserId, up_to: int, at: datetime
) -> messages_pb2.MessageRead:
    """A member read a conversation."""
    return messages_pb2.MessageRead(
        conversation_id=str(conversation_id), user_id=str(user_id), up_to_sequence=up_to, read_at=timestamp(at)
    )


def conversation_created(conversation: Conversation, creator: UserId) -> messages_pb2.ConversationCreated:
    """A conversation began."""
    return messages_pb2.ConversationCreated(
        conversation_id=str(conversation.id),
        kind=_KINDS[conversation.kind],
        creator_id=str(creator),
        participant_ids=[str(user_id) for user_id in conversation.participants],
        created_at=timestamp(conversation.created_at),
    )
