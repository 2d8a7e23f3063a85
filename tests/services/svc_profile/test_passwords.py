"""Passwords of accounts: changed, and set anew by mail."""

import asyncio
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from guild.auth.v1 import auth_service_pb2 as auth
from mesh.errors import Failure, InvalidArgument, Unauthenticated
from mesh.ids import uuid7
from tests.services.svc_profile.accounts import PASSWORD, Person, join, through_edge, token_in
from tests.services.svc_profile.conftest import World

NEW = "a wholly new one"


async def change(person: Person, current: str = PASSWORD, new: str = NEW) -> int:
    request = auth.ChangePasswordRequest(current_password=current, new_password=new)
    return (await person.auth.ChangePassword(request, metadata=await person.sure())).revoked_count


async def reset_token(person: Person, number: int) -> str:
    await person.auth.RequestPasswordReset(auth.RequestPasswordResetRequest(email=person.email.upper()))
    return token_in(await person.mailed(number))


async def kinds(world: World, person: Person) -> list[str]:
    rows = await world.database.fetch("SELECT kind FROM mails WHERE user_id = $1 ORDER BY mail_id", UUID(person.id))
    return [row[0] for row in rows]


async def test_a_changed_password_ends_the_other_sessions(world: World) -> None:
    """The calling one goes on; the member is told by mail; the old password is of no use."""
    ann = await join(world)
    other = await ann.login()
    assert 1 == await change(ann)
    await ann.profile()
    await ann.refresh()
    with pytest.raises(Unauthenticated):
        await other.profile()
    with pytest.raises(Unauthenticated):
        await other.refresh()
    with pytest.raises(Unauthenticated):
        await ann.login()
    await ann.login(NEW)
    assert "other devices were signed out" in (await ann.mailed(2)).whole()


@pytest.mark.parametrize(
    ("current", "new", "reason"),
    [("wrong one", NEW, "PASSWORD_MISMATCH"), (PASSWORD, "password1", "PASSWORD_TOO_WEAK")],
)
async def test_a_password_is_changed_by_who_knows_it_into_a_good_one(
    world: World, current: str, new: str, reason: str
) -> None:
    """Otherwise nothing changes, and the field that is wrong is named."""
    ann = await join(world)
    with pytest.raises(InvalidArgument) as caught:
        await change(ann, current, new)
    assert reason == caught.value.reason
    assert [("new" if new != NEW else "current") + "_password"] == [one.field for one in caught.value.violations]
    await ann.login()


async def test_guesses_of_who_is_signed_in_are_counted(world: World) -> None:
    """Of sixty at once five are verified."""
    ann = await join(world)
    await ann.sure()
    outcomes = await asyncio.gather(*(change(ann, f"wrong {n}") for n in range(60)), return_exceptions=True)
    reasons = [one.reason for one in outcomes if isinstance(one, Failure)]
    assert (5, 55) == (reasons.count("PASSWORD_MISMATCH"), reasons.count("LOGIN_THROTTLED"))


async def test_a_mailed_token_sets_a_password_once(world: World) -> None:
    """All sessions end; the address is verified by it; every other token for a password is used up."""
    ann = await join(world)
    first, second = await reset_token(ann, 2), await reset_token(ann, 3)
    await ann.auth.ResetPassword(auth.ResetPasswordRequest(token=first, new_password="Zu\u0308rich am See 12"))
    with pytest.raises(Unauthenticated):
        await ann.profile()
    for used in (first, second):
        with pytest.raises(InvalidArgument) as caught:
            await ann.auth.ResetPassword(auth.ResetPasswordRequest(token=used, new_password=NEW))
        assert "RESET_TOKEN_INVALID" == caught.value.reason
    back = await ann.login("Z\u00fcrich am See \uff11\uff12")
    assert (await back.profile()).email_verified
    assert "other devices were signed out" in (await ann.mailed(4)).whole()


async def test_a_token_that_is_used_twice_at_once_sets_one_password(world: World) -> None:
    """Whoever is first."""
    ann = await join(world)
    token = await reset_token(ann, 2)
    requests = [auth.ResetPasswordRequest(token=token, new_password=f"{NEW} {n}") for n in range(8)]
    outcomes = await asyncio.gather(*map(ann.auth.ResetPassword, requests), return_exceptions=True)
    assert 1 == sum(not isinstance(one, Exception) for one in outcomes)


