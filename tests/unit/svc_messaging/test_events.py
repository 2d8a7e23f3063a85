"""What the other services hear."""

from datetime import UTC, datetime
from uuid import UUID

from svc_messaging.domain.conversation import Conversation, Kind
from svc_messaging.domain.facts import MessageDeleted, MessageSent
from svc_messaging.domain.ids import ConversationId, MessageId, UserId
from svc_messaging.domain.message import Draft, Message
from svc_messaging.store.events import event

AT = datetime(2026, 1, 1, tzinfo=UTC)
ANN, BOB, CAT = (UserId(UUID(int=number)) for number in (1, 2, 3))
GROUP = Conversation(ConversationId(UUID(int=9)), Kind.GROUP, (ANN, BOB, CAT), AT)
MESSAGE = Message(MessageId(UUID(int=8)), GROUP.id, ANN, 1, "c", "hello", AT)


def test_a_message_is_not_told_to_who_it_is_hidden_from() -> None:
    """Nobody is notified of what they are not shown; that it is gone is told to all."""
    draft = Draft(MESSAGE.id, GROUP, ANN, "c", "hello", hidden_from=frozenset({BOB}))
    assert [str(CAT)] == list(event(MessageSent(draft, MESSAGE)).recipient_ids)
    assert [str(BOB), str(CAT)] == list(event(MessageDeleted(GROUP, MESSAGE, AT)).recipient_ids)
