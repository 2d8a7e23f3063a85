"""Accounts and sessions over the wire."""

import asyncio
import base64
from collections import Counter
from typing import Any, TypeGuard
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from prometheus_client import REGISTRY

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from mesh.auth.authenticator import CLIENT_ADDRESS
from mesh.data import Database, Janitor
from mesh.errors import AlreadyExists, Failure, InvalidArgument, PermissionDenied, ResourceExhausted, Unauthenticated
from mesh.ids import uuid7
from mesh.testing import TestIdentity
from svc_profile.domain.standing import FOREVER
from svc_profile.store.sessions import SWEPT
from tests.services.svc_profile.conftest import World

PASSWORD = "correct horse battery"
SUSPEND = "UPDATE users SET suspended_until = $1 WHERE user_id = $2"


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


def from_address(identity: TestIdentity, address: str) -> tuple[tuple[str, str], ...]:
    """The metadata of a call that came through the edge from an address."""
    return (*identity.service_metadata("edge"), (CLIENT_ADDRESS, address))


def is_failure(outcome: Any) -> TypeGuard[Failure]:
    return isinstance(outcome, Failure)


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


async def test_an_unknown_address_costs_what_a_wrong_password_costs(
    profile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statement, and one password verified against a hash of the same cost: no clock tells them apart."""
    costs: list[tuple[float, list[str]]] = []
    verified: list[str] = []
    verify = PasswordHasher.verify

    def noted(hasher: PasswordHasher, encoded: str, password: str) -> bool:
        verified.append(encoded.rpartition("$")[0].rpartition("$")[0])
        return verify(hasher, encoded, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    email, _ = await register(profile)
    for address in (email, f"{uuid7()}@example.com"):
        before = lookups()
        verified.clear()
        with pytest.raises(Unauthenticated):
            await AuthServiceStub(profile.channel).Login(auth.LoginRequest(email=address, password="wrong one"))
        costs.append((lookups() - before, list(verified)))
    assert costs[0] == costs[1]
    assert (1.0, 1) == (costs[0][0], len(costs[0][1]))


def lookups() -> float:
    return REGISTRY.get_sample_value("guild_sql_seconds_count", {"statement": "SELECT credentials"}) or 0.0


async def test_guessing_is_slowed_down(profile: Any) -> None:
    """After five failures the right password has to wait too where they came from, and the answer says how long."""
    email, _ = await register(profile)
    stub = AuthServiceStub(profile.channel)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await stub.Login(auth.LoginRequest(email=email, password="wrong one"))
    with pytest.raises(ResourceExhausted) as caught:
        await stub.Login(auth.LoginRequest(email=email, password=PASSWORD))
    assert caught.value.reason == "LOGIN_THROTTLED"
    assert 1 <= (caught.value.retry_after or 0) <= 30


async def test_guesses_at_once_are_looked_at_as_often_as_one_by_one(profile: Any) -> None:
    """Of sixty wrong passwords at the same moment five are verified."""
    email, _ = await register(profile)
    stub = AuthServiceStub(profile.channel)
    guesses = (stub.Login(auth.LoginRequest(email=email, password=f"wrong {n}")) for n in range(60))
    reasons = Counter(one.reason for one in await asyncio.gather(*guesses, return_exceptions=True) if is_failure(one))
    assert {"INVALID_CREDENTIALS": 5, "LOGIN_THROTTLED": 55} == reasons


async def test_nobody_is_locked_out_from_elsewhere(profile: Any, identity: TestIdentity) -> None:
    """However many networks guess, the owner gets in from one that did not; then its spare attempts are back."""
    email, _ = await register(profile)
    stub, wrong = AuthServiceStub(profile.channel), auth.LoginRequest(email=email, password="wrong one")
    for network in range(8):
        for _ in range(4):
            with pytest.raises((Unauthenticated, ResourceExhausted)):
                await stub.Login(wrong, metadata=from_address(identity, f"203.0.113.{network}"))
    home = from_address(identity, "2001:db8::1")
    await stub.Login(auth.LoginRequest(email=email, password=PASSWORD), metadata=home)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await stub.Login(wrong, metadata=home)
    neighbour = from_address(identity, "2001:db8::2")  # an address of the same network
    with pytest.raises(ResourceExhausted):
        await stub.Login(auth.LoginRequest(email=email, password=PASSWORD), metadata=neighbour)


async def test_a_network_has_one_guess_at_an_account_that_everybody_guesses_at(
    profile: Any, identity: TestIdentity
) -> None:
    """Many networks together are no faster than their number."""
    email, _ = await register(profile)
    stub, wrong = AuthServiceStub(profile.channel), auth.LoginRequest(email=email, password="wrong one")
    reasons: Counter[str] = Counter()
    for n in range(40):
        for _ in range(2):
            with pytest.raises((Unauthenticated, ResourceExhausted)) as caught:
                await stub.Login(wrong, metadata=from_address(identity, f"198.51.100.{n}"))
            reasons[caught.value.reason] += 1
    assert {"INVALID_CREDENTIALS": 12 * 2 + 28, "LOGIN_THROTTLED": 28} == reasons


async def test_a_password_is_the_same_however_it_is_typed(profile: Any) -> None:
    """Composed or not, in letters of full width or not."""
    email, stub = f"{uuid7()}@example.com", AuthServiceStub(profile.channel)
    await stub.Register(auth.RegisterRequest(email=email, password="Z\u00fcrich am See 12", name="Ann"))
    for typed in ("Zu\u0308rich am See 12", "Z\u00fcrich am See \uff11\uff12"):
        await stub.Login(auth.LoginRequest(email=email, password=typed))
    with pytest.raises(Unauthenticated):
        await stub.Login(auth.LoginRequest(email=email, password="zurich am see 12"))


@pytest.mark.parametrize(
    "password",
    ["password", "PassWord123", "12345678", "87654321", "aaaaaaaa", "qwertyuiop", "annexample", "\uff50assword"],
)
async def test_what_is_guessed_first_is_no_password(profile: Any, password: str) -> None:
    """Common words, runs of keys, few characters, the own name; in any spelling."""
    with pytest.raises(InvalidArgument) as caught:
        await AuthServiceStub(profile.channel).Register(
            auth.RegisterRequest(email=f"{uuid7()}@example.com", password=password, name="Ann Example")
        )
    assert ("PASSWORD_TOO_WEAK", ["password"]) == (caught.value.reason, [one.field for one in caught.value.violations])


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


async def test_a_lost_answer_is_given_again(profile: Any) -> None:
    """A client that repeats a refresh at once gets the same successor, which works."""
    _, first = await register(profile)
    stub, request = AuthServiceStub(profile.channel), auth.RefreshTokenRequest(refresh_token=first.refresh_token)
    answers = [await stub.RefreshToken(request) for _ in range(3)]
    assert 1 == len({answer.refresh_token for answer in answers})
    assert first.refresh_token != answers[0].refresh_token
    await stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=answers[0].refresh_token))


async def test_tabs_that_refresh_at_once_stay_signed_in(profile: Any) -> None:
    """All of them get the same successor, and access tokens that work."""
    _, first = await register(profile)
    stub, request = AuthServiceStub(profile.channel), auth.RefreshTokenRequest(refresh_token=first.refresh_token)
    answers = await asyncio.gather(*(stub.RefreshToken(request) for _ in range(10)))
    assert 1 == len({answer.refresh_token for answer in answers})
    for answer in answers:
        await ProfileServiceStub(profile.channel).GetMe(profiles.GetMeRequest(), metadata=bearer(answer.access_token))


@pytest.mark.parametrize("theft", ["later", "elsewhere"])
async def test_a_refresh_token_that_was_copied_revokes_its_family(
    world: World, identity: TestIdentity, theft: str
) -> None:
    """Used again a minute later, or from another network: the newest token of the session stops working too."""
    _, first = await register(world)
    stub = AuthServiceStub(world.channel)
    used = auth.RefreshTokenRequest(refresh_token=first.refresh_token)
    second = await stub.RefreshToken(used)
    if theft == "later":
        await world.database.execute("UPDATE refresh_tokens SET used_at = used_at - interval '1 minute'")
    with pytest.raises(Unauthenticated) as caught:
        await stub.RefreshToken(used, metadata=from_address(identity, "192.0.2.1") if theft == "elsewhere" else ())
    assert caught.value.reason == "REFRESH_TOKEN_REUSED"
    with pytest.raises(Unauthenticated):
        await stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=second.refresh_token))
    with pytest.raises(Unauthenticated) as caught:
        await ProfileServiceStub(world.channel).GetMe(profiles.GetMeRequest(), metadata=bearer(second.access_token))
    assert "SESSION_REVOKED" == caught.value.reason


async def test_what_is_stored_of_a_successor_is_not_the_successor(world: World) -> None:
    """Who reads the table cannot go on with a session."""
    _, first = await register(world)
    answer = await AuthServiceStub(world.channel).RefreshToken(
        auth.RefreshTokenRequest(refresh_token=first.refresh_token)
    )
    secret = base64.urlsafe_b64decode(answer.refresh_token + "==")[32:]
    rows = await world.database.fetch("SELECT token_hash, successor, used_from FROM refresh_tokens")
    assert secret not in {value for row in rows for value in row}


async def test_a_suspended_member_is_told_so_with_the_right_password_only(world: World) -> None:
    """Whoever guesses learns nothing of it."""
    email, ann = await register(world)
    await world.database.execute(SUSPEND, FOREVER, UUID(ann.user.id))
    stub = AuthServiceStub(world.channel)
    with pytest.raises(Unauthenticated):
        await stub.Login(auth.LoginRequest(email=email, password="wrong one"))
    left = await stub.Login(auth.LoginRequest(email=email, password=PASSWORD))
    update = profiles.UpdateUserRequest(user=User(headline="here"))
    with pytest.raises(PermissionDenied) as caught:
        await ProfileServiceStub(world.channel).UpdateUser(update, metadata=bearer(left.access_token))
    assert "ACCOUNT_SUSPENDED" == caught.value.reason


async def test_a_session_of_who_is_suspended_meanwhile_is_for_what_is_left_to_them(world: World) -> None:
    """From its next access token on; when it is lifted, the one after that is as good as before."""
    _, ann = await register(world)
    stub, refresh_token = AuthServiceStub(world.channel), ann.refresh_token
    for until, refused in ((FOREVER, True), (None, False)):
        await world.database.execute(SUSPEND, until, UUID(ann.user.id))
        answer = await stub.RefreshToken(auth.RefreshTokenRequest(refresh_token=refresh_token))
        refresh_token, me = answer.refresh_token, bearer(answer.access_token)
        profile = ProfileServiceStub(world.channel)
        await profile.GetMe(profiles.GetMeRequest(), metadata=me)
        update = profile.UpdateUser(profiles.UpdateUserRequest(user=User(headline=str(until))), metadata=me)
        if not refused:
            await update
            continue
        with pytest.raises(PermissionDenied) as caught:
            await update
        assert "ACCOUNT_SUSPENDED" == caught.value.reason


async def test_sessions_long_over_are_swept_out(world: World) -> None:
    """With their tokens; those that can still be used, or be used twice, stay."""
    _, old = await register(world)
    _, new = await register(world)
    await AuthServiceStub(world.channel).RefreshToken(auth.RefreshTokenRequest(refresh_token=new.refresh_token))
    await world.database.execute(
        "UPDATE sessions SET expires_at = now() - interval '31 days' WHERE user_id = $1", UUID(old.user.id)
    )
    await world.database.execute(
        "UPDATE refresh_tokens SET created_at = now() - interval '61 days' WHERE user_id = $1", UUID(old.user.id)
    )
    database = Database(world.settings)
    await database.start()
    await Janitor(database, also=SWEPT).sweep()
    await database.stop()
    left = [
        (
            await world.database.fetchval("SELECT count(*) FROM sessions WHERE user_id = $1", UUID(one.user.id)),
            await world.database.fetchval("SELECT count(*) FROM refresh_tokens WHERE user_id = $1", UUID(one.user.id)),
        )
        for one in (old, new)
    ]
    assert [(0, 0), (1, 2)] == left


@pytest.mark.parametrize("nothing", [" ", "\u200b", "\u3000\t", "\u3164", "\u2800", "\ufe0f", "\u00ad\u2060"])
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