async def test_a_weak_password_does_not_use_the_token_up(world: World) -> None:
    """The member chooses another."""
    ann = await join(world)
    token = await reset_token(ann, 2)
    with pytest.raises(InvalidArgument) as caught:
        await ann.auth.ResetPassword(auth.ResetPasswordRequest(token=token, new_password="password1"))
    assert "PASSWORD_TOO_WEAK" == caught.value.reason
    await ann.auth.ResetPassword(auth.ResetPasswordRequest(token=token, new_password=NEW))


async def test_who_set_a_new_password_need_not_wait_for_their_wrong_ones(world: World) -> None:
    """The guesses of the own network are forgotten."""
    ann, home = await join(world), through_edge(world, "198.51.100.77")
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await ann.login("wrong one", home)
    token = await reset_token(ann, 2)
    await ann.auth.ResetPassword(auth.ResetPasswordRequest(token=token, new_password=NEW), metadata=home)
    await ann.login(NEW, home)


async def test_an_account_gets_a_few_mails_an_hour_however_many_ask(world: World) -> None:
    """Ten at once make three."""
    ann = await join(world)
    request = auth.RequestPasswordResetRequest(email=ann.email)
    await asyncio.gather(*(ann.auth.RequestPasswordReset(request) for _ in range(10)))
    assert ["verify_email", *["reset_password"] * 3] == await kinds(world, ann)


async def test_nothing_tells_whether_there_is_an_account(world: World) -> None:
    """An unknown address costs the statements as a known one, and as one that got its mails; no mail is sent."""
    ann, bob = await join(world), await join(world)
    for _ in range(3):
        await ann.auth.RequestPasswordReset(auth.RequestPasswordResetRequest(email=bob.email))
    costs: list[tuple[dict[str, float], int, int]] = []
    for address in (ann.email, bob.email, f"{uuid7()}@example.com"):
        before, rows = reads(), await written(world)
        await ann.auth.RequestPasswordReset(auth.RequestPasswordResetRequest(email=address))
        read = {name: count - before[name] for name, count in reads().items()}
        tokens, mails = [after - one for one, after in zip(rows, await written(world), strict=True)]
        costs.append((read, tokens, mails))
    assert ({"SELECT credentials": 1.0, "SELECT users": 1.0, "SELECT mailed_tokens": 1.0}, 1, 1) == costs[0]
    assert costs == [costs[0]] * 3
    assert ["verify_email", *["reset_password"] * 3] == await kinds(world, bob)


async def test_nothing_is_kept_of_an_address_without_an_account(world: World) -> None:
    """Whoever types the address of a stranger tells us nothing about them."""
    ann, nobodys = await join(world), f"{uuid7()}@example.com"
    await ann.auth.RequestPasswordReset(auth.RequestPasswordResetRequest(email=nobodys))
    assert [] == await world.database.fetch("SELECT FROM mailed_tokens WHERE email = $1", nobodys)


def reads() -> dict[str, float]:
    """How often this process ran the statements of the call that are waited for."""
    [metric] = REGISTRY.restricted_registry(["guild_sql_seconds_count"]).collect()
    counts = {one.labels["statement"]: one.value for one in metric.samples if one.name == "guild_sql_seconds_count"}
    return {name: counts.get(name, 0.0) for name in ("SELECT credentials", "SELECT users", "SELECT mailed_tokens")}


async def written(world: World) -> list[int]:
    """How many rows there are of what the call writes."""
    [row] = await world.database.fetch("SELECT (SELECT count(*) FROM mailed_tokens), (SELECT count(*) FROM mails)")
    return list(row)


async def test_a_password_that_is_set_meanwhile_opens_no_session_with_the_old_one(world: World) -> None:
    """However sign-ins and a reset meet, afterwards no session of the old password is open."""
    ann = await join(world)
    token = await reset_token(ann, 2)
    reset = ann.auth.ResetPassword(auth.ResetPasswordRequest(token=token, new_password=NEW))
    outcomes = await asyncio.gather(*(ann.login() for _ in range(4)), reset, return_exceptions=True)
    for one in outcomes:
        if isinstance(one, Person):
            with pytest.raises(Unauthenticated):
                await one.profile()
    await ann.login(NEW)
