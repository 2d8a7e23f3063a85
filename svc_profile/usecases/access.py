"""Ask the policy who may see what of whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Querier
from mesh.errors import InvalidArgument
from svc_profile.domain.access import NOTHING, Member, Tie, Verdict, depends_on_sharing, verdict
from svc_profile.domain.audience import Closeness
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.dated import Dated
from svc_profile.store.ties import TieRepository
from svc_profile.store.users import UserRepository

MOST_PAIRS = 1_000
"""Of one CheckAccess, over all its questions; the contract's rules bound each question alone."""

NOBODY = UserId(UUID(int=0))
"""The viewer whom a preview makes up."""


@dataclass(frozen=True)
class Access:
    """Reads each viewer's own rows on the primary: what ended is gone with the next check.

    Members who are not there for the viewer cost the same two statements whatever the reason is, a block or that there
    is no such member.
    """

    db: Database
    users: UserRepository
    ties: TieRepository
    clock: Clock

    async def verdicts(
        self, pairs: Iterable[tuple[UserId | None, UserId]], q: Querier | None = None, *, closeness: bool = True
    ) -> list[Verdict]:
        """One verdict for each (viewer, owner), repeats once; a viewer who is not signed in is None.

        Without `closeness`, for those who go by `Rights` alone, nobody is asked whether two share a connection.
        Raises InvalidArgument for more pairs than the contract lets one call ask for.
        """
        q, wanted = q or self.db, list(dict.fromkeys(pairs))
        if len(wanted) > MOST_PAIRS:
            raise InvalidArgument(f"one call asks for {MOST_PAIRS} pairs of viewer and owner, not for {len(wanted)}")
        members = await self.users.members(q, {one for pair in wanted for one in pair if one is not None})
        return await self._decide(q, wanted, members, closeness=closeness)

    async def must_see(self, viewer: UserId | None, owner: UserId, q: Querier | None = None) -> Verdict:
        """The verdict on a member who is there for the viewer; raises UserNotFound."""
        [found] = await self.verdicts([(viewer, owner)], q)
        if not found.may_see_profile:
            raise UserNotFound(owner)
        return found

    async def look(self, viewer: UserId | None, user_ids: Sequence[UserId]) -> dict[UserId, tuple[User, Verdict]]:
        """Those of `user_ids` who are there for the viewer, in their order, repeats once; each with the verdict.

        They have the texts that they show to the viewer, and no others.
        """
        wanted = dict.fromkeys(user_ids)
        found = await self.users.find_many(self.db, [*wanted] if viewer is None else [*wanted, viewer])
        members = {user_id: member for user_id, (_, member) in found.items()}
        verdicts = await self._decide(self.db, [(viewer, user_id) for user_id in wanted], members)
        return {one.owner: (one.of(found[one.owner][0]), one) for one in verdicts if one.may_see_profile}

    async def look_as(self, closeness: Closeness, owner: UserId) -> tuple[User, Verdict]:
        """The same of one member for somebody who is as close to them as that; raises UserNotFound."""
        found = await self.users.find(self.db, owner)
        if found is None:
            raise UserNotFound(owner)
        viewer = None if closeness is Closeness.PUBLIC else (NOBODY, Member(NOBODY))
        judged = verdict(viewer, owner, found[1], Tie.making(closeness), self.clock.now())
        return judged.of(found[0]), judged

    async def visible(self, viewer: UserId | None, user_ids: Sequence[UserId]) -> dict[UserId, User]:
        """The same without the verdicts."""
        return {user_id: user for user_id, (user, _) in (await self.look(viewer, user_ids)).items()}

    async def dated(self, viewer: UserId, rows: Sequence[Dated]) -> list[tuple[User, datetime] | None]:
        """Rows of a list with the members in place of their ids; None for those who are not there for the viewer."""
        people = await self.visible(viewer, [row.user_id for row in rows])
        return [(people[row.user_id], row.since) if row.user_id in people else None for row in rows]

    async def despite_blocks(self, viewer: UserId, user_ids: Sequence[UserId]) -> dict[UserId, User]:
        """Those who would be there for the viewer without blocks: members are shown whom they block themselves."""
        found = await self.users.find_many(self.db, [*user_ids, viewer])
        now = self.clock.now()
        me = (viewer, found[viewer][1]) if viewer in found else (viewer, None)
        verdicts = {user_id: verdict(me, user_id, member, Tie.NONE, now) for user_id, (_, member) in found.items()}
        return {
            user_id: verdicts[user_id].of(user)
            for user_id, (user, _) in found.items()
            if user_id != viewer and verdicts[user_id].may_see_profile
        }

    async def _decide(
        self,
        q: Querier,
        wanted: Sequence[tuple[UserId | None, UserId]],
        members: Mapping[UserId, Member],
        *,
        closeness: bool = True,
    ) -> list[Verdict]:
        between = [(viewer, owner) for viewer, owner in wanted if viewer is not None and viewer != owner]
        ties, now = await self.ties.between(q, between) if between else {}, self.clock.now()

        def decide(viewer: UserId | None, owner: UserId, more: Tie = Tie.NONE) -> Verdict:
            tie, lists = NOTHING if viewer is None else ties.get((viewer, owner), NOTHING)
            known = None if viewer is None else (viewer, members.get(viewer))
            return verdict(known, owner, members.get(owner), tie | more, now, lists)

        found = [decide(viewer, owner) for viewer, owner in wanted]
        if not closeness:
            return found
        open_ones = [
            (one.viewer, one.owner)
            for one in found
            if one.viewer is not None and one.owner in members and depends_on_sharing(one, members[one.owner])
        ]
        sharing = await self.ties.sharing(q, open_ones) if open_ones else frozenset()
        return [
            decide(one.viewer, one.owner, Tie.SHARING) if (one.viewer, one.owner) in sharing else one for one in found
        ]
