"""The TrustService of the contract: reports, and what is suspected."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceServicer
from mesh.principal import current_user
from svc_profile.domain.flags import Subject
from svc_profile.domain.ids import DecisionId, FlagId
from svc_profile.rpc import flag_messages as flags
from svc_profile.rpc import messages, trust_messages
from svc_profile.usecases.flags import Flags
from svc_profile.usecases.reports import Reports


@dataclass(frozen=True)
class FlagServicer(TrustServiceServicer):
    """Unpack, ask, pack."""

    flags: Flags
    reports: Reports

    async def ReportUser(self, request: pb.ReportUserRequest, context: Any) -> pb.ReportUserResponse:
        """Report a member."""
        user_id, reason = messages.user_id(request.user_id), flags.reason(request.reason)
        report = await self.reports.of_member(current_user(), user_id, reason, request.comment)
        return pb.ReportUserResponse(report=flags.report(*report))

    async def ReportContent(self, request: pb.ReportContentRequest, context: Any) -> pb.ReportContentResponse:
        """Report content."""
        content, author = flags.content(request.content), flags.author(request.content)
        reason = flags.reason(request.reason)
        report = await self.reports.of_content(current_user(), content, author, reason, request.comment)
        return pb.ReportContentResponse(report=flags.report(*report))

    async def ListMyReports(self, request: pb.ListMyReportsRequest, context: Any) -> pb.ListMyReportsResponse:
        """List the own reports."""
        page = await self.reports.mine(current_user(), request.page_token, request.page_size)
        reports = [flags.report(*one) for one in page.items]
        return pb.ListMyReportsResponse(reports=reports, next_page_token=page.next_page_token)

    async def RaiseFlag(self, request: pb.RaiseFlagRequest, context: Any) -> pb.RaiseFlagResponse:
        """Raise a suspicion."""
        content = flags.content(request.content) if request.HasField("content") else None
        author = messages.user_id(request.user_id) if request.user_id else flags.author(request.content)
        removal = DecisionId(UUID(request.removal_id)) if request.removal_id else None
        raised = await self.flags.raise_(
            flags.kind(request.kind), Subject(author, content), request.score, request.evidence, removal
        )
        return pb.RaiseFlagResponse(flag=flags.flag(raised))

    async def ListFlags(self, request: pb.ListFlagsRequest, context: Any) -> pb.ListFlagsResponse:
        """List suspicions."""
        about = messages.user_id(request.user_id) if request.user_id else None
        kinds, states = flags.kinds(request.kind), flags.states(request.state)
        page = await self.flags.surest(kinds, states, about, request.page_token, request.page_size)
        found = [flags.flag(one) for one in page.items]
        return pb.ListFlagsResponse(flags=found, next_page_token=page.next_page_token, total_size=page.total)

    async def GetFlag(self, request: pb.GetFlagRequest, context: Any) -> pb.GetFlagResponse:
        """Read a suspicion with the reports behind it."""
        flag, reports = await self.flags.get(FlagId(UUID(request.flag_id)))
        return pb.GetFlagResponse(flag=flags.flag(flag), reports=[flags.report_behind(one) for one in reports])

    async def AssignFlag(self, request: pb.AssignFlagRequest, context: Any) -> pb.AssignFlagResponse:
        """Give a flag to an operator."""
        flag = await self.flags.assign(FlagId(UUID(request.flag_id)), request.assignee)
        return pb.AssignFlagResponse(flag=flags.flag(flag))

    async def LabelFlag(self, request: pb.LabelFlagRequest, context: Any) -> pb.LabelFlagResponse:
        """Label a flag."""
        flag = await self.flags.label(FlagId(UUID(request.flag_id)), request.labels)
        return pb.LabelFlagResponse(flag=flags.flag(flag))

    async def ResolveFlag(self, request: pb.ResolveFlagRequest, context: Any) -> pb.ResolveFlagResponse:
        """Decide a flag."""
        until = trust_messages.given(request, "expires_at")
        flag = await self.flags.resolve(FlagId(UUID(request.flag_id)), flags.verdict(request, until))
        return pb.ResolveFlagResponse(flag=flags.flag(flag))
