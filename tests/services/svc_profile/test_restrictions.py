"""What operators decide about members: at once, everywhere, told and logged."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import USER_VISIBILITY_FULL, USER_VISIBILITY_REDUCED
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from guildctl.mailbox import Written, letters
from mesh.contract import timestamp
from mesh.errors import InvalidArgument, NotFound, PermissionDenied, Unauthenticated
from mesh.ids import uuid7
from mesh.testing import wait_for
from tests.services.svc_profile.conftest import World

PASSWORD = "correct horse battery"


async def restrict(world: World, user_id: Any, kind: "pb.RestrictionKind.ValueType", **further: Any) -> Any:
    request = pb.SetRestrictionRequest(user_id=str(user_id), kind=kind, reason="seen by me", **further)
    return await TrustServiceStub(world.channel).SetRestriction(request, metadata=world.identity.admin_metadata())


async def lift(world: World, user_id: Any, restriction_id: str) -> Any:
    request = pb.LiftRestrictionRequest(user_id=str(user_id), restriction_id=restriction_id, reason="a mistake")
    return await TrustServiceStub(world.channel).LiftRestriction(request, metadata=world.identity.admin_metadata())


async def register(world: World) -> tuple[str, Any]:
    email = f"{uuid7()}@example.com"
    request = auth.RegisterRequest(email=email, password=PASSWORD, name="Ann")
    return email, await AuthServiceStub(world.channel).Register(request)


def bearer(token: str) -> Any:
    return (("authorization", f"Bearer {token}"),)


async def get(world: World, viewer: Any, user_id: Any) -> Any:
    request = profiles.GetUserRequest(user_id=str(user_id))
    return (await ProfileServiceStub(world.channel).GetUser(request, metadata=viewer.metadata)).user


async def decided(world: World, metadata: Any) -> list[moderation.Decision]:
    request = moderation.ListMyDecisionsRequest()
    return list((await TrustServiceStub(world.channel).ListMyDecisions(request, metadata=metadata)).decisions)


def about(world: World, what: str, to: str) -> list[Written]:
    return [letter for letter in letters(world.mail) if what in letter.line() and letter.to == to]


async def test_a_suspension_ends_every_session_and_leaves_what_is_left(world: World) -> None:
    """Tokens that know nothing of it die at once; who signs in anew reads why, and can do nothing else."""
    email, ann = await register(world)
    second = await AuthServiceStub(world.channel).Login(auth.LoginRequest(email=email, password=PASSWORD))
    until = datetime.now(UTC) + timedelta(days=7)

    await restrict(
        world,
        ann.user.id,
        pb.RESTRICTION_KIND_SUSPENDED,
        expires_at=timestamp(until),
        explanation="You sold followers.",
    )

    for old in (ann, second):
        with pytest.raises(Unauthenticated) as caught:
            await ProfileServiceStub(world.channel).GetMe(profiles.GetMeRequest(), metadata=bearer(old.access_token))
        assert "SESSION_REVOKED" == caught.value.reason
    left = await AuthServiceStub(world.channel).Login(auth.LoginRequest(email=email, password=PASSWORD))
    update, mine = profiles.UpdateUserRequest(), bearer(left.access_token)
    with pytest.raises(PermissionDenied) as refused:
        await ProfileServiceStub(world.channel).UpdateUser(update, metadata=mine)
    assert "ACCOUNT_SUSPENDED" == refused.value.reason
    [told] = await decided(world, mine)
    assert (moderation.DECISION_KIND_SUSPENDED, "You sold followers.") == (told.kind, told.explanation)
    assert until == told.expires_at.ToDatetime(tzinfo=UTC)
    [letter] = await wait_for(lambda: about(world, "suspended", email))
    assert "You sold followers." in letter.whole()


async def test_several_restrictions_hold_at_once_each_with_its_own_end(world: World) -> None:
    """Lifting one leaves the others; lifting all leaves none."""
    ann, bob = await world.member(), await world.member()
    until = timestamp(datetime.now(UTC) + timedelta(hours=1))
    hidden = await restrict(world, bob.user_id, pb.RESTRICTION_KIND_SUSPENDED, expires_at=until)
    limited = await restrict(world, bob.user_id, pb.RESTRICTION_KIND_LIMITED)
    assert [hidden.restriction.id, limited.restriction.id] == [one.id for one in limited.in_force]
    with pytest.raises(NotFound):
        await get(world, ann, bob.user_id)

    left = await lift(world, bob.user_id, hidden.restriction.id)

    assert [limited.restriction.id] == [one.id for one in left.in_force]
    assert USER_VISIBILITY_FULL == (await get(world, ann, bob.user_id)).visibility
    assert USER_VISIBILITY_REDUCED == (await get(world, world.identity.sign_in(bob.user_id), ann.user_id)).visibility
    await restrict(world, bob.user_id, pb.RESTRICTION_KIND_NONE)
    assert USER_VISIBILITY_FULL == (await get(world, world.identity.sign_in(bob.user_id), ann.user_id)).visibility


async def test_a_shadow_ban_is_not_told(world: World) -> None:
    """Neither by mail, nor in the list of decisions, nor by a session that ends."""
    email, bob = await register(world)
    await restrict(world, bob.user.id, pb.RESTRICTION_KIND_SHADOW_BAN)
    await restrict(world, bob.user.id, pb.RESTRICTION_KIND_NONE)
    await ProfileServiceStub(world.channel).GetMe(profiles.GetMeRequest(), metadata=bearer(bob.access_token))
    assert [] == await decided(world, bearer(bob.access_token))
    kinds = await world.database.fetch("SELECT kind FROM mails WHERE user_id = $1", UUID(bob.user.id))
    assert not {"decision", "decision_lifted"} & {row[0] for row in kinds}, email


async def test_a_restriction_that_is_over_counts_no_more_and_is_ended(world: World) -> None:
    """By the clock at once, and in the tables a little later; services that keep verdicts are told."""
    ann, bob = await world.member(), await world.member()
    until = timestamp(datetime.now(UTC) + timedelta(seconds=1))
    one = (await restrict(world, bob.user_id, pb.RESTRICTION_KIND_SUSPENDED, expires_at=until)).restriction
    with pytest.raises(NotFound):
        await get(world, ann, bob.user_id)

    async def ended() -> bool:
        return bool(
            await world.database.fetchval("SELECT ended_at FROM decisions WHERE decision_id = $1", UUID(one.id))
        )

    await wait_for(ended, timeout=15)

    await get(world, ann, bob.user_id)
    assert ["restriction_set", "restriction_lifted"] == [
        event for event in await world.events(bob) if event.startswith("restriction")
    ]


async def over(world: World, restriction_id: str) -> datetime:
    """The time of a restriction passes, and nobody has noted that yet."""
    then = datetime.now(UTC) - timedelta(milliseconds=1)
    await world.database.execute(
        "UPDATE decisions SET expires_at = $1 WHERE decision_id = $2", then, UUID(restriction_id)
    )
    return then


async def test_what_is_lifted_too_late_ended_when_it_was_over(world: World) -> None:
    """Whether anybody had noted that by then or not: who lifts it reads when it ended."""
    bob = await world.member()
    until = timestamp(datetime.now(UTC) + timedelta(hours=1))
    one = (await restrict(world, bob.user_id, pb.RESTRICTION_KIND_LIMITED, expires_at=until)).restriction
    then = await over(world, one.id)

    lifted = (await lift(world, bob.user_id, one.id)).restriction

    assert then == lifted.ended_at.ToDatetime(tzinfo=UTC)


async def test_an_appeal_against_what_is_over_by_now_is_answered_by_mail(world: World) -> None:
    """Nothing is left to be undone, but the member waits for a word."""
    bob, operator = await world.member(), world.identity.admin_metadata()
    until = timestamp(datetime.now(UTC) + timedelta(hours=1))
    one = (await restrict(world, bob.user_id, pb.RESTRICTION_KIND_LIMITED, expires_at=until)).restriction
    stub = TrustServiceStub(world.channel)
    objection = moderation.CreateAppealRequest(decision_id=one.id, text="it was not me")
    await stub.CreateAppeal(objection, metadata=bob.metadata)
    await over(world, one.id)

    answer = moderation.ResolveAppealRequest(
        user_id=one.user_id, decision_id=one.id, outcome=moderation.APPEAL_STATE_LIFTED, answer="so it seems"
    )
    await stub.ResolveAppeal(answer, metadata=operator)

    kinds = await world.database.fetch("SELECT kind FROM mails WHERE user_id = $1", bob.user_id)
    assert ["decision", "decision_lifted"] == sorted(row[0] for row in kinds)


async def test_what_is_over_of_a_member_who_left_is_ended_as_well(world: World) -> None:
    """Or it would be found again and again, without a pause, and nobody else's end would be noted."""
    bob = await world.member()
    until = timestamp(datetime.now(UTC) + timedelta(hours=1))
    one = (await restrict(world, bob.user_id, pb.RESTRICTION_KIND_SUSPENDED, expires_at=until)).restriction
    await world.database.execute("UPDATE users SET deleted_at = now() WHERE user_id = $1", bob.user_id)
    then = await over(world, one.id)

    async def ended() -> Any:
        return await world.database.fetchval("SELECT ended_at FROM decisions WHERE decision_id = $1", UUID(one.id))

    assert then == await wait_for(ended, timeout=15)


