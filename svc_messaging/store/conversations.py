"""The conversations of the store: what never changes of them, their sequences, and the index each member has."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Integer, Uuid, any_, bindparam, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Querier, Transaction, batch, batch_insert, by_column, constant, statement
from svc_messaging.domain.conversation import Conversation, Kind, Pair, Standing
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.store.tables import conversations, direct_conversations, participants, user_conversations

_c, _p, _d, _u = conversations.c, participants.c, direct_conversations.c, user_conversations.c
_IDS = any_(bindparam("ids", type_=ARRAY(Uuid)))

_FIXED = (_c.conversation_id, _c.kind, _c.title, _c.participant_ids, _c.created_at)
_FIND = statement(select(*_FIXED).where(_c.conversation_id == bindparam("conversation_id")))
_FIND_MANY = statement(select(*_FIXED).where(_c.conversation_id == _IDS))
_FIND_DIRECT = statement(select(_d.conversation_id).where(_d.user_lo == bindparam("lo"), _d.user_hi == bindparam("hi")))
_CLAIM_PAIR = statement(
    upsert(direct_conversations)
    .values(user_lo=bindparam("lo"), user_hi=bindparam("hi"), conversation_id=bindparam("conversation_id"))
    .on_conflict_do_nothing()
)
_INSERT = statement(insert(conversations).values({c.name: bindparam(c.name) for c in _FIXED}))
_JOIN = statement(batch_insert(participants, "conversation_id", "user_id", "joined_at"))
_INDEX = statement(batch_insert(user_conversations, "user_id", "conversation_id", "last_activity"))

_LOCK = statement(
    select(_c.conversation_id, _c.last_sequence)
    .where(_c.conversation_id == _IDS)
    .order_by(_c.conversation_id)
    .with_for_update()
)
_new = batch(conversation_id=_c.conversation_id.type, sequence=_c.last_sequence.type)
_ADVANCE = statement(
    update(conversations).where(_c.conversation_id == _new.c.conversation_id).values(last_sequence=_new.c.sequence)
)
_moved = batch(user_id=Uuid(), conversation_id=Uuid(), sequence=_u.last_sequence.type, unread=Integer())
_TOUCH = statement(
    update(user_conversations)
    .where(_u.user_id == _moved.c.user_id, _u.conversation_id == _moved.c.conversation_id)
    .values(
        last_activity=func.greatest(_u.last_activity, bindparam("at", type_=_c.created_at.type)),
        last_sequence=_moved.c.sequence,
        unread_count=_u.unread_count + _moved.c.unread,
    )
)

_MINE = _u.user_id == bindparam("user_id")
_INDEXED = (_u.conversation_id, _u.last_activity, _u.last_sequence, _u.unread_count)
_LATEST = select(*_INDEXED).where(_MINE).order_by(_u.last_activity.desc(), _u.conversation_id.desc())
_BEHIND = tuple_(_u.last_activity, _u.conversation_id) < tuple_(bindparam("after_at"), bindparam("after_id"))
_WHICH = {True: _LATEST.where(_u.unread_count > constant(0)), False: _LATEST}
_FIRST_PAGE = {unread: statement(query.limit(bindparam("size"))) for unread, query in _WHICH.items()}
_NEXT_PAGE = {unread: statement(query.where(_BEHIND).limit(bindparam("size"))) for unread, query in _WHICH.items()}
_ONE = statement(select(*_INDEXED).where(_MINE, _u.conversation_id == bindparam("conversation_id")))
_READ_UP_TO = statement(
    select(_p.conversation_id, _p.last_read_sequence).where(
        _p.conversation_id == _IDS, _p.user_id == bindparam("user_id")
    )
)
_SEQUENCES = statement(
    select(_p.conversation_id, _c.last_sequence)
    .join_from(participants, conversations, _p.conversation_id == _c.conversation_id)
    .where(_p.conversation_id == _IDS, _p.user_id == bindparam("user_id"))
)


class ConversationRepository:
    """Loads, opens, locks and lists conversations."""

    async def find(self, q: Querier, conversation_id: ConversationId) -> Conversation | None:
        """One conversation."""
        row = await q.fetch_one(_FIND, conversation_id=conversation_id)
        return _conversation(row) if row else None

    async def find_direct(self, q: Querier, pair: Pair) -> ConversationId | None:
        """The id of a pair's conversation."""
        return await q.fetch_value(_FIND_DIRECT, lo=pair.lo, hi=pair.hi)

    async def claim(self, tx: Transaction, pair: Pair, conversation_id: ConversationId) -> bool:
        """Make it the pair's conversation; False, after the other's commit, when somebody else opened one first."""
        return await tx.execute(_CLAIM_PAIR, lo=pair.lo, hi=pair.hi, conversation_id=conversation_id) == 1

    async def add(self, tx: Transaction, conversation: Conversation) -> None:
        """Store a new conversation for all its participants."""
        members, at = list(conversation.participants), conversation.created_at
        await tx.execute(
            _INSERT,
            conversation_id=conversation.id,
            kind=conversation.kind.value,
            title=conversation.title,
            participant_ids=members,
            created_at=at,
        )
        ids, moments = [conversation.id] * len(members), [at] * len(members)
        await tx.execute(_JOIN, conversation_id=ids, user_id=members, joined_at=moments)
        await tx.execute(_INDEX, user_id=members, conversation_id=ids, last_activity=moments)

    async def lock(self, tx: Transaction, ids: Sequence[ConversationId]) -> dict[ConversationId, int]:
        """Lock conversations in id order; returns the last sequence of each that exists."""
        return {row[0]: row[1] for row in await tx.fetch(_LOCK, ids=list(ids))}

    async def advance(
        self,
        tx: Transaction,
        sequences: Mapping[ConversationId, int],
        unread: Mapping[tuple[UserId, ConversationId], int],
        at: datetime,
    ) -> None:
        """Set the last sequences of locked conversations; move them up in the index of every participant."""
        await tx.execute(_ADVANCE, conversation_id=list(sequences), sequence=list(sequences.values()))
        rows = ((user_id, id_, sequences[id_], count) for (user_id, id_), count in unread.items())
        await tx.execute(_TOUCH, at=at, **by_column(("user_id", "conversation_id", "sequence", "unread"), rows))

    async def page(
        self, q: Querier, user_id: UserId, *, unread: bool, size: int, after: tuple[datetime, ConversationId] | None
    ) -> list[Standing]:
        """A member's conversations, latest activity first, behind the cursor `after`."""
        if after is None:
            rows = await q.fetch(_FIRST_PAGE[unread], user_id=user_id, size=size)
        else:
            rows = await q.fetch(_NEXT_PAGE[unread], user_id=user_id, size=size, after_at=after[0], after_id=after[1])
        return await self._standings(q, user_id, rows)

    async def standing(self, q: Querier, user_id: UserId, conversation_id: ConversationId) -> Standing | None:
        """One conversation as a participant has it."""
        rows = await q.fetch(_ONE, user_id=user_id, conversation_id=conversation_id)
        found = await self._standings(q, user_id, rows)
        return found[0] if found else None

    async def latest_sequences(self, q: Querier, user_id: UserId, size: int) -> dict[ConversationId, int]:
        """The last sequence of each of a member's conversations, those with the latest activity."""
        rows = await q.fetch(_FIRST_PAGE[False], user_id=user_id, size=size)
        return {row["conversation_id"]: row["last_sequence"] for row in rows}

    async def sequences(self, q: Querier, user_id: UserId, ids: Sequence[ConversationId]) -> dict[ConversationId, int]:
        """The last sequence of each of these conversations that the member is in."""
        return {row[0]: row[1] for row in await q.fetch(_SEQUENCES, user_id=user_id, ids=list(ids))}

    async def _standings(self, q: Querier, user_id: UserId, rows: Sequence[Any]) -> list[Standing]:
        if not rows:
            return []
        ids = [row["conversation_id"] for row in rows]
        fixed = {row["conversation_id"]: _conversation(row) for row in await q.fetch(_FIND_MANY, ids=ids)}
        read = {row[0]: row[1] for row in await q.fetch(_READ_UP_TO, ids=ids, user_id=user_id)}
        return [
            Standing(
                fixed[row["conversation_id"]],
                last_sequence=row["last_sequence"],
                last_activity=row["last_activity"],
                last_read_sequence=read[row["conversation_id"]],
                unread_count=row["unread_count"],
            )
            for row in rows
        ]


def _conversation(row: Any) -> Conversation:
    return Conversation(
        id=row["conversation_id"],
        kind=Kind(row["kind"]),
        participants=tuple(row["participant_ids"]),
        created_at=row["created_at"],
        title=row["title"],
    )
