"""Read and change profiles, and what they show to whom."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.etags import check_etag
from svc_profile.domain.access import Member, Tie, Verdict, verdict
from svc_profile.domain.audience import Closeness
from svc_profile.domain.career import KINDS, NO_CAREER, Career, Skill
from svc_profile.domain.facts import ProfileChanged
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field, Privacy
from svc_profile.domain.user import AccountGone, Profile, User, UserNotFound
from svc_profile.store.endorsements import EndorsementRepository
from svc_profile.store.events import publish
from svc_profile.store.users import FullProfiles, UserRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.contact_index import ContactIndex
from svc_profile.usecases.degrees import Degrees
from svc_profile.usecases.people_index import Findability
from svc_profile.usecases.view_ledger import ViewLedger

_BATCH = 500  # members in one message of a stream, which the contract bounds


@dataclass(frozen=True)
class Users:
    """The profiles of members."""

    db: Database
    users: UserRepository
    full_profiles: FullProfiles
    endorsements: EndorsementRepository
    findability: Findability
    contacts: ContactIndex
    ledger: ViewLedger
    access: Access
    changes: AccessChanges
    degrees: Degrees
    pager: Pager
    clock: Clock

    async def get(self, viewer: UserId | None, user_id: UserId) -> Profile:
        """A member as `viewer` sees them; raises UserNotFound, AccountGone."""
        if viewer == user_id:
            return await self.own(user_id)
        seen = (await self.access.look(viewer, [user_id])).get(user_id)
        if seen is None:
            raise UserNotFound(user_id)
        return await self._shown(viewer, *seen)

    async def open(self, viewer: UserId | None, user_id: UserId, surface: str) -> Profile:
        """The same, and the member sees who opened their profile; raises UserNotFound, AccountGone."""
        profile = await self.get(viewer, user_id)
        if viewer is not None and viewer != user_id:
            self.ledger.note(viewer, user_id, surface)
        return profile

    async def preview(self, me: UserId, viewer: UserId | Closeness) -> tuple[Profile, frozenset[Field]]:
        """What `get` gives to a viewer, a member or somebody as close as that, of `me`, and what is hidden from them.

        Raises UserNotFound for a viewer who is not there for `me`, AccountGone.
        """
        if viewer == me or viewer is Closeness.SELF:
            return await self.own(me), frozenset()
        if isinstance(viewer, Closeness):
            user, verdict = await self.access.look_as(viewer, me)
            return await self._shown(None, user, verdict), verdict.hidden
        known, judged = await self.access.verdicts([(me, viewer), (viewer, me)])
        if not known.may_see_profile:
            raise UserNotFound(viewer)
        if not judged.may_see_profile:
            raise AccountGone
        # by closeness alone: that operators limited the viewer is nobody's business
        user, verdict = await self.access.look_as(judged.closeness, me)
        return await self._shown(viewer, user, verdict), verdict.hidden

    async def as_public(self, user: User, verdict: Verdict) -> Profile:
        """A member by the verdict for somebody who is not signed in."""
        return await self._shown(None, user, verdict)

    async def _shown(self, viewer: UserId | None, user: User, verdict: Verdict) -> Profile:
        """A member by a verdict; where the viewer is nobody in particular the verdict alone says how close they are."""
        full = verdict.may_see_full_profile
        kinds = [kind for kind in KINDS if verdict.shows(Field(kind.FIELD))]
        connected, career = await self.full_profiles.rest(user.id) if full or kinds else (0, NO_CAREER)
        career = career.only(kinds).at(self.clock.now())
        return Profile(
            user,
            connection_count=connected if full else 0,
            career=career,
            endorsed=await self._endorsed(career, user.id, viewer),
            degree=await self._degree(viewer, verdict) if full else None,
            reduced=not full,
        )

    async def _degree(self, viewer: UserId | None, verdict: Verdict) -> int | None:
        if verdict.connected:
            return 1
        if viewer is None:
            return 2 if verdict.closeness is Closeness.SECOND_DEGREE else None
        return (await self.degrees.between(viewer, verdict.owner)).degree or None

    async def _endorsed(self, career: Career, user_id: UserId, viewer: UserId | None) -> frozenset[UUID]:
        """Asked only where somebody endorses something."""
        if viewer is not None and any(skill.endorsement_count for skill in career.all(Skill)):
            return await self.endorsements.by(self.db, user_id, viewer)
        return frozenset()

    async def own(self, me: UserId) -> Profile:
        """A member as they see themselves; raises AccountGone."""
        found = await self.full_profiles.own(me)
        if found is None:
            raise AccountGone
        user, connected, career = found
        return Profile(user, connection_count=connected, career=career.at(self.clock.now()), own=True)

    async def update(self, me: UserId, user_id: UserId, changes: Mapping[str, Any], etag: str) -> Profile:
        """The profile with the named fields replaced; what has its value already changes nothing.

        Raises UserNotFound, NotYourProfile, EtagMismatch, FieldNotUpdatable, NameMissing.
        """
        await self.access.must_see(me, user_id)

        async def work(tx: Transaction) -> User:
            before = await self.users.lock(tx, user_id)
            if before is None:
                raise UserNotFound(user_id)
            self.changes.shown(tx, user_id)
            after = before.edited(changes, by=me, at=self.clock.now(), etag=etag)
            if after != before:
                await self.users.save(tx, after)
                await self.findability.refresh(tx, user_id)
                url = after.profile_picture_url
                picture = None if url == before.profile_picture_url else url
                publish(tx, ProfileChanged(user_id, after.differs_in(before), after.updated_at, picture), by=me)
            return after

        await self.db.transact(work)
        return await self.get(me, user_id)

    def stream(self, cursor: str) -> AsyncIterator[Page[User]]:
        """Every member behind a cursor as the public sees them, batch by batch; raises PageTokenInvalid."""
        now = self.clock.now()

        async def shown(rows: Sequence[tuple[User, Member]]) -> list[User | None]:
            return [verdict(None, user.id, member, Tie.NONE, now).of(user) for user, member in rows]

        return self.pager.batches(cursor, _BATCH, "stream/users", self.users.all(self.db, now).dressed(shown))

    async def privacy(self, me: UserId) -> Privacy:
        """The settings of a member; raises AccountGone."""
        members = await self.users.members(self.db, [me])
        if me not in members:
            raise AccountGone
        return members[me].privacy

    async def update_privacy(self, me: UserId, changes: Mapping[str, Any], etag: str) -> Privacy:
        """The settings with the named ones replaced; raises AccountGone, EtagMismatch, FieldNotUpdatable."""
        return await self.db.transact(lambda tx: self.change_privacy(tx, me, changes, etag))

    async def change_privacy(self, tx: Transaction, me: UserId, changes: Mapping[str, Any], etag: str = "") -> Privacy:
        """The same in the caller's transaction."""
        before = await self.users.lock_privacy(tx, me)
        if before is None:
            raise AccountGone
        check_etag(etag, before.etag)
        self.changes.of(tx, me)
        after = before.edited(changes)
        if after != before:
            await self.users.save_privacy(tx, me, after)
            await self.findability.refresh(tx, me)
            if after.findable_by_contact != before.findable_by_contact:
                await self.contacts.refresh(tx, me)
            publish(tx, ProfileChanged(me, ("privacy",), self.clock.now()), by=me)
        return after