async def test_each_act_is_logged_under_its_operators_name(world: World) -> None:
    """With whom it concerns and why; filters narrow it down."""
    bob, cat = await world.member(), await world.member()
    one = (await restrict(world, bob.user_id, pb.RESTRICTION_KIND_LIMITED)).restriction
    await lift(world, bob.user_id, one.id)
    await lift(world, bob.user_id, one.id)
    await restrict(world, cat.user_id, pb.RESTRICTION_KIND_SHADOW_BAN)
    stub, me = TrustServiceStub(world.channel), world.identity.admin_metadata()

    about_bob = await stub.ListActions(moderation.ListActionsRequest(user_id=str(bob.user_id)), metadata=me)
    by_me = await stub.ListActions(moderation.ListActionsRequest(operator="admin", page_size=1), metadata=me)
    by_others = await stub.ListActions(moderation.ListActionsRequest(operator="olga"), metadata=me)

    assert [
        ("admin", moderation.ACTION_KIND_LIFTED, one.id, "a mistake"),
        ("admin", moderation.ACTION_KIND_RESTRICTED, one.id, "seen by me"),
    ] == [(line.operator, line.kind, line.target_id, line.note) for line in about_bob.actions]
    assert [str(cat.user_id)] == [line.user_id for line in by_me.actions]
    assert by_me.next_page_token
    assert [] == list(by_others.actions)


