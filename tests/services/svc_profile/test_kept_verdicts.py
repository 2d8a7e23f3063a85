"""A kept verdict is what the profile service would say now, whatever members do."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from guild.graph.v1 import audience_list_pb2 as lists
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer, ConnectionServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer, ProfileServiceStub
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1 import trust_service_pb2 as trust
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceServicer, TrustServiceStub
from mesh.cache import Cache
from mesh.clock import SystemClock
from mesh.contract import Idempotency, specs_of
from mesh.data import Database
from mesh.errors import Failure, Unavailable
from mesh.generations import Generations, Kept
from mesh.service import ACCESS, SHARED_PREFIX
from mesh.settings import RedisSettings
from mesh.testing.identity import SignedIn
from svc_profile.domain.ids import UserId
from svc_profile.domain.rights import Rights
from svc_profile.store.ties import TieRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access
from tests.services.conftest import vouched_for
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_access import PARTS, request_of

Verb = Callable[[World, SignedIn, SignedIn], Awaitable[Any]]


def towards(method: str) -> Verb:
    """A method of the connection service that one calls about another."""

    async def call(world: World, me: SignedIn, other: SignedIn) -> None:
        request = request_of(method)(user_id=str(other.user_id))
        await getattr(ConnectionServiceStub(world.channel), method)(request, metadata=me.metadata)

    return call


def shows_messages_to(audience: "profiles.Audience.ValueType") -> Verb:
    async def call(world: World, me: SignedIn, _: SignedIn) -> None:
        request = profiles.UpdatePrivacySettingsRequest(settings=profiles.PrivacySettings(message_audience=audience))
        await ProfileServiceStub(world.channel).UpdatePrivacySettings(request, metadata=me.metadata)

    return call


def restricts(kind: "trust.RestrictionKind.ValueType") -> Verb:
    """What an operator does about a member; with NONE nothing is restricted any more, and a limit is lifted at once."""

    async def call(world: World, _: SignedIn, other: SignedIn) -> None:
        request = trust.SetRestrictionRequest(user_id=str(other.user_id), kind=kind, reason="tried out")
        stub = TrustServiceStub(world.channel)
        restriction = (await stub.SetRestriction(request, metadata=world.identity.admin_metadata())).restriction
        if kind == trust.RESTRICTION_KIND_LIMITED:
            lifting = trust.LiftRestrictionRequest(
                user_id=restriction.user_id, restriction_id=restriction.id, reason="tried out"
            )
            await stub.LiftRestriction(lifting, metadata=world.identity.admin_metadata())

    return call


async def restricts_by_a_flag(world: World, me: SignedIn, other: SignedIn) -> None:
    """A report that an operator follows."""
    stub, operator = TrustServiceStub(world.channel), world.identity.admin_metadata()
    report = trust.RaiseFlagRequest(user_id=str(other.user_id), kind=trust.FLAG_KIND_SPAM, score=9, evidence="seen")
    flag = (await stub.RaiseFlag(report, metadata=world.identity.service_metadata("feed"))).flag
    request = trust.ResolveFlagRequest(flag_id=flag.id, resolution=trust.FLAG_RESOLUTION_RESTRICTED)
    request.restriction = trust.RESTRICTION_KIND_SHADOW_BAN
    await stub.ResolveFlag(request, metadata=operator)


async def undoes_by_an_appeal(world: World, _: SignedIn, other: SignedIn) -> None:
    """A suspension that an operator takes back."""
    stub, operator = TrustServiceStub(world.channel), world.identity.admin_metadata()
    restricting = trust.SetRestrictionRequest(
        user_id=str(other.user_id), kind=trust.RESTRICTION_KIND_SUSPENDED, reason="tried out"
    )
    one = (await stub.SetRestriction(restricting, metadata=operator)).restriction
    objection = moderation.CreateAppealRequest(decision_id=one.id, text="not me")
    await stub.CreateAppeal(objection, metadata=world.identity.sign_in(other.user_id).metadata)
    request = moderation.ResolveAppealRequest(user_id=one.user_id, decision_id=one.id, answer="right")
    request.outcome = moderation.APPEAL_STATE_LIFTED
    await stub.ResolveAppeal(request, metadata=operator)


def of_a_list(method: str) -> Verb:
    """A change of the oldest audience list of one, with another on it where the method is about somebody."""

    async def call(world: World, me: SignedIn, other: SignedIn) -> None:
        stub = ConnectionServiceStub(world.channel)
        found = (await stub.ListAudienceLists(lists.ListAudienceListsRequest(), metadata=me.metadata)).audience_lists
        if not found:
            request = lists.CreateAudienceListRequest(audience_list=lists.AudienceList(name="Close"))
            found = [(await stub.CreateAudienceList(request, metadata=me.metadata)).audience_list]
        fields = {"user_id": str(other.user_id)} if method.endswith("Member") else {}
        request = getattr(lists, f"{method}Request")(list_id=found[0].id, **fields)
        await getattr(stub, method)(request, metadata=me.metadata)

    return call


VERBS: Mapping[str, Verb] = {
    **{
        method: of_a_list(method)
        for method in ("AddAudienceListMember", "RemoveAudienceListMember", "DeleteAudienceList")
    },
    **{
        method: towards(method)
        for method in (
            "RequestConnection",
            "AcceptConnection",
            "RejectConnection",
            "IgnoreConnection",
            "WithdrawConnection",
            "RemoveConnection",
            "BlockUser",
            "UnblockUser",
            "FollowUser",
            "UnfollowUser",
            "MuteUser",
            "UnmuteUser",
        )
    },
    "UpdatePrivacySettings": shows_messages_to(profiles.AUDIENCE_EVERYONE),
    "SetRestriction": restricts(trust.RESTRICTION_KIND_SUSPENDED),
    "SetRestriction to a shadow ban": restricts(trust.RESTRICTION_KIND_SHADOW_BAN),
    "SetRestriction to none": restricts(trust.RESTRICTION_KIND_NONE),
    "ResolveFlag": restricts_by_a_flag,
    "ResolveAppeal": undoes_by_an_appeal,
    "LiftRestriction": restricts(trust.RESTRICTION_KIND_LIMITED),
    "UpdatePrivacySettings again": shows_messages_to(profiles.AUDIENCE_CONNECTIONS),
}
OFTEN = (*VERBS, *("SetRestriction to none",) * 6)
"""Operators are lenient here: while members are hidden from each other, little that they do shows in a verdict."""
SERVED: Mapping[str, type] = {
    "guild.graph.v1.ConnectionService": ConnectionServiceServicer,
    "guild.profile.v1.ProfileService": ProfileServiceServicer,
    "guild.trust.v1.TrustService": TrustServiceServicer,
}
OF_NO_MATTER = {
    *("UpdateUser", "DismissSuggestion", "CreateAudienceList", "UpdateAudienceList"),
    *("StartChallenge", "AnswerChallenge", "ExportMyData"),
    *("ReportUser", "ReportContent", "RaiseFlag", "AssignFlag", "LabelFlag", "CreateAppeal"),
    *("RecordAction", "MarkCanary", "UnmarkCanary", "RememberContacts", "ForgetContacts"),
    *("SetHandle", "SetProfilePicture", "SetOpenToWork", "ClearOpenToWork"),
    *("StartCompanyVerification", "ConfirmCompanyVerification", "DeleteCompanyVerification"),
    *("AddSkill", "RemoveSkill", "EndorseSkill", "UnendorseSkill"),
    *(f"{verb}{part}" for verb in ("Create", "Update", "Delete") for part in PARTS),
}
"""Methods that write what verdicts do not depend on."""
OF_THE_LAST_DAY = {"DeleteMyAccount"}
"""What ends a member cannot be tried among those that go on."""


class Verdicts:
    """Asks as another service does, with and without keeping."""

    def __init__(self, world: World, generations: Generations, policy: Access) -> None:
        self._stub = ConnectionServiceStub(world.channel)
        self._metadata = world.identity.service_metadata("feed")
        self.kept: Kept[UUID, UUID, bytes] = Kept(generations, self.fresh, ACCESS, most=1_000)
        self.policy = policy
        self.asked = 0

    async def by_policy(self, pairs: Sequence[tuple[SignedIn, SignedIn]]) -> list[bytes]:
        """What the rows say, read anew, in the words of the service."""
        asked = [(UserId(me.user_id), UserId(other.user_id)) for me, other in pairs]
        found = await self.policy.verdicts(asked)
        sharing = await self.policy.ties.sharing(self.policy.db, asked)
        return [
            graph.AccessVerdict(
                viewer_id=str(one.viewer),
                owner_id=str(one.owner),
                list_ids=map(str, one.lists),
                may_see_second_degree_posts=one.may_see_public
                and (one.connected or (one.viewer, one.owner) in sharing),
                **Rights.of(one)._asdict(),
            ).SerializeToString()
            for one in found
        ]

    async def fresh(self, questions: Mapping[UUID, Sequence[UUID]]) -> Mapping[UUID, Mapping[UUID, bytes]]:
        self.asked += 1
        found: dict[UUID, dict[UUID, bytes]] = {}
        for viewer, owners in questions.items():
            asked = graph.AccessQuestion(viewer_id=str(viewer), owner_ids=map(str, owners), with_second_degree=True)
            request = graph.CheckAccessRequest(questions=[asked])
            reply = await self._stub.CheckAccess(request, metadata=self._metadata)
            found[viewer] = {UUID(said.owner_id): said.SerializeToString() for said in reply.verdicts}
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def verdicts(world: World, redis_settings: RedisSettings) -> AsyncIterator[Verdicts]:
    await vouched_for(redis_settings)
    cache = Cache(redis_settings, prefix=SHARED_PREFIX)
    await cache.start()
    database = Database(world.settings)
    await database.start()
    policy = Access(database, UserRepository(), TieRepository(), SystemClock())
    yield Verdicts(world, Generations(cache), policy)
    await database.stop()
    await cache.stop()


def test_whoever_adds_a_method_says_whether_it_matters() -> None:
    """What writes is tried here, or is known to change no verdict."""
    writing = {
        spec.name
        for service, base in SERVED.items()
        for spec in specs_of(service).values()
        if spec.required_policy.idempotency != Idempotency.NO_SIDE_EFFECTS
        and any(spec.name in vars(servicer) for servicer in base.__subclasses__() if _is_ours(servicer))
    }

    assert writing == {verb for verb in VERBS if " " not in verb} | OF_NO_MATTER | OF_THE_LAST_DAY


def _is_ours(servicer: type) -> bool:
    return servicer.__module__.startswith("svc_profile.")


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_members_do_the_next_read_knows(world: World, verdicts: Verdicts, seed: int) -> None:
    """Three members, all pairs both ways: after each answer, also a refusal, what is kept is what is so."""
    chance = random.Random(seed)
    members = [await world.member() for _ in range(3)]
    ids = [member.user_id for member in members]
    questions = {me: [other for other in ids if other != me] for me in ids}
    pairs = list(permutations(members, 2))
    changed = 0
    before = await verdicts.kept(questions)
    for _ in range(60):
        verb, (me, other) = chance.choice(OFTEN), chance.choice(pairs)
        try:
            await VERBS[verb](world, me, other)
        except Unavailable:
            raise
        except Failure:
            pass
        after = await verdicts.kept(questions)
        assert await verdicts.fresh(questions) == after, verb
        assert await verdicts.by_policy(pairs) == [after[me.user_id][other.user_id] for me, other in pairs], verb
        changed += before != after
        before = after

    assert changed > 5


async def test_nobody_is_asked_while_nothing_changes(world: World, verdicts: Verdicts) -> None:
    """Neither again for the same, nor because of what others do."""
    me, other, third, fourth = [await world.member() for _ in range(4)]
    await verdicts.kept({me.user_id: [other.user_id]})
    asked = verdicts.asked
    await towards("RequestConnection")(world, third, fourth)
    await towards("AcceptConnection")(world, fourth, third)
    await towards("RequestConnection")(world, me, other)
    await towards("BlockUser")(world, other, third)
    await verdicts.kept({me.user_id: [other.user_id]})

    assert asked == verdicts.asked
