"""Raise suspicions, look through them, decide them."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from mesh.principal import current_operator
from svc_profile.domain.actions import ActionKind
from svc_profile.domain.decisions import Decision
from svc_profile.domain.flags import Flag, FlagKind, FlagNotFound, Report, Resolution, ResolutionImpossible, Subject
from svc_profile.domain.ids import DecisionId, FlagId, UserId
from svc_profile.domain.signals import LABEL_KEPT, Signal
from svc_profile.domain.standing import RestrictionKind
from svc_profile.domain.trust_facts import ContentModerated, FlagRaised, FlagResolved
from svc_profile.domain.user import User, UserNotFound
from svc_profile.store.decisions import DecisionRepository
from svc_profile.store.flags import FlagRepository
from svc_profile.store.reports import ReportRepository
from svc_profile.store.trust_events import publish_trust
from svc_profile.store.users import UserRepository
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.restrictions import Restrictions
from svc_profile.usecases.trust_letters import TrustLetters

_THE_SERVICE = "content classifier"
"""Who decides what no operator did."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an operator decides about a flag; `restriction` says how, where somebody is restricted."""

    resolution: Resolution
    note: str = ""
    restriction: RestrictionKind | None = None
    until: datetime | None = None
    author: UserId | None = None


@dataclass(frozen=True)
class Flags:
    """A flag is locked for each change; members are locked behind it."""

    db: Database
    flags: FlagRepository
    reports: ReportRepository
    users: UserRepository
    decisions: DecisionRepository
    restrictions: Restrictions
    audit: Audit
    letters: TrustLetters
    pager: Pager
    clock: Clock

    async def raise_(
        self, kind: FlagKind, subject: Subject, score: int, evidence: str, removal: DecisionId | None = None
    ) -> Flag:
        """A suspicion; an open one of its kind about the subject becomes more certain instead.

        With a removal, what its service did already: the flag is closed by it, and the author is told, once.
        """

        async def work(tx: Transaction) -> Flag:
            flag = await self.suspect(tx, kind, subject, score, evidence)
            return flag if removal is None else await self._removed(tx, flag, removal, evidence)

        return await self.db.transact(work)

    async def _removed(self, tx: Transaction, flag: Flag, removal: DecisionId, evidence: str) -> Flag:
        author = flag.subject.user_id
        user = await self.users.lock(tx, author) if author else None
        if user is None or await self.decisions.find(tx, user.id, removal) is not None:
            return flag
        now = self.clock.now()
        after = flag.resolved(Resolution.CONTENT_REMOVED, evidence, by=_THE_SERVICE, at=now)
        self._remove(tx, after, user, removal, by=_THE_SERVICE, reason=evidence, at=now)
        self.flags.save(tx, after)
        publish_trust(tx, FlagResolved(after, now))
        return after

    async def raise_apart(self, kind: FlagKind, subject: Subject, score: int, evidence: str) -> Flag:
        """The same, for a call that is refused for it: the suspicion stays."""
        return await self.db.transact_apart(lambda tx: self.suspect(tx, kind, subject, score, evidence))

    async def suspect(self, tx: Transaction, kind: FlagKind, subject: Subject, score: int, evidence: str) -> Flag:
        """The same in the transaction of what raises it."""
        fresh = Flag(FlagId(uuid7()), kind, subject, self.clock.now())
        before = await self.flags.open(tx, fresh)
        after = before.seen(score, evidence, subject.user_id)
        if after != before:
            self.flags.save(tx, after)
        if before.id == fresh.id:
            publish_trust(tx, FlagRaised(after))
        return after

    async def signal(self, user_id: UserId, signal: Signal) -> Flag:
        """Suspect a member by what was counted, and call it so for some days."""

        async def work(tx: Transaction) -> Flag:
            flag = await self.suspect(tx, signal.kind, Subject(user_id), signal.score, signal.evidence)
            labelled = flag.signalled(signal.labels, self.clock.now() + LABEL_KEPT)
            self.flags.save(tx, labelled)
            return labelled

        return await self.db.transact(work)

    async def get(self, flag_id: FlagId) -> tuple[Flag, list[Report]]:
        """A flag with the reports behind it; raises FlagNotFound."""
        flag = await self._find(flag_id)
        return flag.shown(self.clock.now()), await self.reports.behind(self.db, flag_id)

    async def surest(
        self, kinds: Sequence[FlagKind], states: Sequence[bool], user_id: UserId | None, token: str, size: int
    ) -> Page[Flag]:
        """Flags of these kinds, open (True) or not, the highest score first, counted; raises PageTokenInvalid."""
        now = self.clock.now()

        async def shown(flags: Sequence[Flag]) -> list[Flag | None]:
            return [flag.shown(now) for flag in flags]

        listing = self.flags.surest(self.db, kinds, states, user_id).dressed(shown)
        total = partial(self.flags.count, self.db, kinds, states, user_id)
        scope = f"flags/{','.join(sorted(kinds))}/{sorted(states)}/{user_id}"
        return await self.pager.page(token, size, scope, listing, total=total)

    async def assign(self, flag_id: FlagId, assignee: str) -> Flag:
        """Give an open flag to an operator, or to nobody; raises FlagNotFound, FlagAlreadyResolved."""
        return await self._change(flag_id, lambda flag: flag.assigned(assignee), ActionKind.FLAG_ASSIGNED, assignee)

    async def label(self, flag_id: FlagId, labels: Sequence[str]) -> Flag:
        """Set the labels of a flag, those of signals too; raises FlagNotFound."""
        told = ", ".join(sorted(labels))
        return await self._change(flag_id, lambda flag: flag.labelled(labels), ActionKind.FLAG_LABELLED, told)

    async def resolve(self, flag_id: FlagId, verdict: Verdict) -> Flag:
        """Close a flag and do what that takes.

        Raises FlagNotFound, FlagAlreadyResolved, ResolutionImpossible, UserNotFound, ExpiryInPast.
        """
        found = await self._find(flag_id)

        async def work(tx: Transaction) -> Flag:
            before = await self.flags.lock(tx, found)
            known = before.subject.user_id or verdict.author
            told = dataclasses.replace(before, subject=Subject(known, before.subject.content))
            now = self.clock.now()
            after = told.resolved(verdict.resolution, verdict.note, by=current_operator(), at=now)
            if before.resolution is not None:
                return before
            await self._act(tx, after, verdict, now)
            self.flags.save(tx, after)
            publish_trust(tx, FlagResolved(after, now))
            self._note(tx, after, ActionKind.FLAG_RESOLVED, f"{verdict.resolution}: {verdict.note}")
            return after

        return await self.db.transact(work)

    async def _act(self, tx: Transaction, flag: Flag, verdict: Verdict, now: datetime) -> None:
        user = None
        if verdict.resolution.is_act and flag.subject.user_id is not None:
            user = await self.users.lock(tx, flag.subject.user_id)
            if user is None:
                raise UserNotFound(flag.subject.user_id)
        if verdict.resolution is Resolution.RESTRICTED and user is not None:
            if verdict.restriction is None:
                raise ResolutionImpossible("say how to restrict the member")
            await self.restrictions.restrict(
                tx, user, verdict.restriction, reason=verdict.note, until=verdict.until, flag_id=flag.id
            )
        if verdict.resolution is Resolution.CONTENT_REMOVED and flag.subject.content is not None:
            removal = DecisionId(uuid7())
            self._remove(tx, flag, user, removal, by=current_operator(), reason=verdict.note, at=now)
            self._note(tx, flag, ActionKind.CONTENT_REMOVED, verdict.note)

    def _remove(
        self, tx: Transaction, flag: Flag, user: User | None, removal: DecisionId, *, by: str, reason: str, at: datetime
    ) -> None:
        content = flag.subject.content
        if content is None:
            return
        if user is not None:
            decision = Decision.remove(user.id, removal, content, by=by, reason=reason, at=at, flag_id=flag.id)
            self.decisions.add(tx, decision)
            self.letters.decided(tx, user, decision)
        known = user is not None
        publish_trust(tx, ContentModerated(content, removal if known else None, user.id if user else None, at))

    async def _change(self, flag_id: FlagId, change: Callable[[Flag], Flag], kind: ActionKind, note: str) -> Flag:
        found = await self._find(flag_id)

        async def work(tx: Transaction) -> Flag:
            before = await self.flags.lock(tx, found)
            after = change(before)
            if after != before:
                self.flags.save(tx, after)
                self._note(tx, after, kind, note)
            return after.shown(self.clock.now())

        return await self.db.transact(work)

    async def _find(self, flag_id: FlagId) -> Flag:
        flag = await self.flags.find(self.db, flag_id)
        if flag is None:
            raise FlagNotFound(flag_id)
        return flag

    def _note(self, tx: Transaction, flag: Flag, kind: ActionKind, note: str) -> None:
        self.audit.note(tx, kind, flag.id, user_id=flag.subject.user_id, subject_id=flag.subject.id, note=note)
