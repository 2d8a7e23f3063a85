"""Skills of a profile, and what others say for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from svc_profile.domain.access import Verdict
from svc_profile.domain.career import Position, Skill, SkillNotFound
from svc_profile.domain.connection import NotConnected, Pair
from svc_profile.domain.endorsement import (
    RING_SCORE,
    RING_WITHIN,
    CannotEndorseSelf,
    Endorsement,
    evidence_of,
    ring,
    weigh,
    were_colleagues,
)
from svc_profile.domain.facts import EndorsementRing, SkillEndorsed, SkillUnendorsed
from svc_profile.domain.flags import FlagKind, Subject
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field
from svc_profile.domain.user import User
from svc_profile.store.career import CareerRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.endorsements import EndorsementRepository
from svc_profile.store.events import publish
from svc_profile.usecases.access import Access
from svc_profile.usecases.flags import Flags


@dataclass(frozen=True)
class Endorsements:
    """An endorsement stands as long as the connection of the two does, and is one for each skill and endorser."""

    db: Database
    connections: ConnectionRepository
    career: CareerRepository
    endorsements: EndorsementRepository
    access: Access
    flags: Flags
    pager: Pager
    clock: Clock

    async def endorse(self, me: UserId, user_id: UserId, skill_id: UUID) -> Skill:
        """Endorse a skill of a connection; done before it changes nothing.

        Raises CannotEndorseSelf, UserNotFound, NotConnected, SkillNotFound.
        """
        if me == user_id:
            raise CannotEndorseSelf("your own skills are endorsed by others")

        async def work(tx: Transaction) -> Skill:
            await self.connections.lock(tx, [Pair.of(me, user_id)])  # until then nobody parts them
            verdict = await self.access.must_see(me, user_id, tx)
            if not verdict.connected:
                raise NotConnected(f"only connections endorse skills: ask {user_id} to connect first")
            skill = await self._skill(tx, verdict, skill_id)
            now = self.clock.now()
            endorsement = Endorsement(me, now, await self._weight(tx, me, user_id, skill))
            if not await self.endorsements.add(tx, user_id, skill_id, endorsement):
                return skill
            publish(tx, SkillEndorsed(user_id, me, skill_id, now), by=me)
            await self._find_ring(tx, me, user_id)
            return await self._counted(tx, skill, user_id)

        return await self.db.transact(work)

    async def unendorse(self, me: UserId, user_id: UserId, skill_id: UUID) -> Skill:
        """Take the own endorsement back, if there is one; raises UserNotFound, SkillNotFound."""

        async def work(tx: Transaction) -> Skill:
            skill = await self._skill(tx, await self.access.must_see(me, user_id, tx), skill_id)
            if not await self.endorsements.drop(tx, user_id, skill_id, me):
                return skill
            publish(tx, SkillUnendorsed(user_id, me, skill_id, self.clock.now()), by=me)
            return await self._counted(tx, skill, user_id)

        return await self.db.transact(work)

    async def of_skill(
        self, viewer: UserId, user_id: UserId, skill_id: UUID, token: str, size: int
    ) -> Page[tuple[User, Endorsement]]:
        """Who endorses a skill, newest first; raises UserNotFound, SkillNotFound, PageTokenInvalid."""
        verdict = await self.access.must_see(viewer, user_id)
        there = await self.career.of_member(self.db, Skill, user_id) if verdict.shows(Field.SKILLS) else []
        if skill_id not in {skill.id for skill in there}:
            raise SkillNotFound(Skill.NAME, skill_id)

        async def named(rows: Sequence[Endorsement]) -> list[tuple[User, Endorsement] | None]:
            people = await self.access.visible(viewer, [row.endorser for row in rows])
            return [(people[row.endorser], row) if row.endorser in people else None for row in rows]

        listing = self.endorsements.newest(self.db, user_id, skill_id, viewer).dressed(named)
        total = partial(self.endorsements.count_for, self.db, user_id, skill_id, viewer)
        return await self.pager.page(token, size, f"endorsements/{user_id}/{skill_id}/{viewer}", listing, total=total)

    async def _skill(self, tx: Transaction, verdict: Verdict, skill_id: UUID) -> Skill:
        """A skill that the viewer may see, locked."""
        skill = await self.endorsements.lock_skill(tx, verdict.owner, skill_id)
        if skill is None or not verdict.shows(Field.SKILLS):
            raise SkillNotFound(Skill.NAME, skill_id)
        return skill

    async def _weight(self, tx: Transaction, me: UserId, user_id: UserId, skill: Skill) -> int:
        mine = await self.career.of_member(tx, Position, me)
        theirs = await self.career.of_member(tx, Position, user_id) if mine else []
        skills = await self.career.of_member(tx, Skill, me)
        return weigh(skill, skills, colleagues=were_colleagues(mine, theirs))

    async def _find_ring(self, tx: Transaction, me: UserId, user_id: UserId) -> None:
        """Let the endorsements of a ring, which the newest one may have closed, weigh little, and tell of it."""
        now = self.clock.now()
        since = now - RING_WITHIN
        members = ring(await self.endorsements.edges_around(tx, [me, user_id], since), me, user_id)
        lost = await self.endorsements.discount(tx, members, since) if members else []
        if lost:
            self.endorsements.count_again(tx, members, lost)
            publish(tx, EndorsementRing(me, members, now), by=me)
            await self.flags.suspect(tx, FlagKind.FAKE_ACCOUNT, Subject(me), RING_SCORE, evidence_of(members))

    async def _counted(self, tx: Transaction, skill: Skill, user_id: UserId) -> Skill:
        """A locked skill with its new count."""
        self.endorsements.count_again(tx, [user_id], [skill.id])
        return await self.endorsements.lock_skill(tx, user_id, skill.id) or skill
