"""Write the parts of a profile: positions, education, languages, certifications, skills."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_profile.domain.career import P, Position, Skill, check_new, find_part
from svc_profile.domain.facts import ProfileChanged
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import AccountGone
from svc_profile.store.career import CareerRepository
from svc_profile.store.endorsements import EndorsementRepository
from svc_profile.store.events import publish
from svc_profile.store.users import UserRepository
from svc_profile.usecases.people_index import Findability
from svc_profile.usecases.taxonomy import CurrentTaxonomy


@dataclass(frozen=True)
class ProfileParts:
    """Each verb locks the member, lets the domain decide on the list and tells what changed; all raise AccountGone."""

    db: Database
    users: UserRepository
    career: CareerRepository
    endorsements: EndorsementRepository
    findability: Findability
    taxonomy: CurrentTaxonomy
    clock: Clock

    async def create(self, me: UserId, kind: type[P], values: Mapping[str, Any]) -> P:
        """A new entry with these values; raises ProfileFull, ConceptNotFound, and as the kind's `check`."""

        def made(tx: Transaction, there: Sequence[P]) -> P:
            new = self._linked(kind.drafted(uuid7(), values), values)
            check_new(new, there)
            self.career.add(tx, me, new)
            self._changed(tx, me, kind)
            return new

        return await self._locked(me, kind, made)

    async def add_skill(self, me: UserId, name: str, concept_id: UUID | None) -> Skill:
        """A new skill, or the one that is there already by that name or as the same of the taxonomy.

        It is linked with the taxonomy by its name unless `concept_id` says how; raises ProfileFull, ConceptNotFound.
        """
        skills = self.taxonomy.now.skills
        concept = skills.get(concept_id) if concept_id else skills.named(name)

        def made(tx: Transaction, there: Sequence[Skill]) -> Skill:
            new = Skill.drafted(uuid7(), {"name": name, "concept_id": concept.id if concept else None})
            for other in there:
                if other.is_same(new):
                    return other
            check_new(new, there)
            self.career.add(tx, me, new)
            self._changed(tx, me, Skill)
            return new

        return await self._locked(me, Skill, made)

    async def update(self, me: UserId, kind: type[P], part_id: UUID, changes: Mapping[str, Any], etag: str) -> P:
        """An entry with the named fields replaced; what has its value already changes nothing.

        Raises the kind's PartNotFound, EtagMismatch, FieldNotUpdatable, ConceptNotFound, and as the kind's `check`.
        """

        def edited(tx: Transaction, there: Sequence[P]) -> P:
            before = find_part(kind, part_id, there)
            after = self._linked(before.edited(changes, etag), changes, before)
            if after != before:
                after.check(other for other in there if other is not before)
                self.career.save(tx, me, after)
                self._changed(tx, me, kind)
            return after

        return await self._locked(me, kind, edited)

    async def delete(self, me: UserId, kind: type[P], part_id: UUID) -> None:
        """Remove an entry; raises the kind's PartNotFound."""

        def dropped(tx: Transaction, there: Sequence[P]) -> P:
            part = find_part(kind, part_id, there)
            self.career.drop(tx, me, part)
            if isinstance(part, Skill):
                self.endorsements.drop_all(tx, me, part_id)
            self._changed(tx, me, kind)
            return part

        await self._locked(me, kind, dropped)

    def _linked(self, part: P, changes: Mapping[str, Any], before: P | None = None) -> P:
        """A position with the occupation it names, or else that of its title where the title is new."""
        if not isinstance(part, Position):
            return part
        occupations = self.taxonomy.now.occupations
        if named := changes.get("occupation_id"):
            occupations.get(named)
        elif "occupation_id" not in changes and not (isinstance(before, Position) and before.title == part.title):
            found = occupations.named(part.title)
            return dataclasses.replace(part, occupation_id=found.id if found else None)
        return part

    async def _locked(self, me: UserId, kind: type[P], write: Callable[[Transaction, Sequence[P]], P]) -> P:
        async def work(tx: Transaction) -> P:
            if await self.users.lock(tx, me) is None:
                raise AccountGone
            written = write(tx, await self.career.of_member(tx, kind, me))
            await self.findability.refresh(tx, me)
            return written

        return await self.db.transact(work)

    def _changed(self, tx: Transaction, me: UserId, kind: type[P]) -> None:
        at = self.clock.now()
        self.users.part_changed(tx, me, at)
        publish(tx, ProfileChanged(me, (kind.FIELD,), at), by=me)
