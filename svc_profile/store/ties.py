"""What lies between two members, read from the rows of the first."""

from collections.abc import Sequence

from sqlalchemy import Uuid, cast, null, select

from mesh.data import Querier, batch, by_column, constant, statement
from svc_profile.domain.access import NOTHING, Between, Tie
from svc_profile.domain.connection import Status
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import audience_list_members, blocks, connections, follows, mutes

_pairs = batch(viewer=Uuid(), owner=Uuid())
_c, _b, _f, _m, _l = connections.c, blocks.c, follows.c, mutes.c, audience_list_members.c
_NO_LIST = cast(null(), Uuid)
_TIES = statement(
    select(_c.user_id, _c.connected_user_id.label("other_id"), constant(Tie.CONNECTED.value).label("tie"), _NO_LIST)
    .where(
        _c.user_id == _pairs.c.viewer,
        _c.connected_user_id == _pairs.c.owner,
        _c.status == constant(Status.ACCEPTED.value),
    )
    .union_all(
        select(_b.user_id, _b.other_id, constant(Tie.BLOCKED.value), _NO_LIST).where(
            _b.user_id == _pairs.c.viewer, _b.other_id == _pairs.c.owner
        ),
        select(_f.user_id, _f.other_id, constant(Tie.FOLLOWING.value), _NO_LIST).where(
            _f.user_id == _pairs.c.viewer, _f.other_id == _pairs.c.owner, _f.outgoing
        ),
        select(_m.user_id, _m.muted_id, constant(Tie.MUTED.value), _NO_LIST).where(
            _m.user_id == _pairs.c.viewer, _m.muted_id == _pairs.c.owner
        ),
        select(_l.user_id, _l.other_id, constant(Tie.NONE.value), _l.list_id).where(
            _l.user_id == _pairs.c.viewer, _l.other_id == _pairs.c.owner, ~_l.owned
        ),
    ),
    name="SELECT ties",
)
_mine, _theirs = connections.alias("mine"), connections.alias("theirs")
_SHARING = statement(
    select(_pairs.c.viewer, _pairs.c.owner).where(
        select(constant(1))
        .where(
            _mine.c.user_id == _pairs.c.viewer,
            _mine.c.status == constant(Status.ACCEPTED.value),
            _mine.c.connected_user_id.in_(
                select(_theirs.c.connected_user_id)
                .where(_theirs.c.user_id == _pairs.c.owner, _theirs.c.status == constant(Status.ACCEPTED.value))
                .scalar_subquery()
            ),
        )
        .exists()
    ),
    name="SELECT sharing",
)


class TieRepository:
    """Reads ties of many pairs at once."""

    async def between(self, q: Querier, pairs: Sequence[tuple[UserId, UserId]]) -> dict[tuple[UserId, UserId], Between]:
        """What lies between pairs; those with nothing are left out."""
        found: dict[tuple[UserId, UserId], Between] = {}
        for viewer, owner, tie, list_id in await q.fetch(_TIES, **by_column(("viewer", "owner"), pairs)):
            known = found.get((viewer, owner), NOTHING)
            lists = known.lists if list_id is None else (*known.lists, list_id)
            found[viewer, owner] = Between(known.tie | Tie(tie), lists)
        return found

    async def sharing(self, q: Querier, pairs: Sequence[tuple[UserId, UserId]]) -> frozenset[tuple[UserId, UserId]]:
        """Those of the pairs who are both connected with somebody."""
        return frozenset((row[0], row[1]) for row in await q.fetch(_SHARING, **by_column(("viewer", "owner"), pairs)))
