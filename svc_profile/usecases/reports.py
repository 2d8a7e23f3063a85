"""Hear members who report abuse."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.ids import uuid7
from svc_profile.domain.content import ContentRef
from svc_profile.domain.flags import CannotReportSelf, Flag, FlagKind, Report, ReportReason, Resolution, Subject
from svc_profile.domain.ids import FlagId, UserId
from svc_profile.domain.trust_facts import FlagRaised, Reported
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
    pager: Pager
    clock: Clock

    async def of_member(
        self, me: UserId, user_id: UserId, reason: ReportReason, comment: str
    ) -> tuple[Report, Resolution | None]:
        """A report of a member and what became of it; raises UserNotFound, CannotReportSelf."""
        if user_id == me:
            raise CannotReportSelf
        await self.access.must_see(me, user_id)
        return await self._report(me, Subject(user_id), reason, comment)

    async def of_content(
        self, me: UserId, content: ContentRef, author: UserId | None, reason: ReportReason, comment: str
    ) -> tuple[Report, Resolution | None]:
        """A report of content, and what became of it; raises CannotReportSelf.

        Whom the reporter says to have written it is only looked at to refuse the own: anybody could be named.
        """
        if me in {author, content.id}:
            raise CannotReportSelf
        return await self._report(me, Subject(None, content), reason, comment)

    async def _report(
        self, me: UserId, subject: Subject, reason: ReportReason, comment: str
    ) -> tuple[Report, Resolution | None]:
        async def work(tx: Transaction) -> Report:
            known = await self.reports.find(tx, me, subject.id)
            if known is not None:
                return known
            now = self.clock.now()
            fresh = Flag(FlagId(uuid7()), FlagKind.REPORTED, subject, now)
            flag = await self.flags.open(tx, fresh)
            report = Report(uuid7(), me, subject, flag.id, reason, comment, now)
            if not await self.reports.add(tx, report):
                return await self.reports.find(tx, me, subject.id) or report
            surer = flag.reported(reason)
            self.flags.save(tx, surer)
            publish_trust(tx, Reported(report))
            if flag.id == fresh.id:
                publish_trust(tx, FlagRaised(surer))
            return report

        report = await self.db.transact(work)
        return report, (await self.reports.outcomes(self.db, [report])).get(report.flag_id)

    async def mine(self, me: UserId, token: str, size: int) -> Page[tuple[Report, Resolution | None]]:
        """A member's reports with what became of them, newest first; raises PageTokenInvalid."""

        async def with_outcomes(reports: Sequence[Report]) -> list[tuple[Report, Resolution | None]]:
            outcomes = await self.reports.outcomes(self.db, reports)
            return [(report, outcomes.get(report.flag_id, Resolution.DISMISSED)) for report in reports]

        listing = self.reports.newest(self.db, me).dressed(with_outcomes)
        return await self.pager.page(token, size, f"reports/{me}", listing)
