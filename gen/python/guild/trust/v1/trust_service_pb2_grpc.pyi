"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.trust.v1 import moderation_pb2 as _guild_trust_v1_moderation_pb2
from guild.trust.v1 import trust_service_pb2 as _guild_trust_v1_trust_service_pb2

class TrustServiceStub:
    """Hears members who report abuse, and lets operators act on it. A flag is a suspicion about a member, raised by reports or
    by a detector; a restriction is what an operator or a detector decides; a challenge is how a member clears a suspicion.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    ReportUser: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.ReportUserRequest, _guild_trust_v1_trust_service_pb2.ReportUserResponse]
    ReportContent: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.ReportContentRequest, _guild_trust_v1_trust_service_pb2.ReportContentResponse]
    ListFlags: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.ListFlagsRequest, _guild_trust_v1_trust_service_pb2.ListFlagsResponse]
    ResolveFlag: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.ResolveFlagRequest, _guild_trust_v1_trust_service_pb2.ResolveFlagResponse]
    SetRestriction: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.SetRestrictionRequest, _guild_trust_v1_trust_service_pb2.SetRestrictionResponse]
    LiftRestriction: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.LiftRestrictionRequest, _guild_trust_v1_trust_service_pb2.LiftRestrictionResponse]
    ListActions: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.ListActionsRequest, _guild_trust_v1_moderation_pb2.ListActionsResponse]
    RecordAction: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.RecordActionRequest, _guild_trust_v1_moderation_pb2.RecordActionResponse]
    MarkCanary: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.MarkCanaryRequest, _guild_trust_v1_moderation_pb2.MarkCanaryResponse]
    UnmarkCanary: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.UnmarkCanaryRequest, _guild_trust_v1_moderation_pb2.UnmarkCanaryResponse]
    ListCanaries: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.ListCanariesRequest, _guild_trust_v1_moderation_pb2.ListCanariesResponse]
    ListMyDecisions: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.ListMyDecisionsRequest, _guild_trust_v1_moderation_pb2.ListMyDecisionsResponse]
    ListMyReports: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.ListMyReportsRequest, _guild_trust_v1_trust_service_pb2.ListMyReportsResponse]
    RaiseFlag: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.RaiseFlagRequest, _guild_trust_v1_trust_service_pb2.RaiseFlagResponse]
    GetFlag: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.GetFlagRequest, _guild_trust_v1_trust_service_pb2.GetFlagResponse]
    AssignFlag: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.AssignFlagRequest, _guild_trust_v1_trust_service_pb2.AssignFlagResponse]
    LabelFlag: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.LabelFlagRequest, _guild_trust_v1_trust_service_pb2.LabelFlagResponse]
    CreateAppeal: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.CreateAppealRequest, _guild_trust_v1_moderation_pb2.CreateAppealResponse]
    ListAppeals: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.ListAppealsRequest, _guild_trust_v1_moderation_pb2.ListAppealsResponse]
    ResolveAppeal: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_moderation_pb2.ResolveAppealRequest, _guild_trust_v1_moderation_pb2.ResolveAppealResponse]
    StartChallenge: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.StartChallengeRequest, _guild_trust_v1_trust_service_pb2.StartChallengeResponse]
    AnswerChallenge: _aio.UnaryUnaryMultiCallable[_guild_trust_v1_trust_service_pb2.AnswerChallengeRequest, _guild_trust_v1_trust_service_pb2.AnswerChallengeResponse]

class TrustServiceServicer:
    """Hears members who report abuse, and lets operators act on it. A flag is a suspicion about a member, raised by reports or
    by a detector; a restriction is what an operator or a detector decides; a challenge is how a member clears a suspicion.
    """
    async def ReportUser(
        self, request: _guild_trust_v1_trust_service_pb2.ReportUserRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.ReportUserRequest, _guild_trust_v1_trust_service_pb2.ReportUserResponse]
    ) -> _guild_trust_v1_trust_service_pb2.ReportUserResponse:
        """Reports a member. The reported one is not told. A repeat answers the first report.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND), INVALID_ARGUMENT (CANNOT_REPORT_SELF). Repeatable with
        an idempotency key.
        """
        ...
    async def ReportContent(
        self, request: _guild_trust_v1_trust_service_pb2.ReportContentRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.ReportContentRequest, _guild_trust_v1_trust_service_pb2.ReportContentResponse]
    ) -> _guild_trust_v1_trust_service_pb2.ReportContentResponse:
        """Reports a post, a comment, a message, a job or a company. Its author is not told. A repeat answers the first report.

        The service that keeps the content is asked who wrote it; whom the reporter names has to be that author, and nobody who
        speaks for a company is named. Media, recommendations and campaigns are reported with the post or the member.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (CANNOT_REPORT_SELF; a comment or a message without
        `parent_id`), NOT_FOUND (CONTENT_NOT_FOUND: there is none, the caller may not see it, or another member wrote it),
        UNAVAILABLE (its service does not answer). Repeatable with an idempotency key.
        """
        ...
    async def ListFlags(
        self, request: _guild_trust_v1_trust_service_pb2.ListFlagsRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.ListFlagsRequest, _guild_trust_v1_trust_service_pb2.ListFlagsResponse]
    ) -> _guild_trust_v1_trust_service_pb2.ListFlagsResponse:
        """Lists flags, the highest score first.

        Operators only. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def ResolveFlag(
        self, request: _guild_trust_v1_trust_service_pb2.ResolveFlagRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.ResolveFlagRequest, _guild_trust_v1_trust_service_pb2.ResolveFlagResponse]
    ) -> _guild_trust_v1_trust_service_pb2.ResolveFlagResponse:
        """Closes a flag and does what it takes: CONTENT_REMOVED has the content (a post or a job; a comment or a message with its
        parent) removed within moments, RESTRICTED restricts its author. Those who reported see the outcome.

        Operators only. Errors: NOT_FOUND (FLAG_NOT_FOUND, USER_NOT_FOUND), FAILED_PRECONDITION (FLAG_ALREADY_RESOLVED) for one that
        was closed with another resolution, FAILED_PRECONDITION (RESOLUTION_IMPOSSIBLE) for a removal where there is no content, or a
        restriction of nobody, INVALID_ARGUMENT (EXPIRY_IN_PAST). Repeatable with an idempotency key.
        """
        ...
    async def SetRestriction(
        self, request: _guild_trust_v1_trust_service_pb2.SetRestrictionRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.SetRestrictionRequest, _guild_trust_v1_trust_service_pb2.SetRestrictionResponse]
    ) -> _guild_trust_v1_trust_service_pb2.SetRestrictionResponse:
        """Restricts a member, beside what is restricted already. A member who is limited or suspended is told by mail, and their
        sessions end: tokens that are given out from then on know what is left to them.

        Operators only. Errors: NOT_FOUND (USER_NOT_FOUND), INVALID_ARGUMENT (EXPIRY_IN_PAST). Repeatable with an idempotency key.
        """
        ...
    async def LiftRestriction(
        self, request: _guild_trust_v1_trust_service_pb2.LiftRestrictionRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.LiftRestrictionRequest, _guild_trust_v1_trust_service_pb2.LiftRestrictionResponse]
    ) -> _guild_trust_v1_trust_service_pb2.LiftRestrictionResponse:
        """Lifts one restriction; others of the member stay. One that is over already stays as it is.

        Operators only. Errors: NOT_FOUND (RESTRICTION_NOT_FOUND). Repeatable with an idempotency key.
        """
        ...
    async def ListActions(
        self, request: _guild_trust_v1_moderation_pb2.ListActionsRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.ListActionsRequest, _guild_trust_v1_moderation_pb2.ListActionsResponse]
    ) -> _guild_trust_v1_moderation_pb2.ListActionsResponse:
        """Lists what operators did, the newest first.

        Operators only. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def RecordAction(
        self, request: _guild_trust_v1_moderation_pb2.RecordActionRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.RecordActionRequest, _guild_trust_v1_moderation_pb2.RecordActionResponse]
    ) -> _guild_trust_v1_moderation_pb2.RecordActionResponse:
        """Notes in the audit log what an operator does at another service, before it is done.

        Services only. No errors of its own. A repeat changes nothing.
        """
        ...
    async def MarkCanary(
        self, request: _guild_trust_v1_moderation_pb2.MarkCanaryRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.MarkCanaryRequest, _guild_trust_v1_moderation_pb2.MarkCanaryResponse]
    ) -> _guild_trust_v1_moderation_pb2.MarkCanaryResponse:
        """Makes an account a canary: it looks like any other where it is opened by id, and is in no search, no suggestion and no
        address book. Who opens several of them within a week is challenged and flagged. It must have no connections. A repeat
        answers what it is already.

        Operators only. Errors: NOT_FOUND (USER_NOT_FOUND), FAILED_PRECONDITION (CANARY_IMPOSSIBLE) for an account that others are
        connected to, or for one more than there may be. Repeatable with an idempotency key.
        """
        ...
    async def UnmarkCanary(
        self, request: _guild_trust_v1_moderation_pb2.UnmarkCanaryRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.UnmarkCanaryRequest, _guild_trust_v1_moderation_pb2.UnmarkCanaryResponse]
    ) -> _guild_trust_v1_moderation_pb2.UnmarkCanaryResponse:
        """Makes an account a canary no more; it stays out of searches until its settings say otherwise. A repeat changes nothing.

        Operators only. No errors of its own. Repeatable with an idempotency key.
        """
        ...
    async def ListCanaries(
        self, request: _guild_trust_v1_moderation_pb2.ListCanariesRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.ListCanariesRequest, _guild_trust_v1_moderation_pb2.ListCanariesResponse]
    ) -> _guild_trust_v1_moderation_pb2.ListCanariesResponse:
        """Lists canaries, the latest accounts first.

        Operators only. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def ListMyDecisions(
        self, request: _guild_trust_v1_moderation_pb2.ListMyDecisionsRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.ListMyDecisionsRequest, _guild_trust_v1_moderation_pb2.ListMyDecisionsResponse]
    ) -> _guild_trust_v1_moderation_pb2.ListMyDecisionsResponse:
        """Lists what operators decided about the caller and their content, with why, the newest first.

        A signed-in member may call it, a suspended one too. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def ListMyReports(
        self, request: _guild_trust_v1_trust_service_pb2.ListMyReportsRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.ListMyReportsRequest, _guild_trust_v1_trust_service_pb2.ListMyReportsResponse]
    ) -> _guild_trust_v1_trust_service_pb2.ListMyReportsResponse:
        """Lists the caller's reports with what became of them, the newest first.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def RaiseFlag(
        self, request: _guild_trust_v1_trust_service_pb2.RaiseFlagRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.RaiseFlagRequest, _guild_trust_v1_trust_service_pb2.RaiseFlagResponse]
    ) -> _guild_trust_v1_trust_service_pb2.RaiseFlagResponse:
        """Raises a suspicion that a detector has. An open flag of the same kind about the same subject becomes more certain instead.

        Services only. No errors of its own. A repeat changes nothing.
        """
        ...
    async def GetFlag(
        self, request: _guild_trust_v1_trust_service_pb2.GetFlagRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.GetFlagRequest, _guild_trust_v1_trust_service_pb2.GetFlagResponse]
    ) -> _guild_trust_v1_trust_service_pb2.GetFlagResponse:
        """Reads a flag with the reports behind it.

        Operators only. Errors: NOT_FOUND (FLAG_NOT_FOUND). Reads only.
        """
        ...
    async def AssignFlag(
        self, request: _guild_trust_v1_trust_service_pb2.AssignFlagRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.AssignFlagRequest, _guild_trust_v1_trust_service_pb2.AssignFlagResponse]
    ) -> _guild_trust_v1_trust_service_pb2.AssignFlagResponse:
        """Gives an open flag to an operator, or to nobody.

        Operators only. Errors: NOT_FOUND (FLAG_NOT_FOUND), FAILED_PRECONDITION (FLAG_ALREADY_RESOLVED). Repeatable with an
        idempotency key.
        """
        ...
    async def LabelFlag(
        self, request: _guild_trust_v1_trust_service_pb2.LabelFlagRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.LabelFlagRequest, _guild_trust_v1_trust_service_pb2.LabelFlagResponse]
    ) -> _guild_trust_v1_trust_service_pb2.LabelFlagResponse:
        """Sets the labels of a flag: what others learn to tell such cases by.

        Operators only. Errors: NOT_FOUND (FLAG_NOT_FOUND). Repeatable with an idempotency key.
        """
        ...
    async def CreateAppeal(
        self, request: _guild_trust_v1_moderation_pb2.CreateAppealRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.CreateAppealRequest, _guild_trust_v1_moderation_pb2.CreateAppealResponse]
    ) -> _guild_trust_v1_moderation_pb2.CreateAppealResponse:
        """Objects to a decision about the caller, once.

        A signed-in member may call it, a suspended one too. Errors: NOT_FOUND (DECISION_NOT_FOUND), ALREADY_EXISTS (APPEAL_EXISTS),
        FAILED_PRECONDITION (DECISION_ENDED). Repeatable with an idempotency key.
        """
        ...
    async def ListAppeals(
        self, request: _guild_trust_v1_moderation_pb2.ListAppealsRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.ListAppealsRequest, _guild_trust_v1_moderation_pb2.ListAppealsResponse]
    ) -> _guild_trust_v1_moderation_pb2.ListAppealsResponse:
        """Lists appeals, the oldest first.

        Operators only. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def ResolveAppeal(
        self, request: _guild_trust_v1_moderation_pb2.ResolveAppealRequest, context: _aio.ServicerContext[_guild_trust_v1_moderation_pb2.ResolveAppealRequest, _guild_trust_v1_moderation_pb2.ResolveAppealResponse]
    ) -> _guild_trust_v1_moderation_pb2.ResolveAppealResponse:
        """Decides an appeal: the decision is upheld, or undone with what it did. The member is told by mail.

        Operators only. Errors: NOT_FOUND (APPEAL_NOT_FOUND), FAILED_PRECONDITION (APPEAL_ALREADY_RESOLVED) for one that was decided
        another way. Repeatable with an idempotency key.
        """
        ...
    async def StartChallenge(
        self, request: _guild_trust_v1_trust_service_pb2.StartChallengeRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.StartChallengeRequest, _guild_trust_v1_trust_service_pb2.StartChallengeResponse]
    ) -> _guild_trust_v1_trust_service_pb2.StartChallengeResponse:
        """Gives the caller a task that a person does in passing and that costs a robot. A call that needs one is refused with
        CHALLENGE_REQUIRED.

        Anybody may call it. No errors of its own. A repeat gives another task.
        """
        ...
    async def AnswerChallenge(
        self, request: _guild_trust_v1_trust_service_pb2.AnswerChallengeRequest, context: _aio.ServicerContext[_guild_trust_v1_trust_service_pb2.AnswerChallengeRequest, _guild_trust_v1_trust_service_pb2.AnswerChallengeResponse]
    ) -> _guild_trust_v1_trust_service_pb2.AnswerChallengeResponse:
        """Answers a challenge; a right answer gives a token for one call within ten minutes, by the same member, or from the same
        network where nobody is signed in.

        Who was challenged may call it. Errors: NOT_FOUND (CHALLENGE_NOT_FOUND), FAILED_PRECONDITION (CHALLENGE_CLOSED) for one that
        expired or was passed before. Not repeatable: its reply is a secret, and a challenge is passed once.
        """
        ...

def add_TrustServiceServicer_to_server(
    servicer: TrustServiceServicer, server: _typing.Any
) -> None: ...
