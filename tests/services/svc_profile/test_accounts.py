"""Accounts and sessions over the wire."""

import asyncio
from typing import Any

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from mesh.errors import AlreadyExists, InvalidArgument, PermissionDenied, ResourceExhausted, Unauthenticated
from mesh.ids import uuid7

PASSWORD = "correct horse battery"


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


async def register(profile: Any, name: str = "Ann Example") -> tuple[str, auth.RegisterResponse]:
    email = f"{uuid7()}@Example.com"
    reply = await AuthServiceStub(profile.channel).Register(
        auth.RegisterRequest(email=email, password=PASSWORD, name=name)
    )
    return email, reply


async def test_a_new_member_is_signed_in(profile: Any) -> None:
    """Registration answers with tokens that work."""
    _, reply = await register(profile, "Grace")
    me = await ProfileServiceStub(profile.channel).GetMe(profiles.GetMeRequest(), metadata=bearer(reply.access_token))
    assert ("Grace", reply.user.id) == (me.user.name, me.user.id)


async def test_an_address_has_one_account(profile: Any) -> None:
    """The same address in another case is taken."""
    email, _ = await register(profile)
    with pytest.raises(AlreadyExists) as caught:
        await AuthServiceStub(profile.channel).Register(
            auth.RegisterRequest(email=email.lower(), password=PASSWORD, name="Eve")
        )
    assert caught.value.reason == "EMAIL_TAKEN"


async def test_wrong_password_and_unknown_address_answer_alike(profile: Any) -> None:
    """Nobody learns which addresses have an account."""
    email, _ = await register(profile)
    failures: list[tuple[str, str]] = []
    for address in (email, f"{uuid7()}@example.com"):
        with pytest.raises(Unauthenticated) as caught:
            await AuthServiceStub(profile.channel).Login(auth.LoginRequest(email=address, password="wrong one"))
        failures.append((caught.value.reason, caught.value.message))
    assert failures[0] == failures[1]
    assert failures[0][0] == "INVALID_CREDENTIALS"


async def test_guessing_is_slowed_down(profile: Any) -> None:
    """After five failures the right password has to wait too, and the answer says how long."""
    email, _ = await register(profile)
    stub = AuthServiceStub(profile.channel)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await stub.Login(auth.LoginRequest(email=email, password="wrong one"))
    with pytest.raises(ResourceExhausted) as caught:
        await stub.Login(auth.LoginRequest(email=email, password=PASSWORD))
    assert caught.value.reason == "LOGIN_THROTTLED"
    assert 1 <= (caught.value.retry_after or 0) <= 30


async def test_logout_ends_the_access_token_at_once(profile: Any) -> None:
    """The very next call with the token is refused, and so is the refresh token."""
    _, reply = await register(profile)
    stub = AuthServiceStub(profile.channel)
    await stub.Logout(auth.LogoutRequest(), metadata=bearer(reply.access_token))
    with pytest.raises(Unauthenticated) as caught:
        await ProfileServiceStub(profile.channel).GetMe(profiles.GetMeRequest(), metadata=bearer(reply.access_token))
    assert caught.value.reason == "SESSION_REVOKED"
    with pytest.raises(Unauthenticated):
        await stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=reply.refresh_token))


async def test_a_refresh_token_used_twice_revokes_its_family(profile: Any) -> None:
    """Reuse means theft: the newest token of the session stops working too."""
    _, first = await register(profile)
    stub = AuthServiceStub(profile.channel)
    second = await stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=first.refresh_token))
    with pytest.raises(Unauthenticated) as caught:
        await stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=first.refresh_token))
    assert caught.value.reason == "REFRESH_TOKEN_REUSED"
    with pytest.raises(Unauthenticated):
        await stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=second.refresh_token))
    with pytest.raises(Unauthenticated):
        await ProfileServiceStub(profile.channel).GetMe(profiles.GetMeRequest(), metadata=bearer(second.access_token))


