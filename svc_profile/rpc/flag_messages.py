"""Between reports and flags in the domain and the contract's messages; pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from guild.common.v1 import content_ref_pb2
from guild.trust.v1 import trust_service_pb2 as pb
from mesh.contract import timestamp
from svc_profile.domain.content import ContentKind, ContentRef
from svc_profile.domain.flags import Flag, FlagKind, Report, ReportReason, Resolution
from svc_profile.domain.ids import UserId
from svc_profile.rpc import messages, trust_messages
from svc_profile.rpc.messages import moment
from svc_profile.usecases.flags import Verdict

_REASONS = {one: pb.ReportReason.Value(f"REPORT_REASON_{one.name}") for one in ReportReason}
_KINDS = {one: pb.FlagKind.Value(f"FLAG_KIND_{one.name}") for one in FlagKind}
_RESOLUTIONS = {one: pb.FlagResolution.Value(f"FLAG_RESOLUTION_{one.name}") for one in Resolution}
_CONTENT = {one: content_ref_pb2.ContentKind.Value(f"CONTENT_KIND_{one.name}") for one in ContentKind}
_REASON_OF = {number: one for one, number in _REASONS.items()}
_KIND_OF = {number: one for one, number in _KINDS.items()}
_RESOLUTION_OF = {number: one for one, number in _RESOLUTIONS.items()}
_CONTENT_OF = {number: one for one, number in _CONTENT.items()}


def reason(number: "pb.ReportReason.ValueType") -> ReportReason:
    """Why something is reported."""
    return _REASON_OF[number]


def kind(number: "pb.FlagKind.ValueType") -> FlagKind:
    """What is suspected."""
    return _KIND_OF[number]


def kinds(numbers: "Iterable[pb.FlagKind.ValueType]") -> Sequence[FlagKind]:
    """What a list is narrowed to; all where nothing is named."""
    return [_KIND_OF[number] for number in numbers] or list(FlagKind)


def states(numbers: "Iterable[pb.FlagState.ValueType]") -> Sequence[bool]:
    """Whether open ones (True) are asked for, and resolved ones (False); both where nothing is named."""
    return [number == pb.FLAG_STATE_OPEN for number in numbers] or [True, False]


def content(message: content_ref_pb2.ContentRef) -> ContentRef:
    """What a request names."""
    parent = UUID(message.parent_id) if message.parent_id else None
    return ContentRef(_CONTENT_OF[message.kind], UUID(message.id), parent)


def author(message: content_ref_pb2.ContentRef) -> UserId | None:
    """Who is said to have written it."""
    return messages.user_id(message.author_id) if message.author_id else None


def verdict(request: pb.ResolveFlagRequest, until: datetime | None) -> Verdict:
    """What an operator decides."""
    return Verdict(
        _RESOLUTION_OF[request.resolution],
        request.note,
        trust_messages.restriction_kind(request.restriction),
        until,
        messages.user_id(request.author_id) if request.author_id else None,
    )


def report(value: Report, resolution: Resolution | None) -> pb.Report:
    """A report as the one who made it sees it."""
    outcome = pb.REPORT_OUTCOME_OPEN
    if resolution is not None:
        outcome = pb.REPORT_OUTCOME_ACTED_UPON if resolution.is_act else pb.REPORT_OUTCOME_NOTHING_WRONG
    return pb.Report(
        id=str(value.id),
        reason=_REASONS[value.reason],
        created_at=timestamp(value.at),
        user_id=str(value.subject.user_id or ""),
        content=trust_messages.content(value.subject.content),
        outcome=outcome,
    )


def report_behind(value: Report) -> pb.FlagReport:
    """A report as operators see it."""
    return pb.FlagReport(
        reporter_id=str(value.reporter),
        reason=_REASONS[value.reason],
        comment=value.comment,
        created_at=timestamp(value.at),
    )


def flag(value: Flag) -> pb.Flag:
    """A suspicion."""
    return pb.Flag(
        id=str(value.id),
        user_id=str(value.subject.user_id or ""),
        kind=_KINDS[value.kind],
        content=trust_messages.content(value.subject.content),
        score=value.score,
        report_count=value.report_count,
        evidence=value.evidence,
        state=pb.FLAG_STATE_OPEN if value.resolution is None else pb.FLAG_STATE_RESOLVED,
        resolution=None if value.resolution is None else _RESOLUTIONS[value.resolution],
        resolution_note=value.note,
        created_at=timestamp(value.created_at),
        resolved_at=moment(value.resolved_at),
        assignee=value.assignee,
        labels=value.labels,
        resolved_by=value.resolved_by,
    )
