"""The endorsements table, with the counts and weights that skills have of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Listing, Querier, Transaction, batch, by_column, constant, keyset, statement
from svc_profile.domain.career import Skill
from svc_profile.domain.connection import Pair
from svc_profile.domain.endorsement import RING_PERCENT, Edge, Endorsement
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import blocks, endorsements, skills

_s, _e = skills.c, endorsements.c
_SKILL = (_s.user_id == bindparam("of_user"), _s.id == bindparam("of_skill"))
_OF_SKILL = (_e.user_id == bindparam("of_user"), _e.skill_id == bindparam("of_skill"))
_unblocked = ~_e.endorser_id.in_(
    select(blocks.c.other_id).where(blocks.c.user_id == bindparam("viewer")).scalar_subquery()
)
_LOCK = statement(
    select(_s.id, _s.name, _s.concept_id, _s.endorsement_count, _s.weight).where(*_SKILL).with_for_update()
)
_ADD = statement(
    insert(endorsements)
    .values(
        user_id=bindparam("of_user"),
        skill_id=bindparam("of_skill"),
        endorser_id=bindparam("endorser"),
        weight=bindparam("weight"),
        created_at=bindparam("at"),
    )
    .on_conflict_do_nothing()
)
_DROP = statement(delete(endorsements).where(*_OF_SKILL, _e.endorser_id == bindparam("endorser")))
_DROP_ALL = statement(delete(endorsements).where(*_OF_SKILL))
_between = batch(owner=Uuid(), endorser=Uuid())
_DROP_BETWEEN = statement(
    delete(endorsements)
    .where(_e.user_id == _between.c.owner, _e.endorser_id == _between.c.endorser)
    .returning(_e.user_id, _e.skill_id, _e.endorser_id)
)
_BY = statement(select(_e.skill_id).where(_e.user_id == bindparam("of_user"), _e.endorser_id == bindparam("endorser")))
_THESE = (_s.user_id == any_(bindparam("users", type_=ARRAY(Uuid))), _s.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_locked = select(_s.id).where(*_THESE).order_by(_s.user_id, _s.id).with_for_update().subquery("locked")
_LOCK_ALL = (
    statement(  # gives no rows, so that it travels ahead of the count, which sees what there is once it is locked
        select(func.count()).select_from(_locked).having(func.count() < constant(0)), name="LOCK skills"
    )
)
_of_this = (_e.user_id == _s.user_id, _e.skill_id == _s.id)
_COUNT_AGAIN = statement(
    update(skills)
    .where(*_THESE)
    .values(
        endorsement_count=select(func.count())
        .select_from(endorsements)
        .where(*_of_this)
        .correlate(skills)
        .scalar_subquery(),
        weight=select(func.coalesce(func.sum(_e.weight), constant(0)))
        .where(*_of_this)
        .correlate(skills)
        .scalar_subquery(),
    )
)
_NEWEST = keyset(
    select(_e.endorser_id, _e.created_at, _e.weight).where(*_OF_SKILL, _unblocked),
    _e.created_at.desc(),
    _e.endorser_id.desc(),
)
_COUNT_FOR = statement(select(func.count()).select_from(endorsements).where(*_OF_SKILL, _unblocked))
_some = any_(bindparam("members", type_=ARRAY(Uuid)))
_MOST_NEAR = constant(200)  # endorsers of two members who are looked at for a ring, the latest
_NEAR = statement(
    select(_e.endorser_id)
    .where(_e.user_id == _some, _e.created_at > bindparam("since"))
    .group_by(_e.endorser_id)
    .order_by(func.max(_e.created_at).desc())
    .limit(_MOST_NEAR)
)
_endorsers = any_(bindparam("endorsers", type_=ARRAY(Uuid)))
_AMONG = (_e.user_id == _some, _e.endorser_id == _endorsers, _e.created_at > bindparam("since"))
_EDGES = statement(select(_e.endorser_id, _e.user_id).distinct().where(*_AMONG))
_DISCOUNT = statement(
    update(endorsements)
    .where(*_AMONG, ~_e.in_ring)
    .values(in_ring=constant(True), weight=_e.weight * constant(RING_PERCENT) // constant(100))
    .returning(_e.skill_id)
)


class EndorsementRepository:
    """Loads and saves endorsements; the row of the skill is the lock of what it counts."""

    async def lock_skill(self, tx: Transaction, user_id: UserId, skill_id: UUID) -> Skill | None:
        """A skill, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, of_user=user_id, of_skill=skill_id)
        return Skill(**row) if row else None

    async def add(self, tx: Transaction, user_id: UserId, skill_id: UUID, endorsement: Endorsement) -> bool:
        """Store an endorsement of a locked skill; tells whether it is new."""
        return bool(
            await tx.execute(
                _ADD,
                of_user=user_id,
                of_skill=skill_id,
                endorser=endorsement.endorser,
                weight=endorsement.weight,
                at=endorsement.created_at,
            )
        )

    async def drop(self, tx: Transaction, user_id: UserId, skill_id: UUID, endorser: UserId) -> bool:
        """Remove an endorsement of a locked skill; tells whether there was one."""
        return bool(await tx.execute(_DROP, of_user=user_id, of_skill=skill_id, endorser=endorser))

    def drop_all(self, tx: Transaction, user_id: UserId, skill_id: UUID) -> None:
        """Remove the endorsements of a skill that is removed, with the commit."""
        tx.send(_DROP_ALL, of_user=user_id, of_skill=skill_id)

    async def drop_between(self, tx: Transaction, pairs: Collection[Pair]) -> list[tuple[UserId, UUID, UserId]]:
        """Remove all that two endorse of each other, for each pair; return whose, which skill, by whom."""
        ways = [way for one, other in pairs for way in ((one, other), (other, one))]
        rows = await tx.fetch(_DROP_BETWEEN, **by_column(("owner", "endorser"), ways))
        return [(row[0], row[1], row[2]) for row in rows]

    def count_again(self, tx: Transaction, users: Sequence[UserId], skill_ids: Sequence[UUID]) -> None:
        """Let skills have the number and weight of their endorsements, with the commit."""
        tx.send(_LOCK_ALL, users=list(users), ids=list(skill_ids))
        tx.send(_COUNT_AGAIN, users=list(users), ids=list(skill_ids))

    async def by(self, q: Querier, user_id: UserId, endorser: UserId) -> frozenset[UUID]:
        """The skills of a member that another endorses."""
        return frozenset(UUID(str(row[0])) for row in await q.fetch(_BY, of_user=user_id, endorser=endorser))

    def newest(self, q: Querier, user_id: UserId, skill_id: UUID, viewer: UserId) -> Listing[Endorsement]:
        """The endorsements of a skill by members whom no block hides from a viewer, newest first."""
        return _NEWEST.of(q, lambda row: Endorsement(*row), of_user=user_id, of_skill=skill_id, viewer=viewer)

    async def count_for(self, q: Querier, user_id: UserId, skill_id: UUID, viewer: UserId) -> int:
        """How many those are."""
        return await q.fetch_value(_COUNT_FOR, of_user=user_id, of_skill=skill_id, viewer=viewer)

    async def edges_around(self, tx: Transaction, members: Sequence[UserId], since: datetime) -> list[Edge]:
        """Who endorsed whom lately among some members and those who endorsed them."""
        near = await tx.fetch(_NEAR, members=list(members), since=since)
        everybody = list({*members, *(row[0] for row in near)})
        rows = await tx.fetch(_EDGES, members=everybody, endorsers=everybody, since=since)
        return [(row[0], row[1]) for row in rows]

    async def discount(self, tx: Transaction, members: Sequence[UserId], since: datetime) -> list[UUID]:
        """Let what some members endorsed of each other lately weigh little; return the skills that lost by it."""
        everybody = list(members)
        rows = await tx.fetch(_DISCOUNT, members=everybody, endorsers=everybody, since=since)
        return [row[0] for row in rows]
