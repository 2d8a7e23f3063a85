"""Audience lists, and who is on them: two mirrored rows a membership, so that each side finds it on its own shard."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ARRAY, Uuid, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, constant, keyset, statement
from svc_profile.domain.audience_list import AudienceList
from svc_profile.domain.connection import Pair
from svc_profile.domain.ids import ListId, UserId
from svc_profile.store.dated import Dated
from svc_profile.store.tables import audience_list_members, audience_lists

_l, _m = audience_lists.c, audience_list_members.c
_MINE = _l.user_id == bindparam("me")
_ONE = (_MINE, _l.list_id == bindparam("list_id"))
_FIELDS = (_l.list_id, _l.name, _l.created_at)
_ADD = statement(
    insert(audience_lists).values(
        user_id=bindparam("me"), list_id=bindparam("list_id"), name=bindparam("name"), created_at=bindparam("at")
    )
)
_RENAME = statement(update(audience_lists).where(*_ONE).values(name=bindparam("name")))
_DROP = statement(delete(audience_lists).where(*_ONE))
_LOCK = statement(select(*_FIELDS).where(*_ONE).with_for_update())
_HAS = statement(select(_l.list_id).where(*_ONE))
_COUNT = statement(select(func.count()).select_from(audience_lists).where(_MINE))
_ALL = keyset(select(*_FIELDS).where(_MINE), _l.list_id)

_OWNED = (_m.user_id == bindparam("me"), _m.owned)
_ON = (*_OWNED, _m.list_id == bindparam("list_id"))
_PUT = statement(
    upsert(audience_list_members)
    .values(
        [
            {
                "user_id": bindparam(me),
                "other_id": bindparam(other),
                "list_id": bindparam("list_id"),
                "owned": constant(owned),
                "added_at": bindparam("at"),
            }
            for me, other, owned in (("me", "other", True), ("other", "me", False))
        ]
    )
    .on_conflict_do_nothing(index_elements=[_m.user_id, _m.other_id, _m.list_id])
)
_ROW = (_m.user_id == bindparam("me"), _m.other_id == bindparam("other"))
_TAKE = statement(delete(audience_list_members).where(*_ROW, _m.list_id == bindparam("list_id")))
_PART = statement(delete(audience_list_members).where(*_ROW))
_SINCE = statement(select(_m.added_at).where(*_ROW, _m.list_id == bindparam("list_id")))
_NEWEST = keyset(select(_m.other_id, _m.added_at).where(*_ON), _m.added_at.desc(), _m.other_id.desc())
_IDS = statement(select(_m.other_id).where(*_ON))
_SIZES = statement(
    select(_m.list_id, func.count())
    .where(*_OWNED, _m.list_id == func.any(bindparam("list_ids", type_=ARRAY(Uuid))))
    .group_by(_m.list_id)
)


class AudienceListRepository:
    """Lists are changed under their own lock; who is on them, under that of the connection as well."""

    def add(self, tx: Transaction, me: UserId, made: AudienceList) -> None:
        """Store a new list, with the commit."""
        tx.send(_ADD, me=me, list_id=made.id, name=made.name, at=made.created_at)

    def rename(self, tx: Transaction, me: UserId, changed: AudienceList) -> None:
        """Store the name of a locked list, with the commit."""
        tx.send(_RENAME, me=me, list_id=changed.id, name=changed.name)

    async def lock(self, tx: Transaction, me: UserId, list_id: ListId) -> AudienceList | None:
        """A member's list, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, me=me, list_id=list_id)
        return AudienceList(*row) if row else None

    async def has(self, q: Querier, me: UserId, list_id: ListId) -> bool:
        """Whether a member has a list."""
        return await q.fetch_value(_HAS, me=me, list_id=list_id) is not None

    async def drop(self, tx: Transaction, me: UserId, list_id: ListId) -> None:
        """Remove a locked list, with everybody's place on it."""
        for row in await tx.fetch(_IDS, me=me, list_id=list_id):
            self.take(tx, me, list_id, row[0])
        tx.send(_DROP, me=me, list_id=list_id)

    async def count(self, q: Querier, me: UserId) -> int:
        """How many lists a member has."""
        return await q.fetch_value(_COUNT, me=me)

    def all(self, q: Querier, me: UserId) -> Listing[AudienceList]:
        """A member's lists, the oldest first."""
        return _ALL.of(q, lambda row: AudienceList(*row), me=me)

    async def sizes(self, q: Querier, me: UserId, list_ids: Iterable[ListId]) -> dict[ListId, int]:
        """How many are on each of some lists; those with nobody are left out."""
        return {row[0]: row[1] for row in await q.fetch(_SIZES, me=me, list_ids=list(list_ids))}

    async def since(self, q: Querier, me: UserId, list_id: ListId, other: UserId) -> datetime | None:
        """Since when a member is on a list; None where they are not."""
        return await q.fetch_value(_SINCE, me=me, list_id=list_id, other=other)

    def put(self, tx: Transaction, me: UserId, list_id: ListId, other: UserId, at: datetime) -> None:
        """Put somebody on a list, with the commit."""
        tx.send(_PUT, me=me, list_id=list_id, other=other, at=at)

    def take(self, tx: Transaction, me: UserId, list_id: ListId, other: UserId) -> None:
        """Take somebody off a list, with the commit."""
        pair = Pair.of(me, other)
        for one, two in (pair, pair[::-1]):  # in the order of `part`, so that neither waits for the other in a circle
            tx.send(_TAKE, me=one, list_id=list_id, other=two)

    def part(self, tx: Transaction, pair: Pair) -> None:
        """Take the two off each other's lists, with the commit."""
        for me, other in (pair, pair[::-1]):
            tx.send(_PART, me=me, other=other)

    def newest(self, q: Querier, me: UserId, list_id: ListId) -> Listing[Dated]:
        """Who is on a list and since when, newest first."""
        return _NEWEST.of(q, lambda row: Dated(*row), me=me, list_id=list_id)
