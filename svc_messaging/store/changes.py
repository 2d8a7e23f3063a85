"""What changed of messages that members have: a log for each member, with the latest change of each message."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from mesh.data import Querier, Transaction, batch_insert, by_column, constant, statement
from svc_messaging.domain.conversation import Conversation
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.store.tables import change_logs, changes

_l, _e = change_logs.c, changes.c
_numbering = batch_insert(change_logs, "user_id", "last_change")
_NUMBER = statement(
    _numbering.on_conflict_do_update(
        index_elements=[_l.user_id], set_={"last_change": _l.last_change + constant(1)}
    ).returning(_l.user_id, _l.last_change)
)
_COLUMNS = ("user_id", "change", "conversation_id", "sequence")
_logging = batch_insert(changes, *_COLUMNS)
_LOG = statement(
    _logging.on_conflict_do_update(
        index_elements=[_e.user_id, _e.conversation_id, _e.sequence], set_={"change": _logging.excluded.change}
    )
)
_MINE = _e.user_id == bindparam("user_id")
_LAST = statement(select(_l.last_change).where(_l.user_id == bindparam("user_id")))
_BETWEEN = statement(
    select(_e.change, _e.conversation_id, _e.sequence)
    .where(_MINE, _e.change > bindparam("after"), _e.change <= bindparam("up_to"))
    .order_by(_e.change)
    .limit(bindparam("size"))
)


class Change(NamedTuple):
    """One entry: its number, and which message is no longer what it was."""

    number: int
    conversation_id: ConversationId
    sequence: int


class ChangeRepository:
    """The row with a member's last number is locked until the commit: who reads a number can read all before it."""

    async def record(self, tx: Transaction, conversation: Conversation, sequence: int) -> dict[UserId, int]:
        """Log a change for everybody in a conversation; returns its number in the log of each."""
        members = sorted(conversation.participants)
        rows = await tx.fetch(_NUMBER, user_id=members, last_change=[1] * len(members))
        numbers = {row[0]: row[1] for row in rows}
        entries = ((user_id, number, conversation.id, sequence) for user_id, number in numbers.items())
        await tx.execute(_LOG, **by_column(_COLUMNS, entries))
        return numbers

    async def last(self, q: Querier, user_id: UserId) -> int:
        """The number of a member's last change; 0 before the first."""
        return await q.fetch_value(_LAST, user_id=user_id) or 0

    async def between(self, q: Querier, user_id: UserId, after: int, up_to: int, *, size: int) -> Sequence[Change]:
        """A member's changes behind a number, oldest first."""
        rows = await q.fetch(_BETWEEN, user_id=user_id, after=after, up_to=up_to, size=size)
        return [Change(*row) for row in rows]
