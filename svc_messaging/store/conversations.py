"""The conversations of the store: what never changes of them, their sequences, and the index each member has."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Integer, Uuid, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, batch, batch_insert, by_column, constant, keyset, statement
from svc_messaging.domain.conversation import Conversation, Kind, Pair, Standing
from svc_messaging.domain.ids import ConversationId, UserId
from svc_messaging.store.tables import conversations, direct_conversations, user_conversations

_c, _d, _u = conversations.c, direct_conversations.c, user_conversations.c
_IDS = any_(bindparam("ids", type_=ARRAY(Uuid)))
_USERS = any_(bindparam("user_ids", type_=ARRAY(Uuid)))

_FIXED = (_c.conversation_id, _c.kind, _c.title, _c.participant_ids, _c.created_at)
_FIND_MANY = statement(select(*_FIXED).where(_c.conversation_id == _IDS))
_FIND_DIRECT = statement(select(_d.conversation_id).where(_d.user_lo == bindparam("lo"), _d.user_hi == bindparam("hi")))
_CLAIM_PAIR = statement(
    upsert(direct_conversations)
    .values(user_lo=bindparam("lo"), user_hi=bindparam("hi"), conversation_id=bindparam("conversation_id"))
    .on_conflict_do_nothing()
)
_INSERT = statement(insert(conversations).values({c.name: bindparam(c.name) for c in _FIXED}))
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
_HERE = _u.conversation_id == bindparam("conversation_id")
_STANDING = select(
    _u.conversation_id, _u.last_activity, _u.last_sequence, _u.last_read_sequence, _u.unread_count, _u.muted_until
).where(_MINE)
_LATEST = (_u.last_activity.desc(), _u.conversation_id.desc())
_LISTED = {
    True: keyset(_STANDING.where(_u.unread_count > constant(0)), *_LATEST, rising=True),
    False: keyset(_STANDING, *_LATEST, rising=True),
}
_SOME = statement(_STANDING.where(_u.conversation_id == _IDS))
_PLACE = select(_u.last_read_sequence, _u.last_sequence, _u.unread_count).where(_MINE, _HERE)
_LOCK_PLACE = statement(_PLACE.with_for_update())
_READ = statement(
    update(user_conversations)
    .where(_u.user_id == bindparam("of_user"), _u.conversation_id == bindparam("in_conversation"))
    .values(last_read_sequence=bindparam("up_to"), unread_count=bindparam("unread"))
)
_ONE_LESS = statement(
    update(user_conversations)
    .where(
        _u.user_id == _USERS,
        _u.conversation_id == bindparam("in_conversation"),
        _u.last_read_sequence < bindparam("sequence"),
    )
    .values(unread_count=func.greatest(_u.unread_count - constant(1), constant(0)))
)
_MUTE = statement(
    update(user_conversations)
    .where(_u.user_id == bindparam("of_user"), _u.conversation_id == bindparam("in_conversation"))
    .values(muted_until=bindparam("until"))
)
_MUTING = statement(select(_u.user_id).where(_u.user_id == _USERS, _HERE, _u.muted_until > bindparam("at")))


class Place(NamedTuple):
    """Where a member is in a conversation: how far they have read of how much, and what is left of others."""

    read: int
    last: int
    unread: int


class ConversationRepository:
    """Loads, opens, locks and lists conversations."""

    async def find(self, q: Querier, conversation_id: ConversationId) -> Conversation | None:
        """One conversation."""
        row = await q.fetch_one(_FIND_MANY, ids=[conversation_id])
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

    def listing(self, q: Querier, user_id: UserId, *, unread: bool) -> Listing[Standing]:
        """A member's conversations, latest activity first."""

        async def dress(rows: Sequence[Any]) -> list[Standing | None]:
            return [*await self._standings(q, rows)]

        return Listing(_LISTED[unread], q, {"user_id": user_id}, dress)

    async def latest(self, q: Querier, user_id: UserId, size: int) -> list[Standing]:
        """The first of them."""
        return await self._standings(q, await q.fetch(_LISTED[False].first, user_id=user_id, size=size))

    async def standing(self, q: Querier, user_id: UserId, conversation_id: ConversationId) -> Standing | None:
        """One conversation as a participant has it."""
        found = await self._standings(q, await q.fetch(_SOME, user_id=user_id, ids=[conversation_id]))
        return found[0] if found else None

    async def latest_sequences(self, q: Querier, user_id: UserId, size: int) -> dict[ConversationId, int]:
        """The last sequence of each of a member's conversations, those with the latest activity."""
        rows = await q.fetch(_LISTED[False].first, user_id=user_id, size=size)
        return {row["conversation_id"]: row["last_sequence"] for row in rows}

    async def sequences(self, q: Querier, user_id: UserId, ids: Sequence[ConversationId]) -> dict[ConversationId, int]:
        """The last sequence of each of these conversations that the member is in."""
        rows = await q.fetch(_SOME, user_id=user_id, ids=list(ids))
        return {row["conversation_id"]: row["last_sequence"] for row in rows}

    async def lock_place(self, tx: Transaction, user_id: UserId, conversation_id: ConversationId) -> Place:
        """Where the member is: locked against sends and deletions, which count unread messages up and down."""
        row = await tx.fetch_one(_LOCK_PLACE, user_id=user_id, conversation_id=conversation_id)
        return Place(*row) if row else Place(0, 0, 0)

    async def read_up_to(
        self, tx: Transaction, user_id: UserId, conversation_id: ConversationId, up_to: int, unread: int
    ) -> None:
        """Set how far the member has read, and what is left."""
        await tx.execute(_READ, of_user=user_id, in_conversation=conversation_id, up_to=up_to, unread=unread)

    async def one_unread_less(
        self, tx: Transaction, conversation_id: ConversationId, user_ids: Collection[UserId], sequence: int
    ) -> None:
        """Take a message out of the count of those who had not read it."""
        await tx.execute(_ONE_LESS, user_ids=list(user_ids), in_conversation=conversation_id, sequence=sequence)

    async def mute(self, q: Querier, user_id: UserId, conversation_id: ConversationId, until: datetime | None) -> bool:
        """Set until when the member is told nothing of it; False for who is not in it."""
        return await q.execute(_MUTE, of_user=user_id, in_conversation=conversation_id, until=until) == 1

    async def muting(
        self, q: Querier, conversation_id: ConversationId, user_ids: Collection[UserId], at: datetime
    ) -> set[UserId]:
        """Those of the members who have muted the conversation at a time."""
        rows = await q.fetch(_MUTING, user_ids=list(user_ids), conversation_id=conversation_id, at=at)
        return {row[0] for row in rows}

    async def _standings(self, q: Querier, rows: Sequence[Any]) -> list[Standing]:
        if not rows:
            return []
        ids = [row["conversation_id"] for row in rows]
        fixed = {row["conversation_id"]: _conversation(row) for row in await q.fetch(_FIND_MANY, ids=ids)}
        return [
            Standing(
                fixed[row["conversation_id"]],
                last_sequence=row["last_sequence"],
                last_activity=row["last_activity"],
                last_read_sequence=row["last_read_sequence"],
                unread_count=row["unread_count"],
                muted_until=row["muted_until"],
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
