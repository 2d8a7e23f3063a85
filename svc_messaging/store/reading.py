"""How far each participant has read."""

from sqlalchemy import bindparam, select, update

from mesh.data import Transaction, statement
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.store.tables import conversations, participants, user_conversations

_c, _p, _u = conversations.c, participants.c, user_conversations.c
_LOCK = statement(
    select(_u.unread_count)
    .where(_u.user_id == bindparam("user_id"), _u.conversation_id == bindparam("conversation_id"))
    .with_for_update()
)
_WHERE = statement(
    select(_p.last_read_sequence, _c.last_sequence)
    .join_from(participants, conversations, _p.conversation_id == _c.conversation_id)
    .where(_p.conversation_id == bindparam("conversation_id"), _p.user_id == bindparam("user_id"))
)
_ADVANCE = statement(
    update(participants)
    .where(_p.conversation_id == bindparam("in_conversation"), _p.user_id == bindparam("of_user"))
    .values(last_read_sequence=bindparam("up_to"))
)
_SET_UNREAD = statement(
    update(user_conversations)
    .where(_u.user_id == bindparam("of_user"), _u.conversation_id == bindparam("in_conversation"))
    .values(unread_count=bindparam("unread"))
)


class ReadingRepository:
    """The lock on a member's index entry keeps sends, which count unread messages up, apart from reads."""

    async def lock(self, tx: Transaction, user_id: UserId, conversation_id: ConversationId) -> int | None:
        """Lock the member's entry; returns the unread count, None for who is not in the conversation."""
        return await tx.fetch_value(_LOCK, user_id=user_id, conversation_id=conversation_id)

    async def place(self, tx: Transaction, user_id: UserId, conversation_id: ConversationId) -> tuple[int, int]:
        """How far the member has read, and the last sequence there is."""
        row = await tx.fetch_one(_WHERE, user_id=user_id, conversation_id=conversation_id)
        return (row[0], row[1]) if row else (0, 0)

    async def advance(
        self, tx: Transaction, user_id: UserId, conversation_id: ConversationId, up_to: int, unread: int
    ) -> None:
        """Set how far the member has read, and what is left."""
        await tx.execute(_ADVANCE, of_user=user_id, in_conversation=conversation_id, up_to=up_to)
        await tx.execute(_SET_UNREAD, of_user=user_id, in_conversation=conversation_id, unread=unread)
