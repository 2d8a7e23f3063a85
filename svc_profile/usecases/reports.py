"""Hear members who report abuse."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from mesh.authorship import Authorship, ContentNotFound
from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.errors import FieldViolation, InvalidArgument, NotFound
from mesh.ids import uuid7
from svc_profile.domain.content import ContentKind, ContentRef
from svc_profile.domain.flags import CannotReportSelf, Flag, FlagKind, Report, ReportReason, Resolution, Subject
from svc_profile.domain.ids import FlagId, UserId
from svc_profile.domain.trust_facts import FlagRaised, Reported
from svc_profile.peers.content_authors import ContentAuthors
from svc_profile.store.flags import FlagRepository
from svc_profile.store.reports import ReportRepository
from svc_profile.store.trust_events import publish_trust
from svc_profile.usecases.access import Access


@dataclass(frozen=True)
class Reports:
    """Of one member about one subject there is one report; a repeat answers it and changes nothing."""

    db: Database
    reports: ReportRepository
    flags: FlagRepository
    access: Access
    authors: ContentAuthors
    pager: Pager
    clock: Clock

    async def of_member(
        self, me: UserId, user_id: UserId, reason: ReportReason, comment: str
    ) -> tuple[Report, Resolution | None]:
        """A report of a member and what became of it; raises UserNotFound, CannotReportSelf."""
        if user_id == me:
            raise CannotReportSelf
        await self.access.must_see(me, user_id)
        return await self._report(me, Subject(user_id), Subject(user_id), reason, comment)

    async def of_content(
        self, me: UserId, content: ContentRef, named: UserId | None, reason: ReportReason, comment: str
    ) -> tuple[Report, Resolution | None]:
        """A report of content, whose author may be `named`, and what became of it.

        The flag is about who wrote it; the report, which its reporter reads, says nothing of them. A repeat is
        answered whatever became of the content.

        Raises:
            CannotReportSelf: it is the reporter's own.
            InvalidArgument: it names no parent, without which its id says nothing.
            ContentNotFound: the reporter may not see it, or another member than the named one wrote it.
            Unavailable, DeadlineExceeded: the service that keeps it does not answer.
        """
        if me in {named, content.id}:
            raise CannotReportSelf
        known = await self.reports.find(self.db, me, content.id)
        if known is not None:
            return await self._with_outcome(known)
        wrote = await self._authorship(me, content)
        if wrote.author == me:
            raise CannotReportSelf
        if named is not None and (not wrote.told or named != wrote.author):
            raise ContentNotFound(content.id)
        return await self._report(me, Subject(None, content), Subject(wrote.author, content), reason, comment)

    async def of_profile(self, viewer: UserId, profile_id: UUID, _parent: UUID | None = None) -> Authorship:
        """Whose a profile is that a member may see; raises UserNotFound."""
        await self.access.must_see(viewer, UserId(profile_id))
        return Authorship(UserId(profile_id))

    async def _authorship(self, me: UserId, content: ContentRef) -> Authorship:
        if content.is_incomplete:
            violation = FieldViolation("content.parent_id", "name the post of a comment, the conversation of a message")
            raise InvalidArgument(f"a {content.kind} is found by its parent only", violations=[violation])
        if content.kind is not ContentKind.PROFILE:
            return await self.authors(me, content)
        try:
            return await self.of_profile(me, content.id)
        except NotFound:
            raise ContentNotFound(content.id) from None

    async def _report(
        self, me: UserId, subject: Subject, suspect: Subject, reason: ReportReason, comment: str
    ) -> tuple[Report, Resolution | None]:
        async def work(tx: Transaction) -> Report:
            known = await self.reports.find(tx, me, subject.id)
            if known is not None:
                return known
            now = self.clock.now()
            fresh = Flag(FlagId(uuid7()), FlagKind.REPORTED, suspect, now)
            flag = await self.flags.open(tx, fresh)
            report = Report(uuid7(), me, subject, flag.id, reason, comment, now)
            if not await self.reports.add(tx, report):
                return await self.reports.find(tx, me, subject.id) or report
            surer = flag.reported(reason, suspect.user_id)
            self.flags.save(tx, surer)
            publish_trust(tx, Reported(replace(report, subject=suspect)))
            if flag.id == fresh.id:
                publish_trust(tx, FlagRaised(surer))
            return report

        return await self._with_outcome(await self.db.transact(work))

    async def _with_outcome(self, report: Report) -> tuple[Report, Resolution | None]:
        return report, (await self.reports.outcomes(self.db, [report])).get(report.flag_id)

    async def mine(self, me: UserId, token: str, size: int) -> Page[tuple[Report, Resolution | None]]:
        """A member's reports with what became of them, newest first; raises PageTokenInvalid."""

        async def with_outcomes(reports: Sequence[Report]) -> list[tuple[Report, Resolution | None]]:
            outcomes = await self.reports.outcomes(self.db, reports)
            return [(report, outcomes.get(report.flag_id, Resolution.DISMISSED)) for report in reports]

        listing = self.reports.newest(self.db, me).dressed(with_outcomes)
        return await self.pager.page(token, size, f"reports/{me}", listing)