async def test_what_cannot_be_restricted_is_refused(world: World) -> None:
    """A member who does not exist, an end in the past, a restriction of somebody else."""
    bob, cat = await world.member(), await world.member()
    with pytest.raises(NotFound):
        await restrict(world, uuid7(), pb.RESTRICTION_KIND_LIMITED)
    past = timestamp(datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(InvalidArgument) as caught:
        await restrict(world, bob.user_id, pb.RESTRICTION_KIND_LIMITED, expires_at=past)
    assert "EXPIRY_IN_PAST" == caught.value.reason
    one = (await restrict(world, bob.user_id, pb.RESTRICTION_KIND_LIMITED)).restriction
    with pytest.raises(NotFound) as missing:
        await lift(world, cat.user_id, one.id)
    assert "RESTRICTION_NOT_FOUND" == missing.value.reason


async def test_a_limited_member_pays_for_ten(world: World) -> None:
    """From the next token on, which is that of the next sign-in, since the sessions ended; until the limit does."""
    email, bob = await register(world)
    until = datetime.now(UTC) + timedelta(minutes=2)
    await restrict(world, bob.user.id, pb.RESTRICTION_KIND_LIMITED, expires_at=timestamp(until))
    again = await AuthServiceStub(world.channel).Login(auth.LoginRequest(email=email, password=PASSWORD))
    said = jwt.decode(again.access_token, options={"verify_signature": False})
    assert said["limited"]
    assert "suspended" not in said
    assert 0 < said["exp"] - said["iat"] <= 120
