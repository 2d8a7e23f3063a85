"""The reports table: one row for each reporter and subject."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, batch, by_column, constant, kept, keyset, statement
from svc_profile.domain.flags import KEEP, Report, ReportReason, Resolution
from svc_profile.domain.ids import FlagId, UserId
from svc_profile.store.content_columns import SUBJECT, columns_of, subject_of
from svc_profile.store.tables import flags, reports

MOST_SHOWN = 100
_r = reports.c
_FIELDS = (
    _r.reporter_id,
    _r.subject_id,
    _r.report_id,
    *(_r[name] for name in SUBJECT),
    _r.flag_id,
    _r.reason,
    _r.comment,
    _r.created_at,
)
_MINE = _r.reporter_id == bindparam("reporter")
_ONE = statement(select(*_FIELDS).where(_MINE, _r.subject_id == bindparam("subject")))
_ADD = statement(
    upsert(reports)
    .values({column.name: bindparam(column.name) for column in _FIELDS})
    .on_conflict_do_nothing()
    .returning(_r.report_id)
)
NEWEST = keyset(select(*_FIELDS).where(_MINE), _r.report_id.desc())
BEHIND = statement(
    select(*_FIELDS)
    .where(_r.flag_id == bindparam("flag_id"))
    .order_by(_r.report_id.desc())
    .limit(constant(MOST_SHOWN)),
    name="SELECT reports behind a flag",
)
_asked = batch(subject=Uuid(), flag=Uuid())
_OUTCOMES = statement(
    select(flags.c.flag_id, flags.c.resolution).where(
        flags.c.subject_id == _asked.c.subject, flags.c.flag_id == _asked.c.flag
    ),
    name="SELECT outcomes of reports",
)
REPORTS_SWEPT = kept(_r.created_at, KEEP)


class ReportRepository:
    """Loads and adds reports; nothing changes one."""

    async def find(self, q: Querier, reporter: UserId, subject_id: UUID) -> Report | None:
        """What a member reported about a subject."""
        row = await q.fetch_one(_ONE, reporter=reporter, subject=subject_id)
        return _report(row) if row else None

    async def add(self, tx: Transaction, report: Report) -> bool:
        """Store a report; False where the member's own about the subject came in between."""
        added = await tx.fetch_one(
            _ADD,
            reporter_id=report.reporter,
            subject_id=report.subject.id,
            report_id=report.id,
            flag_id=report.flag_id,
            reason=report.reason.value,
            comment=report.comment,
            created_at=report.at,
            **columns_of(report.subject),
        )
        return added is not None

    def newest(self, q: Querier, reporter: UserId) -> Listing[Report]:
        """A member's reports, newest first."""
        return NEWEST.of(q, _report, reporter=reporter)

    async def behind(self, q: Querier, flag_id: FlagId) -> list[Report]:
        """The newest reports behind a flag, at most a hundred."""
        return [_report(row) for row in await q.fetch(BEHIND, flag_id=flag_id)]

    async def outcomes(self, q: Querier, of: Sequence[Report]) -> dict[FlagId, Resolution | None]:
        """What became of the flags behind reports; those that were forgotten are left out."""
        pairs = [(report.subject.id, report.flag_id) for report in of]
        rows = await q.fetch(_OUTCOMES, **by_column(("subject", "flag"), pairs))
        return {row[0]: Resolution(row[1]) if row[1] else None for row in rows}


def _report(row: Any) -> Report:
    return Report(
        id=row["report_id"],
        reporter=row["reporter_id"],
        subject=subject_of(row),
        flag_id=row["flag_id"],
        reason=ReportReason(row["reason"]),
        comment=row["comment"],
        at=row["created_at"],
    )
