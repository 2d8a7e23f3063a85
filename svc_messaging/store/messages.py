"""The messages table: numbered within their conversation, found again by what their sender called them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, Uuid, bindparam, exists, func, or_, select, update

from mesh.data import Listing, Querier, Transaction, batch, batch_insert, by_column, constant, keyset, statement
from svc_messaging.domain.ids import ConversationId, MessageId, UserId
from svc_messaging.domain.message import Draft, DraftKey, Message
from svc_messaging.store.tables import hidden_messages, messages

Where = tuple[ConversationId, int]
"""A conversation and a place in it."""

_m, _h = messages.c, hidden_messages.c
_COLUMNS = ("conversation_id", "sequence", "message_id", "sender_id", "client_message_id", "content", "created_at")
_INSERT = statement(batch_insert(messages, *_COLUMNS))
_HIDDEN = ("conversation_id", "sequence", "user_id")
_HIDE = statement(batch_insert(hidden_messages, *_HIDDEN))
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
_is_hidden = exists().where(
    _h.conversation_id == _m.conversation_id, _h.sequence == _m.sequence, _h.user_id == bindparam("reader")
)
_SHOWN = select(messages, _is_hidden.label("hidden"))
_places = batch(conversation_id=Uuid(), sequence=_m.sequence.type)
_AT_PLACES = statement(
    _SHOWN.join_from(
        _places,
        messages,
        (_m.conversation_id == _places.c.conversation_id) & (_m.sequence == _places.c.sequence),
    )
)
_FORWARDS = keyset(_SHOWN.where(_HERE, _m.sequence > bindparam("since")), _m.sequence)
_BACKWARDS = keyset(_SHOWN.where(_HERE), _m.sequence.desc())
_BETWEEN = statement(
    _SHOWN.where(_HERE, _m.sequence > bindparam("after"), _m.sequence <= bindparam("up_to"))
    .order_by(_m.sequence)
    .limit(bindparam("size"))
)
_LOCK_ONE = statement(select(messages).where(_HERE, _m.message_id == bindparam("message_id")).with_for_update())
_ONE = statement(_SHOWN.where(_HERE, _m.message_id == bindparam("message_id")))
_ERASE = statement(
    update(messages)
    .where(_m.conversation_id == bindparam("in_conversation"), _m.sequence == bindparam("at_sequence"))
    .values(content=constant(""), deleted_at=bindparam("at"))
)
_MODERATE = statement(
    update(messages)
    .where(
        _m.conversation_id == bindparam("in_conversation"),
        _m.sequence == bindparam("at_sequence"),
        or_(_m.moderated_at.is_(None), _m.moderated_at < bindparam("at")),
    )
    .values(removed=bindparam("removed"), moderated_at=bindparam("at"))
)
_HIDDEN_FROM = statement(
    select(_h.user_id).where(_h.conversation_id == bindparam("conversation_id"), _h.sequence == bindparam("sequence"))
)
_UNREAD = statement(
    select(func.count())
    .select_from(messages)
    .where(
        _HERE,
        _m.sequence > bindparam("after"),
        _m.sender_id != bindparam("reader"),
        _m.deleted_at.is_(None),
        ~_m.removed,
        ~_is_hidden,
    )
)


class MessageRepository:
    """Inserts many messages at once, reads them by their place as their reader may see them."""

    async def sent_before(self, q: Querier, keys: Sequence[DraftKey]) -> dict[DraftKey, Message]:
        """Those of the drafts that are stored already."""
        names = ("conversation_id", "sender_id", "client_message_id")
        found = [_message(row) for row in await q.fetch(_SENT_BEFORE, **by_column(names, keys))]
        return {(m.conversation_id, m.sender_id, m.client_message_id): m for m in found}

    async def add(self, tx: Transaction, new: Sequence[tuple[Draft, Message]]) -> None:
        """Store new messages."""
        rows = (
            (m.conversation_id, m.sequence, m.id, m.sender_id, m.client_message_id, m.content, m.created_at)
            for _, m in new
        )
        await tx.execute(_INSERT, **by_column(_COLUMNS, rows))
        hidden = [(m.conversation_id, m.sequence, user_id) for draft, m in new for user_id in draft.hidden_from]
        if hidden:
            await tx.execute(_HIDE, **by_column(_HIDDEN, hidden))

    async def at(self, q: Querier, reader: UserId, places: Sequence[Where]) -> dict[Where, Message]:
        """The messages at these places."""
        rows = await q.fetch(_AT_PLACES, reader=reader, **by_column(("conversation_id", "sequence"), places))
        return {(row["conversation_id"], row["sequence"]): _message(row) for row in rows}

    async def between(
        self, q: Querier, reader: UserId, conversation_id: ConversationId, after: int, up_to: int, *, size: int
    ) -> list[Message]:
        """Messages behind a sequence, oldest first."""
        here = {"conversation_id": conversation_id, "reader": reader}
        return [_message(row) for row in await q.fetch(_BETWEEN, **here, after=after, up_to=up_to, size=size)]

    def listing(
        self, q: Querier, reader: UserId, conversation_id: ConversationId, since: int | None
    ) -> Listing[Message]:
        """Newest first, or oldest first behind a sequence."""
        if since is None:
            return _BACKWARDS.of(q, _message, reader=reader, conversation_id=conversation_id)
        return _FORWARDS.of(q, _message, reader=reader, conversation_id=conversation_id, since=since)

    async def find(
        self, q: Querier, reader: UserId, conversation_id: ConversationId, message_id: MessageId
    ) -> Message | None:
        """One message as its reader may see it."""
        row = await q.fetch_one(_ONE, reader=reader, conversation_id=conversation_id, message_id=message_id)
        return _message(row) if row else None

    async def lock(self, tx: Transaction, conversation_id: ConversationId, message_id: MessageId) -> Message | None:
        """One message, locked."""
        row = await tx.fetch_one(_LOCK_ONE, conversation_id=conversation_id, message_id=message_id)
        return _message(row) if row else None

    async def erase(self, tx: Transaction, message: Message, at: datetime) -> None:
        """Take the text away; the place in the order stays."""
        await tx.execute(_ERASE, in_conversation=message.conversation_id, at_sequence=message.sequence, at=at)

    async def moderate(self, tx: Transaction, message: Message, *, removed: bool, at: datetime) -> bool:
        """Take a text down or show it again, as decided at `at`; False when a later decision holds."""
        place = {"in_conversation": message.conversation_id, "at_sequence": message.sequence}
        return await tx.execute(_MODERATE, **place, removed=removed, at=at) == 1

    async def hidden_from(self, q: Querier, message: Message) -> frozenset[UserId]:
        """Those who are shown nothing but the place of a message."""
        rows = await q.fetch(_HIDDEN_FROM, conversation_id=message.conversation_id, sequence=message.sequence)
        return frozenset(row[0] for row in rows)

    async def count_unread(self, q: Querier, reader: UserId, conversation_id: ConversationId, after: int) -> int:
        """How many messages of others, with something in them to read, come after a sequence."""
        return await q.fetch_value(_UNREAD, conversation_id=conversation_id, reader=reader, after=after)


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
        removed=row["removed"],
        hidden=row.get("hidden", False),
    )
