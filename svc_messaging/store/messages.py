"""The messages table: numbered within their conversation, found again by what their sender called them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, Uuid, bindparam, func, select, update

from mesh.data import Querier, Transaction, batch, batch_insert, by_column, constant, statement
from svc_messaging.domain.ids import ConversationId, MessageId, UserId
from svc_messaging.domain.message import DraftKey, Message
from svc_messaging.store.tables import messages

_m = messages.c
_COLUMNS = ("conversation_id", "sequence", "message_id", "sender_id", "client_message_id", "content", "created_at")
_INSERT = statement(batch_insert(messages, *_COLUMNS))
_HERE = _m.conversation_id == bindparam("conversation_id")

_keys = batch(conversation_id=Uuid(), sender_id=Uuid(), client_message_id=Text())
_SENT_BEFORE = statement(
    select(messages).join_from(
        _keys,
        messages,
        (_m.conversation_id == _keys.c.conversation_id)
        & (_m.sender_id == _keys.c.sender_id)
        & (_m.client_message_id == _keys.c.client_message_id),
    )
)
_places = batch(conversation_id=Uuid(), sequence=_m.sequence.type)
_AT_PLACES = statement(
    select(messages).join_from(
        _places,
        messages,
        (_m.conversation_id == _places.c.conversation_id) & (_m.sequence == _places.c.sequence),
    )
)
_AFTER = statement(
    select(messages)
    .where(_HERE, _m.sequence > bindparam("after"), _m.sequence <= bindparam("up_to"))
    .order_by(_m.sequence)
    .limit(bindparam("size"))
)
_BEFORE = statement(
    select(messages)
    .where(_HERE, _m.sequence < bindparam("before"))
    .order_by(_m.sequence.desc())
    .limit(bindparam("size"))
)
_LOCK_ONE = statement(select(messages).where(_HERE, _m.message_id == bindparam("message_id")).with_for_update())
_ERASE = statement(
    update(messages)
    .where(_m.conversation_id == bindparam("in_conversation"), _m.sequence == bindparam("at_sequence"))
    .values(content=constant(""), deleted_at=bindparam("at"))
)
_UNREAD = statement(
    select(func.count())
    .select_from(messages)
    .where(_HERE, _m.sequence > bindparam("after"), _m.sender_id != bindparam("user_id"))
)

FOREVER = 2**62
"""A sequence no conversation reaches."""


class MessageRepository:
    """Inserts many messages at once, reads them by their place."""

    async def sent_before(self, q: Querier, keys: Sequence[DraftKey]) -> dict[DraftKey, Message]:
        """Those of the drafts that are stored already."""
        names = ("conversation_id", "sender_id", "client_message_id")
        found = [_message(row) for row in await q.fetch(_SENT_BEFORE, **by_column(names, keys))]
        return {(m.conversation_id, m.sender_id, m.client_message_id): m for m in found}

    async def add(self, tx: Transaction, new: Sequence[Message]) -> None:
        """Store new messages."""
        rows = (
            (m.conversation_id, m.sequence, m.id, m.sender_id, m.client_message_id, m.content, m.created_at)
            for m in new
        )
        await tx.execute(_INSERT, **by_column(_COLUMNS, rows))

    async def at(self, q: Querier, places: Sequence[tuple[ConversationId, int]]) -> dict[ConversationId, Message]:
        """The messages at these places, one for each conversation."""
        rows = await q.fetch(_AT_PLACES, **by_column(("conversation_id", "sequence"), places))
        return {row["conversation_id"]: _message(row) for row in rows}

    async def after(
        self, q: Querier, conversation_id: ConversationId, after: int, *, size: int, up_to: int = FOREVER
    ) -> list[Message]:
        """Messages behind a sequence, oldest first."""
        rows = await q.fetch(_AFTER, conversation_id=conversation_id, after=after, up_to=up_to, size=size)
        return [_message(row) for row in rows]

    async def before(self, q: Querier, conversation_id: ConversationId, before: int, *, size: int) -> list[Message]:
        """Messages ahead of a sequence, newest first."""
        rows = await q.fetch(_BEFORE, conversation_id=conversation_id, before=before, size=size)
        return [_message(row) for row in rows]

    async def lock(self, tx: Transaction, conversation_id: ConversationId, message_id: MessageId) -> Message | None:
        """One message, locked."""
        row = await tx.fetch_one(_LOCK_ONE, conversation_id=conversation_id, message_id=message_id)
        return _message(row) if row else None

    async def erase(self, tx: Transaction, message: Message, at: datetime) -> None:
        """Take the text away; the place in the order stays."""
        await tx.execute(_ERASE, in_conversation=message.conversation_id, at_sequence=message.sequence, at=at)

    async def count_unread(self, q: Querier, conversation_id: ConversationId, user_id: UserId, after: int) -> int:
        """How many messages of others come after a sequence."""
        return await q.fetch_value(_UNREAD, conversation_id=conversation_id, user_id=user_id, after=after)


def _message(row: Any) -> Message:
    return Message(
        id=row["message_id"],
        conversation_id=row["conversation_id"],
        sender_id=row["sender_id"],
        sequence=row["sequence"],
        client_message_id=row["client_message_id"],
        content=row["content"],
        created_at=row["created_at"],
        deleted=row["deleted_at"] is not None,
    )
