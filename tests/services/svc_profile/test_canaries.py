"""Accounts that nobody has, and the log of what operators do."""

from typing import Any

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import USER_VISIBILITY_FULL
from guild.trust.v1 import moderation_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.errors import FailedPrecondition, Failure, NotFound
from mesh.ids import uuid7
from mesh.testing.identity import SignedIn
from svc_profile.domain.canaries import SEVERAL
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_browsing import opened
from tests.services.svc_profile.test_challenges import passed


async def mark(world: World, user_id: Any) -> pb.Canary:
    request = pb.MarkCanaryRequest(user_id=str(user_id))
    return (await TrustServiceStub(world.channel).MarkCanary(request, metadata=world.identity.admin_metadata())).canary


async def actions(world: World, user_id: Any = "") -> list[pb.Action]:
    request = pb.ListActionsRequest(user_id=str(user_id), page_size=100)
    reply = await TrustServiceStub(world.channel).ListActions(request, metadata=world.identity.admin_metadata())
    return list(reply.actions)


async def canary(world: World) -> SignedIn:
    account = await world.member()
    await mark(world, account.user_id)
    return account


async def test_who_opens_several_is_asked_and_flagged(world: World) -> None:
    """By id they look like anybody; two, or one again and again, are no trap; a challenge begins anew."""
    viewer, other = await world.member(), await world.member()
    traps = [await canary(world) for _ in range(SEVERAL)]
    seen = [await opened(world, viewer, one) for one in (*traps[:-1], traps[0], other)]
    assert {USER_VISIBILITY_FULL} == {one.visibility for one in seen}
    assert not [await world.database.fetch("SELECT 1 FROM flags WHERE user_id = $1", viewer.user_id)][0]

    for one in (traps[-1], other):
        with pytest.raises(Failure) as caught:
            await opened(world, viewer, one)
        assert "CHALLENGE_REQUIRED" == caught.value.reason
    token = await passed(world, viewer.metadata)
    assert USER_VISIBILITY_FULL == (await opened(world, viewer, other, token)).visibility
    assert USER_VISIBILITY_FULL == (await opened(world, viewer, traps[0])).visibility

    flags = await world.database.fetch("SELECT kind, score, evidence FROM flags WHERE user_id = $1", viewer.user_id)
    assert [("scraping", 90, "3 canaries within 7 days")] == [tuple(flag) for flag in flags]


async def test_nothing_but_their_id_leads_to_them(world: World) -> None:
    """They are hidden as members hide themselves; neither they nor their events say what they are."""
    account = await canary(world)
    row = await world.database.fetchrow(
        "SELECT discoverable, traversable, findable_by_contact FROM users WHERE user_id = $1", account.user_id
    )
    assert [False, False, False] == list(row)
    assert ["user_updated"] == await world.events(account)
    profile = await ProfileServiceStub(world.channel).GetMe(profiles.GetMeRequest(), metadata=account.metadata)
    assert "canary" not in str(profile).lower()


async def test_marking_is_on_record_and_can_be_taken_back(world: World) -> None:
    """A repeat changes nothing; accounts that are in lists of others cannot be one."""
    account, operator = await world.member(), world.identity.admin_metadata()
    stub = TrustServiceStub(world.channel)
    assert await mark(world, account.user_id) == await mark(world, account.user_id)
    listed = (await stub.ListCanaries(pb.ListCanariesRequest(page_size=100), metadata=operator)).canaries
    assert (str(account.user_id), "admin") in {(one.user_id, one.operator) for one in listed}
    for _ in range(2):
        await stub.UnmarkCanary(pb.UnmarkCanaryRequest(user_id=str(account.user_id)), metadata=operator)
    assert [pb.ACTION_KIND_CANARY_UNMARKED, pb.ACTION_KIND_CANARY_MARKED] == [
        one.kind for one in await actions(world, account.user_id)
    ]

    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    with pytest.raises(FailedPrecondition) as caught:
        await mark(world, ann.user_id)
    assert "CANARY_IMPOSSIBLE" == caught.value.reason
    with pytest.raises(NotFound):
        await mark(world, uuid7())


async def test_what_concerns_no_member_is_on_record_too(world: World) -> None:
    """A new key that signs tokens; what other services tell is there once."""
    operator, member = world.identity.admin_metadata(), uuid7()
    await AuthServiceStub(world.channel).RotateSigningKey(auth.RotateSigningKeyRequest(), metadata=operator)
    assert ("admin", pb.ACTION_KIND_SIGNING_KEY_ROTATED) == next(
        (one.operator, one.kind) for one in await actions(world) if not one.user_id
    )
    request = pb.RecordActionRequest(
        id=str(uuid7()), operator="olga", kind=pb.ACTION_KIND_FEED_REBUILT, user_id=str(member)
    )
    for _ in range(2):
        await TrustServiceStub(world.channel).RecordAction(request, metadata=world.identity.service_metadata("feed"))
    assert [(request.id, "olga", pb.ACTION_KIND_FEED_REBUILT, str(member))] == [
        (one.id, one.operator, one.kind, one.target_id) for one in await actions(world, member)
    ]
