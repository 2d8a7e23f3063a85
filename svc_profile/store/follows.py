"""The follows table: two mirrored rows a follow, so that each side's list is read from rows of its own."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, constant, keyset, statement
from svc_profile.domain.connection import Pair, Status
from svc_profile.domain.ids import UserId
from svc_profile.store.dated import Dated
from svc_profile.store.tables import blocks, connections, follows

_f = follows.c
_KEY = (_f.user_id, _f.other_id, _f.outgoing)
_BETWEEN = (_f.user_id == bindparam("me"), _f.other_id == bindparam("other"))
_ROW = (*_BETWEEN, _f.outgoing == bindparam("outgoing"))


def _rows(*ways: tuple[str, str, bool], chosen: bool) -> list[dict[str, object]]:
    return [
        {
            "user_id": bindparam(me),
            "other_id": bindparam(other),
            "outgoing": constant(outgoing),
            "chosen": constant(chosen),
            "followed_at": bindparam("at"),
        }
        for me, other, outgoing in ways
    ]


_both_ways = [(me, other, outgoing) for me, other in (("lo", "hi"), ("hi", "lo")) for outgoing in (False, True)]
_CONNECT = statement(
    upsert(follows).values(_rows(*_both_ways, chosen=False)).on_conflict_do_nothing(index_elements=_KEY)
)
_PART = statement(delete(follows).where(*_BETWEEN, ~_f.chosen))
_SEVER = statement(delete(follows).where(*_BETWEEN))
_CHOOSE = statement(
    upsert(follows)
    .values(_rows(("me", "other", True), ("other", "me", False), chosen=True))
    .on_conflict_do_update(index_elements=_KEY, set_={"chosen": constant(value=True)})
)
_FIND = statement(select(_f.followed_at, _f.chosen).where(*_ROW))
_DROP = statement(delete(follows).where(*_ROW))

_OF = (_f.user_id == bindparam("user_id"), _f.outgoing == bindparam("outgoing"))
_unblocked = ~_f.other_id.in_(
    select(blocks.c.other_id).where(blocks.c.user_id == bindparam("viewer")).scalar_subquery()
)
_NEWEST = keyset(
    select(_f.other_id, _f.followed_at).where(*_OF, _unblocked),
    _f.followed_at.desc(),
    _f.other_id.desc(),
    name="SELECT follows",
)
_COUNT = statement(select(func.count()).select_from(follows).where(*_OF, _unblocked))
_connected = and_(
    connections.c.user_id == _f.user_id,
    connections.c.connected_user_id == _f.other_id,
    connections.c.status == constant(Status.ACCEPTED.value),
)
_IDS = keyset(select(_f.other_id).where(*_OF), _f.other_id, chunk=1000, name="stream followers")
_CONNECTED_IDS = keyset(
    select(_f.other_id).select_from(follows.join(connections, _connected)).where(*_OF),
    _f.other_id,
    chunk=1000,
    name="stream connected followers",
)
_FOLLOWED = keyset(
    select(_f.other_id, connections.c.user_id.is_not(None).label("connected"))
    .select_from(follows.outerjoin(connections, _connected))
    .where(*_OF),
    _f.other_id,
    chunk=1000,
    name="stream followed",
)


class Follow(NamedTuple):
    """A follow as it is found."""

    since: datetime
    chosen: bool
    """Whether the follower asked for it, rather than connected."""


class FollowedMember(NamedTuple):
    """Whom a member follows."""

    user_id: UserId
    connected: bool
    """Whether the two are connected, too."""


class FollowRepository:
    """Follows between two members are changed under the lock of their connection."""

    def connect(self, tx: Transaction, pair: Pair, at: datetime) -> None:
        """Let the two follow each other, with the commit; who does already goes on doing so."""
        tx.send(_CONNECT, lo=pair.lo, hi=pair.hi, at=at)

    def part(self, tx: Transaction, pair: Pair) -> None:
        """End, with the commit, the follows of the two that neither chose."""
        for me, other in (pair, pair[::-1]):
            tx.send(_PART, me=me, other=other)

    def sever(self, tx: Transaction, pair: Pair) -> None:
        """End, with the commit, every follow of the two."""
        for me, other in (pair, pair[::-1]):
            tx.send(_SEVER, me=me, other=other)

    async def find(self, q: Querier, me: UserId, other: UserId) -> Follow | None:
        """How one follows another."""
        row = await q.fetch_one(_FIND, me=me, other=other, outgoing=True)
        return Follow(*row) if row else None

    def choose(self, tx: Transaction, me: UserId, other: UserId, at: datetime) -> None:
        """Follow, with the commit; a follow there is keeps the time it began at."""
        tx.send(_CHOOSE, me=me, other=other, at=at)

    def drop(self, tx: Transaction, me: UserId, other: UserId) -> None:
        """Follow no longer, with the commit."""
        tx.send(_DROP, me=me, other=other, outgoing=True)
        tx.send(_DROP, me=other, other=me, outgoing=False)

    def newest(self, q: Querier, user_id: UserId, viewer: UserId, *, outgoing: bool) -> Listing[Dated]:
        """Whom a member follows, or who follows them, without those whom a block hides from a viewer; newest first."""
        return _NEWEST.of(q, lambda row: Dated(*row), user_id=user_id, viewer=viewer, outgoing=outgoing)

    async def count(self, q: Querier, user_id: UserId, viewer: UserId, *, outgoing: bool) -> int:
        """How many they are."""
        return await q.fetch_value(_COUNT, user_id=user_id, viewer=viewer, outgoing=outgoing)

    def follower_ids(self, q: Querier, user_id: UserId, *, connected_only: bool) -> Listing[UserId]:
        """All who follow a member, or those of them who are connected with them, in the order of ids."""
        ids = _CONNECTED_IDS if connected_only else _IDS
        return ids.of(q, lambda row: row[0], user_id=user_id, outgoing=False)

    def followed(self, q: Querier, user_id: UserId) -> Listing[FollowedMember]:
        """All whom a member follows, in the order of ids."""
        return _FOLLOWED.of(q, lambda row: FollowedMember(*row), user_id=user_id, outgoing=True)
