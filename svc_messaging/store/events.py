"""Facts as events of the contract, in the outbox of the transaction that makes them true."""

from collections.abc import Iterable

from google.protobuf.message import Message

from guild.events.v1 import messages_pb2
from guild.messaging.v1 import message_pb2
from mesh.contract import timestamp
from mesh.data import Transaction
from svc_messaging.domain.facts import ConversationOpened, ConversationRead, Fact, MessageDeleted, MessageSent
from svc_messaging.domain.ids import UserId


def publish(tx: Transaction, fact: Fact, *, by: UserId) -> None:
    """Tell the other services, if and only if the transaction commits."""
    tx.emit(event(fact), actor=by)


def event(fact: Fact) -> Message:
    """A fact as the contract says it."""
    match fact:
        case ConversationOpened(conversation, creator):
            return messages_pb2.ConversationCreated(
                conversation_id=str(conversation.id),
                kind=message_pb2.ConversationKind.Value(f"CONVERSATION_KIND_{conversation.kind.name}"),
                creator_id=str(creator),
                participant_ids=_texts(conversation.participants),
                created_at=timestamp(conversation.created_at),
            )
        case MessageSent(draft, message):
            others = draft.conversation.others(message.sender_id)
            return messages_pb2.MessageSent(
                message_id=str(message.id),
                conversation_id=str(message.conversation_id),
                sender_id=str(message.sender_id),
                sequence=message.sequence,
                recipient_ids=_texts(user_id for user_id in others if user_id not in draft.hidden_from),
                sent_at=timestamp(message.created_at),
            )
        case MessageDeleted(conversation, message, at):
            return messages_pb2.MessageDeleted(
                message_id=str(message.id),
                conversation_id=str(message.conversation_id),
                sender_id=str(message.sender_id),
                sequence=message.sequence,
                recipient_ids=_texts(conversation.others(message.sender_id)),
                deleted_at=timestamp(at),
            )
        case ConversationRead(conversation_id, reader, up_to, at):
            return messages_pb2.MessageRead(
                conversation_id=str(conversation_id),
                user_id=str(reader),
                up_to_sequence=up_to,
                read_at=timestamp(at),
            )


def _texts(user_ids: Iterable[UserId]) -> list[str]:
    return [str(user_id) for user_id in user_ids]