async def test_a_refresh_token_used_at_once_by_many_serves_one(profile: Any) -> None:
    """Of ten uses at the same moment one gets tokens, which the others' theft then revokes."""
    _, first = await register(profile)
    stub = AuthServiceStub(profile.channel)
    uses = (stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=first.refresh_token)) for _ in range(10))
    outcomes = await asyncio.gather(*uses, return_exceptions=True)
    winners = [one for one in outcomes if isinstance(one, auth.RefreshTokenResponse)]
    assert (1, 9) == (len(winners), sum(isinstance(one, Unauthenticated) for one in outcomes))
    with pytest.raises(Unauthenticated):
        await stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=winners[0].refresh_token))
    with pytest.raises(Unauthenticated) as caught:
        await ProfileServiceStub(profile.channel).GetMe(
            profiles.GetMeRequest(), metadata=bearer(winners[0].access_token)
        )
    assert "SESSION_REVOKED" == caught.value.reason


@pytest.mark.parametrize("nothing", [" ", "\u200b", "\u3000\t"])
async def test_a_name_shows_something(profile: Any, nothing: str) -> None:
    """Neither a new member nor one who edits their profile can be without a name; blanks around it are dropped."""
    with pytest.raises(InvalidArgument) as caught:
        await register(profile, nothing)
    assert ["name"] == [violation.field for violation in caught.value.violations]
    _, ann = await register(profile, "  Ann ")
    assert "Ann" == ann.user.name
    for user, paths, reason in ((User(name=nothing), [], "INVALID_ARGUMENT"), (User(), ["name"], "NAME_MISSING")):
        change = profiles.UpdateUserRequest(user=user)
        change.update_mask.paths.extend(paths)
        with pytest.raises(InvalidArgument) as caught:
            await ProfileServiceStub(profile.channel).UpdateUser(change, metadata=bearer(ann.access_token))
        assert reason == caught.value.reason


@pytest.mark.parametrize("password", ["\0" * 8, "12345678\0"])
async def test_a_null_character_is_refused_before_it_reaches_a_store(profile: Any, password: str) -> None:
    """PostgreSQL cannot keep it in a text, so that the caller hears which field has it."""
    stub = AuthServiceStub(profile.channel)
    for request in (
        auth.RegisterRequest(email=f"{uuid7()}@example.com", password=password, name="Ann"),
        auth.RegisterRequest(email=f"{uuid7()}@example.com", password=PASSWORD, name="A\0nn"),
    ):
        with pytest.raises(InvalidArgument) as caught:
            await stub.Register(request)
        assert ["must not contain the character U+0000"] == [one.description for one in caught.value.violations]


async def test_a_profile_is_edited_by_its_owner_only(profile: Any) -> None:
    """Only the fields sent change; another member is refused; a bad mask is named."""
    _, ann = await register(profile)
    _, eve = await register(profile)
    stub = ProfileServiceStub(profile.channel)
    change = profiles.UpdateUserRequest(user=User(id=ann.user.id, headline="Engineer"))
    updated = await stub.UpdateUser(change, metadata=bearer(ann.access_token))
    assert ("Ann Example", "Engineer") == (updated.user.name, updated.user.headline)
    with pytest.raises(PermissionDenied):
        await stub.UpdateUser(change, metadata=bearer(eve.access_token))
    change.update_mask.paths.append("degree")
    with pytest.raises(InvalidArgument) as caught:
        await stub.UpdateUser(change, metadata=bearer(ann.access_token))
    assert caught.value.reason == "FIELD_NOT_UPDATABLE"


async def test_an_update_of_nothing_changes_nothing(profile: Any) -> None:
    """Not even the time of the last change."""
    _, ann = await register(profile)
    stub, me = ProfileServiceStub(profile.channel), bearer(ann.access_token)
    before = await stub.GetMe(profiles.GetMeRequest(), metadata=me)
    after = await stub.UpdateUser(profiles.UpdateUserRequest(user=User()), metadata=me)
    assert before.user == after.user
