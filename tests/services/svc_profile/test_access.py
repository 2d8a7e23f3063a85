"""Who may see what of whom, over the wire: every method that takes a member, every relation to them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.descriptor import MethodDescriptor
from prometheus_client import REGISTRY

from guild.auth.v1 import auth_service_pb2, auth_service_pb2_grpc
from guild.graph.v1 import audience_list_pb2, degree_pb2, follow_pb2, mute_pb2
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1 import connection_service_pb2_grpc as graph_grpc
from guild.privacy.v1 import (
    personal_data_service_pb2,
    personal_data_service_pb2_grpc,
    privacy_service_pb2,
    privacy_service_pb2_grpc,
)
from guild.profile.v1 import handle_pb2, open_to_work_pb2, privacy_pb2, taxonomy_service_pb2, taxonomy_service_pb2_grpc
from guild.profile.v1 import profile_service_pb2 as profile
from guild.profile.v1 import profile_service_pb2_grpc as profile_grpc
from guild.profile.v1 import recommendation_service_pb2 as recommendations
from guild.profile.v1 import recommendation_service_pb2_grpc as recommendations_grpc
from guild.profile.v1.user_pb2 import USER_VISIBILITY_FULL, USER_VISIBILITY_REDUCED, User
from guild.trust.v1 import content_author_service_pb2, content_author_service_pb2_grpc
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1 import trust_service_pb2 as trust
from guild.trust.v1 import trust_service_pb2_grpc as trust_grpc
from mesh.authorship import ContentAuthorServicer
from mesh.errors import Failure, NotFound
from mesh.ids import uuid7
from mesh.privacy import PersonalDataServicer
from mesh.testing.identity import SignedIn
from svc_profile.rpc.account_servicer import AccountServicer
from svc_profile.rpc.appeal_servicer import AppealServicer
from svc_profile.rpc.audience_list_servicer import AudienceListServicer
from svc_profile.rpc.audit_servicer import AuditServicer
from svc_profile.rpc.auth_servicer import AuthServicer
from svc_profile.rpc.canary_servicer import CanaryServicer
from svc_profile.rpc.career_servicer import CareerServicer
from svc_profile.rpc.challenge_servicer import ChallengeServicer
from svc_profile.rpc.company_verification_servicer import CompanyVerificationServicer
from svc_profile.rpc.connection_servicer import ConnectionServicer
from svc_profile.rpc.contact_servicer import ContactServicer
from svc_profile.rpc.degree_servicer import DegreeServicer
from svc_profile.rpc.factor_recovery_servicer import FactorRecoveryServicer
from svc_profile.rpc.factor_servicer import FactorServicer
from svc_profile.rpc.flag_servicer import FlagServicer
from svc_profile.rpc.follow_servicer import FollowServicer
from svc_profile.rpc.handle_servicer import HandleServicer
from svc_profile.rpc.leaving_servicer import LeavingServicer
from svc_profile.rpc.member_export_servicer import MemberExportServicer
from svc_profile.rpc.open_to_work_servicer import OpenToWorkServicer
from svc_profile.rpc.passkey_servicer import PasskeyServicer
from svc_profile.rpc.people_servicer import PeopleServicer
from svc_profile.rpc.picture_servicer import PictureServicer
from svc_profile.rpc.privacy_servicer import PrivacyServicer
from svc_profile.rpc.profile_servicer import ProfileServicer
from svc_profile.rpc.quiet_servicer import QuietServicer
from svc_profile.rpc.recommendation_servicer import RecommendationServicer
from svc_profile.rpc.restriction_servicer import RestrictionServicer
from svc_profile.rpc.skill_servicer import SkillServicer
from svc_profile.rpc.suggestion_servicer import SuggestionServicer
from svc_profile.rpc.taxonomy_servicer import TaxonomyServicer
from svc_profile.rpc.view_servicer import ViewServicer
from tests.services.svc_profile.conftest import World

ABOUT_A_MEMBER = (
    "GetUser",
    "GetDegree",
    "ListConnections",
    "ListMutualConnections",
    "ListUserFollowers",
    "ListFollowing",
)
"""Methods that read what belongs to a member."""
STATEMENTS = ("SELECT users", "SELECT ties", "SELECT connections", "SELECT follows", "SELECT nodes")
"""What such a read may run."""
FROM_MEMORY = ("GetDegree", "ListMutualConnections")
"""Those of them that are answered by the graph in memory."""

RELATIONS = (
    "self",
    "first",
    "second",
    "third",
    "stranger",
    "blocked",
    "blocking",
    "suspended",
    "shadow_banned",
    "unknown",
    "anonymous",
)
"""What the member is to the viewer; to be anonymous is to look at a stranger without signing in."""

Ask = Callable[[World, Any, str], Awaitable[str]]


def outcomes(default: str, **others: str) -> dict[str, str]:
    """What comes back for each relation; who is hidden is not found, and who is not signed in is asked to."""
    hidden = dict.fromkeys(("blocked", "blocking", "suspended", "unknown"), "USER_NOT_FOUND")
    return dict.fromkeys(RELATIONS, default) | hidden | {"anonymous": "UNAUTHENTICATED"} | others


async def get_user(world: World, metadata: Any, user_id: str) -> str:
    request = profile.GetUserRequest(user_id=user_id)
    user = (await profile_grpc.ProfileServiceStub(world.channel).GetUser(request, metadata=metadata)).user
    visibility = {USER_VISIBILITY_FULL: "full", USER_VISIBILITY_REDUCED: "reduced"}[user.visibility]
    return f"{visibility} {user.degree}" if user.HasField("degree") else visibility


async def preview_profile(world: World, metadata: Any, user_id: str) -> str:
    request = privacy_pb2.PreviewProfileRequest(user_id=user_id)
    user = (await profile_grpc.ProfileServiceStub(world.channel).PreviewProfile(request, metadata=metadata)).user
    return f"full {user.degree}" if user.HasField("degree") else "full"


async def get_user_by_handle(world: World, metadata: Any, user_id: str) -> str:
    handle = f"m-{user_id[-12:]}"
    await world.database.execute(
        "INSERT INTO handles (handle, user_id, since) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING", handle, user_id
    )
    request = handle_pb2.GetUserByHandleRequest(handle=handle)
    user = (await profile_grpc.ProfileServiceStub(world.channel).GetUserByHandle(request, metadata=metadata)).user
    return {USER_VISIBILITY_FULL: "full", USER_VISIBILITY_REDUCED: "reduced"}[user.visibility]


async def get_open_to_work(world: World, metadata: Any, user_id: str) -> str:
    await world.database.execute(
        "INSERT INTO open_to_work (user_id, told_to, wanted) VALUES ($1, 'connections', $2) ON CONFLICT DO NOTHING",
        UUID(user_id),
        '{"occupation_ids": [], "places": [], "workplaces": [], "salary": null, "excluded": []}',
    )
    request = open_to_work_pb2.GetOpenToWorkRequest(user_id=user_id)
    reply = await profile_grpc.ProfileServiceStub(world.channel).GetOpenToWork(request, metadata=metadata)
    return "told" if reply.HasField("open_to_work") else "not told"


async def batch_get_users(world: World, metadata: Any, user_id: str) -> str:
    request = profile.BatchGetUsersRequest(user_ids=[user_id])
    reply = await profile_grpc.ProfileServiceStub(world.channel).BatchGetUsers(request, metadata=metadata)
    return "there" if [user_id] == [user.id for user in reply.users] else "not there"


async def batch_get_degrees(world: World, metadata: Any, user_id: str) -> str:
    request = degree_pb2.BatchGetDegreesRequest(user_ids=[user_id])
    reply = await graph_grpc.ConnectionServiceStub(world.channel).BatchGetDegrees(request, metadata=metadata)
    return " ".join("self" if one.is_self else str(one.degree) for one in reply.degrees) or "not there"


async def update_user(world: World, metadata: Any, user_id: str) -> str:
    request = profile.UpdateUserRequest(user=User(id=user_id, headline="x"))
    await profile_grpc.ProfileServiceStub(world.channel).UpdateUser(request, metadata=metadata)
    return "changed"


def connection(verb: str) -> Ask:
    async def ask(world: World, metadata: Any, user_id: str) -> str:
        request = getattr(graph, f"{verb}ConnectionRequest")(user_id=user_id)
        call = getattr(graph_grpc.ConnectionServiceStub(world.channel), f"{verb}Connection")
        status = (await call(request, metadata=metadata)).connection.status
        return graph.ConnectionStatus.Name(status).removeprefix("CONNECTION_STATUS_").lower()

    return ask


def request_of(method: str) -> Callable[..., Any]:
    """The request of a method of the ConnectionService, wherever the contract has it."""
    name = f"{method}Request"
    return next(getattr(module, name) for module in (graph, follow_pb2, mute_pb2) if hasattr(module, name))


def of_member(name: str, told: Callable[[Any], str]) -> Ask:
    async def ask(world: World, metadata: Any, user_id: str) -> str:
        request = request_of(name)(user_id=user_id)
        return told(await getattr(graph_grpc.ConnectionServiceStub(world.channel), name)(request, metadata=metadata))

    return ask


async def check_access(world: World, metadata: Any, user_id: str) -> str:
    viewer_id = viewers[metadata] if metadata else ""
    question = graph.AccessQuestion(viewer_id=viewer_id, owner_ids=[user_id])
    [verdict] = (
        await graph_grpc.ConnectionServiceStub(world.channel).CheckAccess(
            graph.CheckAccessRequest(questions=[question]), metadata=world.identity.service_metadata("feed")
        )
    ).verdicts
    assert (viewer_id, user_id) == (verdict.viewer_id, verdict.owner_id)
    return " ".join(field.name for field, value in verdict.ListFields() if value is True)


async def put_on_a_list(world: World, metadata: Any, user_id: str) -> str:
    stub, named = graph_grpc.ConnectionServiceStub(world.channel), audience_list_pb2.AudienceList(name="Close")
    new = audience_list_pb2.CreateAudienceListRequest(audience_list=named)
    made = await stub.CreateAudienceList(new, metadata=metadata)
    request = audience_list_pb2.AddAudienceListMemberRequest(list_id=made.audience_list.id, user_id=user_id)
    await stub.AddAudienceListMember(request, metadata=metadata)
    return "on it"


async def take_off_a_list(world: World, metadata: Any, user_id: str) -> str:
    request = audience_list_pb2.RemoveAudienceListMemberRequest(list_id=str(uuid7()), user_id=user_id)
    await graph_grpc.ConnectionServiceStub(world.channel).RemoveAudienceListMember(request, metadata=metadata)
    return "off it"


def stream_ids(name: str) -> Ask:
    async def ask(world: World, metadata: Any, user_id: str) -> str:
        method = getattr(graph_grpc.ConnectionServiceStub(world.channel), name)
        stream = method(request_of(name)(user_id=user_id), metadata=metadata)
        return str(len([one async for page in stream for one in page.user_ids]))

    return ask


async def has_audience_list(world: World, metadata: Any, user_id: str) -> str:
    request = graph.HasAudienceListRequest(user_id=user_id, list_id=str(uuid7()))
    return str(
        (await graph_grpc.ConnectionServiceStub(world.channel).HasAudienceList(request, metadata=metadata)).found
    )


def of_skill(name: str, told: Callable[[Any], str]) -> Ask:
    async def ask(world: World, metadata: Any, user_id: str) -> str:
        skill_id = await world.skill(UUID(user_id))
        request = getattr(profile, f"{name}Request")(user_id=user_id, skill_id=str(skill_id))
        return told(await getattr(profile_grpc.ProfileServiceStub(world.channel), name)(request, metadata=metadata))

    return ask


def recommendation(name: str, of: str = "user_id", **fields: Any) -> Ask:
    async def ask(world: World, metadata: Any, user_id: str) -> str:
        request = getattr(recommendations, f"{name}Request")(**{of: user_id}, **fields)
        stub = recommendations_grpc.RecommendationServiceStub(world.channel)
        await getattr(stub, name)(request, metadata=metadata)
        return "done"

    return ask


def of_trust(name: str, **further: Any) -> Ask:
    async def ask(world: World, metadata: Any, user_id: str) -> str:
        request = getattr(trust, f"{name}Request", None) or getattr(moderation, f"{name}Request")
        call = getattr(trust_grpc.TrustServiceStub(world.channel), name)
        await call(request(user_id=user_id, **further), metadata=metadata)
        return "done"

    return ask


def of_privacy(name: str, **further: Any) -> Ask:
    async def ask(world: World, metadata: Any, user_id: str) -> str:
        request = getattr(privacy_service_pb2, f"{name}Request")(user_id=user_id, **further)
        call = getattr(privacy_service_pb2_grpc.PrivacyServiceStub(world.channel), name)(request, metadata=metadata)
        await (anext(aiter(call)) if name.startswith("Download") else call)
        return "done"

    return ask


FOR_OPERATORS: Mapping[str, Mapping[str, Any]] = {
    "SetRestriction": {"kind": trust.RESTRICTION_KIND_SUSPENDED, "reason": "x"},
    "LiftRestriction": {"restriction_id": str(uuid7()), "reason": "x"},
    "ListActions": {},
    "MarkCanary": {},
    "UnmarkCanary": {},
    "RecordAction": {"id": str(uuid7()), "operator": "x", "kind": moderation.ACTION_KIND_FEED_REBUILT},
    "ListFlags": {},
    "RaiseFlag": {"kind": trust.FLAG_KIND_SPAM, "score": 50, "evidence": "x"},
    "ResolveAppeal": {"decision_id": str(uuid7()), "outcome": moderation.APPEAL_STATE_LIFTED, "answer": "x"},
}
viewers: dict[Any, str] = {}
"""The viewer who calls with some metadata: CheckAccess is asked by a service about them."""

NEVER_RECOMMENDED = dict.fromkeys(RELATIONS, "RECOMMENDATION_NOT_FOUND") | {"anonymous": "UNAUTHENTICATED"}
PARTS = ("Position", "Education", "Language", "Certification")
NEVER_MET = outcomes("CONNECTION_NOT_FOUND", blocked="CONNECTION_NOT_FOUND", blocking="CONNECTION_NOT_FOUND") | {
    "self": "CANNOT_CONNECT_TO_SELF",
    "suspended": "CONNECTION_NOT_FOUND",
    "unknown": "CONNECTION_NOT_FOUND",
}
EVERYTHING_PUBLIC = "may_see_profile may_see_public"

CASES: Mapping[str, tuple[Ask, Mapping[str, str]]] = {
    "GetUser": (
        get_user,
        outcomes("full", first="full 1", second="full 2", third="full 3", anonymous="reduced"),
    ),
    "BatchGetUsers": (
        batch_get_users,
        dict.fromkeys(RELATIONS, "there")
        | dict.fromkeys(("blocked", "blocking", "suspended", "unknown"), "not there")
        | {"anonymous": "UNAUTHENTICATED"},
    ),
    "PreviewProfile": (
        preview_profile,
        outcomes("full", first="full 1", second="full 2", third="full 3"),
    ),
    "GetUserByHandle": (
        get_user_by_handle,
        outcomes(
            "reduced",
            anonymous="reduced",
            **dict.fromkeys(("blocked", "blocking", "suspended", "unknown"), "HANDLE_NOT_FOUND"),
        ),
    ),
    "GetOpenToWork": (get_open_to_work, outcomes("not told", self="told", first="told")),
    "UpdateUser": (update_user, outcomes("NOT_YOUR_PROFILE", self="changed")),
    "RequestConnection": (
        connection("Request"),
        outcomes("pending", self="CANNOT_CONNECT_TO_SELF", first="ALREADY_CONNECTED"),
    ),
    "AcceptConnection": (connection("Accept"), NEVER_MET | {"first": "accepted"}),
    "RejectConnection": (connection("Reject"), NEVER_MET | {"first": "CONNECTION_NOT_PENDING"}),
    "IgnoreConnection": (connection("Ignore"), NEVER_MET | {"first": "CONNECTION_NOT_PENDING"}),
    "WithdrawConnection": (connection("Withdraw"), NEVER_MET | {"first": "CONNECTION_NOT_PENDING"}),
    "RemoveConnection": (connection("Remove"), NEVER_MET | {"first": "removed"}),
    "ListConnections": (
        of_member("ListConnections", lambda reply: str(reply.total_size)),
        outcomes("0", self="1", first="2", second="2", third="1"),
    ),
    "ListMutualConnections": (
        of_member("ListMutualConnections", lambda reply: str(reply.total_size)),
        outcomes("0", self="1", second="1"),
    ),
    "GetDegree": (
        of_member("GetDegree", lambda reply: "self" if reply.is_self else f"{reply.degree} {len(reply.path)}"),
        outcomes("0 0", self="self", first="1 2", second="2 3", third="3 4"),
    ),
    "BatchGetDegrees": (
        batch_get_degrees,
        outcomes("0", self="self", first="1", second="2", third="3")
        | dict.fromkeys(("blocked", "blocking", "suspended", "unknown"), "not there"),
    ),
    "BlockUser": (
        of_member("BlockUser", lambda _: "hidden"),
        outcomes("hidden", self="CANNOT_BLOCK_SELF", blocked="hidden"),
    ),
    "UnblockUser": (
        of_member("UnblockUser", lambda _: "done"),
        dict.fromkeys(RELATIONS, "done") | {"anonymous": "UNAUTHENTICATED"},
    ),
    "AddAudienceListMember": (put_on_a_list, outcomes("NOT_CONNECTED", self="NOT_CONNECTED", first="on it")),
    "RemoveAudienceListMember": (
        take_off_a_list,
        dict.fromkeys(RELATIONS, "off it") | {"anonymous": "UNAUTHENTICATED"},
    ),
    "EndorseSkill": (
        of_skill("EndorseSkill", lambda reply: str(reply.skill.endorsement_count)),
        outcomes("NOT_CONNECTED", self="CANNOT_ENDORSE_SELF", first="1"),
    ),
    "UnendorseSkill": (of_skill("UnendorseSkill", lambda reply: str(reply.skill.endorsement_count)), outcomes("0")),
    "ListEndorsements": (of_skill("ListEndorsements", lambda reply: str(reply.total_size)), outcomes("0")),
    "RequestRecommendation": (
        recommendation("RequestRecommendation", relationship=recommendations.RELATIONSHIP_COLLEAGUE),
        outcomes("NOT_CONNECTED", self="CANNOT_RECOMMEND_SELF", first="done"),
    ),
    "WriteRecommendation": (
        recommendation("WriteRecommendation", relationship=recommendations.RELATIONSHIP_COLLEAGUE, text="Good."),
        outcomes("NOT_CONNECTED", self="CANNOT_RECOMMEND_SELF", first="done"),
    ),
    "WithdrawRecommendation": (recommendation("WithdrawRecommendation"), NEVER_RECOMMENDED),
    "SetRecommendationVisibility": (recommendation("SetRecommendationVisibility", "author_id"), NEVER_RECOMMENDED),
    "DeleteRecommendation": (recommendation("DeleteRecommendation", "author_id"), NEVER_RECOMMENDED),
    "ListRecommendations": (recommendation("ListRecommendations"), outcomes("done")),
    "ListConnectionHistory": (
        of_member("ListConnectionHistory", lambda reply: str(len(reply.transitions))),
        dict.fromkeys(RELATIONS, "0") | {"anonymous": "UNAUTHENTICATED"},
    ),
    "FollowUser": (of_member("FollowUser", lambda _: "followed"), outcomes("followed", self="CANNOT_FOLLOW_SELF")),
    "UnfollowUser": (
        of_member("UnfollowUser", lambda _: "done"),
        dict.fromkeys(RELATIONS, "done") | {"anonymous": "UNAUTHENTICATED"},
    ),
    "ListUserFollowers": (
        of_member("ListUserFollowers", lambda reply: str(reply.total_size)),
        outcomes("0", self="1", first="2", second="2", third="1"),
    ),
    "ListFollowing": (
        of_member("ListFollowing", lambda reply: str(reply.total_size)),
        outcomes("0", self="1", first="2", second="2", third="1"),
    ),
    "DismissSuggestion": (
        of_member("DismissSuggestion", lambda _: "done"),
        outcomes("done", self="CANNOT_CONNECT_TO_SELF"),
    ),
    "MuteUser": (of_member("MuteUser", lambda _: "muted"), outcomes("muted", self="CANNOT_MUTE_SELF")),
    "UnmuteUser": (
        of_member("UnmuteUser", lambda _: "done"),
        dict.fromkeys(RELATIONS, "done") | {"anonymous": "UNAUTHENTICATED"},
    ),
    "CheckAccess": (
        check_access,
        dict.fromkeys(RELATIONS, EVERYTHING_PUBLIC)
        | dict.fromkeys(("blocked", "blocking", "suspended", "unknown"), "")
        | {
            "self": f"{EVERYTHING_PUBLIC} may_see_connections_posts is_self",
            "first": f"{EVERYTHING_PUBLIC} may_see_connections_posts may_message connected following",
            "shadow_banned": "may_see_profile",
        },
    ),
    "StreamConnectionIds": (
        stream_ids("StreamConnectionIds"),
        dict.fromkeys(RELATIONS, "PERMISSION_DENIED"),
    ),
    "StreamFollowerIds": (
        stream_ids("StreamFollowerIds"),
        dict.fromkeys(RELATIONS, "PERMISSION_DENIED"),
    ),
    "StreamFollowedIds": (
        stream_ids("StreamFollowedIds"),
        dict.fromkeys(RELATIONS, "PERMISSION_DENIED"),
    ),
    "HasAudienceList": (has_audience_list, dict.fromkeys(RELATIONS, "PERMISSION_DENIED")),
    "ReportUser": (
        of_trust("ReportUser", reason=trust.REPORT_REASON_SPAM),
        outcomes("done", self="CANNOT_REPORT_SELF"),
    ),
    **{
        name: (of_trust(name, **further), dict.fromkeys(RELATIONS, "PERMISSION_DENIED"))
        for name, further in FOR_OPERATORS.items()
    },
    **{
        name: (of_privacy(name, **further), dict.fromkeys(RELATIONS, "PERMISSION_DENIED"))
        for name, further in (
            ("StartMemberExport", {"reason": "x"}),
            ("GetMemberExport", {"export_id": str(uuid7())}),
            ("DownloadMemberExport", {"export_id": str(uuid7())}),
        )
    },
}
WITHOUT_A_MEMBER = {
    "GetContentAuthor",
    *("Register", "Login", "RefreshToken", "Logout", "LogoutEverywhere", "ListSessions", "RevokeSession"),
    *("VerifyEmail", "ResendVerification", "RequestEmailChange", "ConfirmEmailChange", "UndoEmailChange"),
    *("ChangePassword", "RequestPasswordReset", "ResetPassword", "GetJwks", "RotateSigningKey"),
    *("StartPhoneVerification", "ConfirmPhoneVerification", "RemovePhoneNumber"),
    *("CompleteSecondFactor", "StepUp", "GetSecondFactors", "RegenerateRecoveryCodes"),
    *("StartSecondFactorRecovery", "FinishSecondFactorRecovery"),
    *("CancelSecondFactorRecovery", "CancelSecondFactorRecoveryByMail"),
    *("StartTotp", "ConfirmTotp", "DisableTotp"),
    *("StartPasskeyRegistration", "FinishPasskeyRegistration", "ListPasskeys", "DeletePasskey"),
    *("StartPasskeyLogin", "FinishPasskeyLogin"),
    *("GetMe", "GetPrivacySettings", "UpdatePrivacySettings", "ListPendingRequests"),
    *("SetHandle", "SetProfilePicture", "SetOpenToWork", "ClearOpenToWork"),
    *("StartCompanyVerification", "ConfirmCompanyVerification", "DeleteCompanyVerification"),
    *("CreateAudienceList", "UpdateAudienceList", "DeleteAudienceList"),
    *("ListAudienceLists", "ListAudienceListMembers"),
    *("ListMutes", "ListBlocks", "GetNetworkSize", "ListSuggestions"),
    *("ExportMyData", "DeleteMyAccount", "StartExport", "GetExport", "DownloadExport", "GetErasure", "CancelErasure"),
    *("ExportUser", "EraseUser"),
    *("StreamProfiles", "StreamConnections", "AuditConnections", "ListMyDecisions"),
    *("ReportContent", "ListMyReports", "GetFlag", "AssignFlag", "LabelFlag", "ResolveFlag"),
    *("CreateAppeal", "ListAppeals", "ListCanaries", "StartChallenge", "AnswerChallenge", "GetInvitationBudget"),
    *("AddSkill", "RemoveSkill", "ListMyRecommendations"),
    *("ListProfileViewers", "GetProfileStats"),
    "SearchPeople",  # test_search_people.py tells who is found
    *("GetContactSalt", "ImportContacts", "RememberContacts", "ForgetContacts"),  # and test_contacts.py
    *("SearchSkills", "SearchOccupations", "BatchGetSkills", "BatchGetOccupations"),
    *(f"{verb}{part}" for verb in ("Create", "Update", "Delete") for part in PARTS),
}
"""Methods about the caller alone, about nobody, or about all."""


def served() -> set[str]:
    """The methods of the contract that this service implements."""
    services: list[tuple[Any, type, type]] = [
        (auth_service_pb2, AccountServicer, auth_service_pb2_grpc.AuthServiceServicer),
        (auth_service_pb2, AuthServicer, auth_service_pb2_grpc.AuthServiceServicer),
        (auth_service_pb2, FactorRecoveryServicer, auth_service_pb2_grpc.AuthServiceServicer),
        (auth_service_pb2, FactorServicer, auth_service_pb2_grpc.AuthServiceServicer),
        (auth_service_pb2, PasskeyServicer, auth_service_pb2_grpc.AuthServiceServicer),
        (profile, ProfileServicer, profile_grpc.ProfileServiceServicer),
        (profile, PeopleServicer, profile_grpc.ProfileServiceServicer),
        (profile, PictureServicer, profile_grpc.ProfileServiceServicer),
        (profile, ContactServicer, profile_grpc.ProfileServiceServicer),
        (profile, OpenToWorkServicer, profile_grpc.ProfileServiceServicer),
        (profile, HandleServicer, profile_grpc.ProfileServiceServicer),
        (profile, ViewServicer, profile_grpc.ProfileServiceServicer),
        (profile, CareerServicer, profile_grpc.ProfileServiceServicer),
        (profile, CompanyVerificationServicer, profile_grpc.ProfileServiceServicer),
        (profile, LeavingServicer, profile_grpc.ProfileServiceServicer),
        (privacy_service_pb2, PrivacyServicer, privacy_service_pb2_grpc.PrivacyServiceServicer),
        (privacy_service_pb2, MemberExportServicer, privacy_service_pb2_grpc.PrivacyServiceServicer),
        (
            personal_data_service_pb2,
            PersonalDataServicer,
            personal_data_service_pb2_grpc.PersonalDataServiceServicer,
        ),
        (
            content_author_service_pb2,
            ContentAuthorServicer,
            content_author_service_pb2_grpc.ContentAuthorServiceServicer,
        ),
        (profile, SkillServicer, profile_grpc.ProfileServiceServicer),
        (recommendations, RecommendationServicer, recommendations_grpc.RecommendationServiceServicer),
        (taxonomy_service_pb2, TaxonomyServicer, taxonomy_service_pb2_grpc.TaxonomyServiceServicer),
        (graph, ConnectionServicer, graph_grpc.ConnectionServiceServicer),
        (trust, RestrictionServicer, trust_grpc.TrustServiceServicer),
        (graph, FollowServicer, graph_grpc.ConnectionServiceServicer),
        (graph, AudienceListServicer, graph_grpc.ConnectionServiceServicer),
        (graph, QuietServicer, graph_grpc.ConnectionServiceServicer),
        (graph, DegreeServicer, graph_grpc.ConnectionServiceServicer),
        (graph, SuggestionServicer, graph_grpc.ConnectionServiceServicer),
        (graph, AuditServicer, graph_grpc.ConnectionServiceServicer),
        (trust, FlagServicer, trust_grpc.TrustServiceServicer),
        (trust, ChallengeServicer, trust_grpc.TrustServiceServicer),
        (trust, AppealServicer, trust_grpc.TrustServiceServicer),
        (trust, CanaryServicer, trust_grpc.TrustServiceServicer),
    ]
    methods: list[tuple[MethodDescriptor, type, type]] = [
        (method, ours, unimplemented)
        for module, ours, unimplemented in services
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    ]
    return {
        method.name
        for method, ours, unimplemented in methods
        if getattr(ours, method.name) is not getattr(unimplemented, method.name)
    }


def test_no_method_is_missing() -> None:
    """Whoever implements a method says here what it answers about whom."""
    assert served() == CASES.keys() | WITHOUT_A_MEMBER


async def people(world: World, viewer: SignedIn) -> dict[str, str]:
    """The ids of members in every relation to the viewer."""
    first, second, third = [await world.member() for _ in range(3)]
    await world.connect(viewer, first)
    await world.connect(second, first)
    await world.connect(third, second)
    found = {"self": viewer, "first": first, "second": second, "third": third, "stranger": await world.member()}
    found |= {"suspended": await world.member(standing="suspended"), "anonymous": await world.member()}
    found |= {"shadow_banned": await world.member(standing="shadow_ban"), "unknown": world.identity.sign_in()}
    found |= {"blocked": await world.member(), "blocking": await world.member()}
    await world.block(viewer, found["blocked"])
    await world.block(found["blocking"], viewer)
    return {relation: str(person.user_id) for relation, person in found.items()}


@pytest.mark.parametrize("method", CASES)
async def test_each_method_answers_by_relation(world: World, method: str) -> None:
    """Hidden members are as good as unknown, whichever way the block goes; nothing else tells relations apart."""
    ask, expected = CASES[method]
    viewer = await world.member()
    viewers[viewer.metadata] = str(viewer.user_id)
    found: dict[str, str] = {}
    for relation, user_id in (await people(world, viewer)).items():
        try:
            found[relation] = await ask(world, () if relation == "anonymous" else viewer.metadata, user_id)
        except Failure as failure:
            found[relation] = failure.reason
    assert expected == found


@pytest.mark.parametrize(
    "method", ["GetUser", "GetDegree", "ListConnections", "ListMutualConnections", "ListUserFollowers", "ListFollowing"]
)
async def test_who_is_hidden_takes_the_same_way_as_who_does_not_exist(world: World, method: str) -> None:
    """The same statements as often: no clock tells a block or a suspension from a made-up id."""
    viewer = await world.member()
    ask, found = CASES[method][0], dict[str, dict[str, float]]()
    for relation, user_id in (await people(world, viewer)).items():
        if relation in {"blocked", "blocking", "suspended", "unknown"}:
            before = statements()
            with pytest.raises(NotFound):
                await ask(world, viewer.metadata, user_id)
            found[relation] = {
                name: count - before[name] for name, count in statements().items() if count > before[name]
            }
    expected = {"SELECT nodes": 1.0} if method in FROM_MEMORY else {"SELECT users": 1.0, "SELECT ties": 1.0}
    assert expected == found["unknown"]
    assert [found["unknown"]] * 4 == list(found.values())


def statements() -> dict[str, float]:
    """How often each statement on members was run by this process."""
    [metric] = REGISTRY.restricted_registry(["guild_sql_seconds_count"]).collect()
    counts = {one.labels["statement"]: one.value for one in metric.samples if one.name == "guild_sql_seconds_count"}
    return {name: counts.get(name, 0.0) for name in STATEMENTS}
