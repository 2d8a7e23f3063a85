"""Authenticator apps and recovery codes: set up, asked for at sign-in, removed."""

import asyncio
from typing import Any
from uuid import UUID

import pyotp
import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import second_factor_pb2 as pb
from mesh.errors import FailedPrecondition, Failure, InvalidArgument, ResourceExhausted, Unauthenticated
from mesh.ids import uuid7
from svc_profile.domain.ids import UserId
from svc_profile.domain.sign_in_step import StepToken
from tests.services.svc_profile.accounts import Person, join, through_edge, token_in
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.factors import first_step, second_step, with_app

WRONG = "000000"


async def has(person: Person) -> pb.GetSecondFactorsResponse:
    return await person.auth.GetSecondFactors(pb.GetSecondFactorsRequest(), metadata=person.me)


async def reasons(*calls: Any) -> list[str]:
    """What calls at once are answered, "done" where they are not refused."""
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    return sorted(one.reason if isinstance(one, Failure) else "done" for one in outcomes)


async def test_an_app_counts_once_it_showed_a_code(world: World) -> None:
    """Its secret is shown once, in two forms, and stored sealed; ten recovery codes come with it, and a mail."""
    ann = await join(world)
    proven = await ann.proven()
    started = await ann.auth.StartTotp(pb.StartTotpRequest(), metadata=proven)
    app = pyotp.parse_uri(started.otpauth_uri)
    assert (started.secret, "Guild", ann.email) == (app.secret, app.issuer, app.name)
    await ann.login()  # not yet
    with pytest.raises(InvalidArgument):
        await ann.auth.ConfirmTotp(pb.ConfirmTotpRequest(totp_code=WRONG), metadata=proven)
    confirmed = await ann.auth.ConfirmTotp(pb.ConfirmTotpRequest(totp_code=app.now()), metadata=proven)
    assert 10 == len(set(confirmed.recovery_codes))
    found = await has(ann)
    assert (True, 10) == (found.HasField("totp_since"), found.recovery_codes_left)
    row = await world.database.fetchrow("SELECT * FROM totp_secrets WHERE user_id = $1", UUID(ann.id))
    assert started.secret.encode() not in row["sealed"]
    assert "authenticator app can be used" in (await ann.mailed(2)).whole().replace("\n", " ")
    with pytest.raises(FailedPrecondition) as caught:
        await ann.auth.StartTotp(pb.StartTotpRequest(), metadata=proven)
    assert "TOTP_ALREADY_SET_UP" == caught.value.reason


async def test_a_sign_in_asks_for_the_second_factor(world: World) -> None:
    """The password alone opens nothing; a code does, once; a sign-in opens one session."""
    app = await with_app(world)
    step = await first_step(app.owner)
    assert [pb.SECOND_FACTOR_KIND_TOTP, pb.SECOND_FACTOR_KIND_RECOVERY_CODE] == list(step.kinds)
    code = await app.fresh()
    signed_in = await second_step(app.owner, step.token, totp_code=code)
    assert app.owner.id == (await signed_in.profile()).id
    await signed_in.refresh()
    again = await first_step(app.owner)
    with pytest.raises(InvalidArgument) as caught:
        await second_step(app.owner, again.token, totp_code=code)
    assert "SECOND_FACTOR_INVALID" == caught.value.reason
    with pytest.raises(Unauthenticated) as refused:
        await second_step(app.owner, step.token, totp_code=await app.fresh())
    assert "SECOND_FACTOR_TOKEN_INVALID" == refused.value.reason


async def test_codes_of_before_the_last_one_are_over(world: World) -> None:
    """And so are those of a clock that is far off."""
    app = await with_app(world)
    await app.fresh()
    await second_step(app.owner, (await first_step(app.owner)).token, totp_code=app.at(1))
    step = await first_step(app.owner)
    for wrong in (app.at(0), app.at(4), app.at(-3)):
        with pytest.raises(InvalidArgument):
            await second_step(app.owner, step.token, totp_code=wrong)


async def test_two_that_bring_one_code_open_one_session(world: World) -> None:
    """With one token or with two, whoever is first."""
    app = await with_app(world)
    steps, code = [await first_step(app.owner) for _ in range(2)], await app.fresh()
    tokens = [step.token for step in steps for _ in range(2)]
    found = await reasons(*(second_step(app.owner, token, totp_code=code) for token in tokens))
    assert 1 == found.count("done")
    assert {"done", "SECOND_FACTOR_INVALID", "SECOND_FACTOR_TOKEN_INVALID"} >= set(found)


async def test_a_recovery_code_works_once_however_it_is_typed(world: World) -> None:
    """Two at once use it once; the member is told; the others go on working."""
    app = await with_app(world)
    code, steps = app.recovery_codes[0], [await first_step(app.owner) for _ in range(2)]
    typed = code.upper().replace("-", " ").replace("0", "O")
    found = await reasons(*(second_step(app.owner, step.token, recovery_code=typed) for step in steps))
    assert ["SECOND_FACTOR_INVALID", "done"] == found
    assert 9 == (await has(app.owner)).recovery_codes_left
    assert "was used" in (await app.owner.mailed(3)).whole()
    step = await first_step(app.owner)
    await second_step(app.owner, step.token, recovery_code=app.recovery_codes[1])


async def test_new_recovery_codes_take_the_place_of_the_old(world: World) -> None:
    """For an account with a second factor alone."""
    app, bob = await with_app(world), await join(world)
    proven = await app.owner.proven(totp_code=await app.fresh())
    request = pb.RegenerateRecoveryCodesRequest()
    codes = (await app.owner.auth.RegenerateRecoveryCodes(request, metadata=proven)).recovery_codes
    assert not set(codes) & set(app.recovery_codes)
    step = await first_step(app.owner)
    with pytest.raises(InvalidArgument):
        await second_step(app.owner, step.token, recovery_code=app.recovery_codes[0])
    await second_step(app.owner, step.token, recovery_code=codes[0])
    with pytest.raises(FailedPrecondition) as caught:
        await bob.auth.RegenerateRecoveryCodes(request, metadata=await bob.proven())
    assert "SECOND_FACTOR_MISSING" == caught.value.reason


async def test_the_password_opens_the_account_again_without_an_app(world: World) -> None:
    """The recovery codes go with it; a repeat changes nothing; events tell of both changes."""
    app = await with_app(world)
    proven = await app.owner.proven(totp_code=await app.fresh())
    for _ in range(2):
        await app.owner.auth.DisableTotp(pb.DisableTotpRequest(), metadata=proven)
    await app.owner.login()
    found = await has(app.owner)
    assert (False, 0) == (found.HasField("totp_since"), found.recovery_codes_left)
    assert "no more" in (await app.owner.mailed(3)).whole()
    subject = f"guild.users.second_factor_changed.{app.owner.id}"
    assert 2 == await world.database.fetchval("SELECT count(*) FROM outbox WHERE subject = $1", subject)


async def test_a_step_is_for_the_device_of_the_password(world: World) -> None:
    """Another kind or another network begins with the password; the name of the device stays."""
    home, elsewhere = through_edge(world, "203.0.113.7", "Firefox Linux"), through_edge(world, "198.51.100.9", "x")
    app = await with_app(world, home)
    token = (await first_step(app.owner, home)).token
    with pytest.raises(Unauthenticated) as caught:
        await second_step(app.owner, token, elsewhere, totp_code=await app.fresh())
    assert "SECOND_FACTOR_TOKEN_INVALID" == caught.value.reason
    await second_step(app.owner, token, home, totp_code=await app.fresh())


async def test_a_step_takes_five_tries(world: World) -> None:
    """However many come at once; then the right code is of no use, and the next from there has to wait."""
    app = await with_app(world)
    token = (await first_step(app.owner)).token
    found = await reasons(*(second_step(app.owner, token, totp_code=WRONG) for _ in range(12)))
    assert (5, 7) == (found.count("SECOND_FACTOR_INVALID"), found.count("SECOND_FACTOR_TOKEN_INVALID"))
    with pytest.raises(Unauthenticated):
        await second_step(app.owner, token, totp_code=await app.fresh())
    with pytest.raises(ResourceExhausted) as caught:
        await second_step(app.owner, (await first_step(app.owner)).token, totp_code=await app.fresh())
    assert "LOGIN_THROTTLED" == caught.value.reason


async def test_many_networks_have_no_more_guesses_than_one_account_stands(world: World) -> None:
    """Who knows the password and comes from a fresh network each time is stopped; a right code from home as well."""
    app, home = await with_app(world), through_edge(world, "198.51.100.201")
    for number in range(5):
        thief = through_edge(world, f"2001:db8:0:{number}::1")
        token = (await first_step(app.owner, thief)).token
        wrong = await reasons(*(second_step(app.owner, token, thief, totp_code=WRONG) for _ in range(5)))
        assert {"SECOND_FACTOR_INVALID"} == set(wrong)
    for place in (through_edge(world, "2001:db8:0:77::1"), home):
        token = (await first_step(app.owner, place)).token
        assert ["LOGIN_THROTTLED"] == await reasons(second_step(app.owner, token, place, totp_code=app.at(1)))


async def test_who_guesses_elsewhere_keeps_nobody_out(world: World) -> None:
    """Another network has tries of its own, and tokens that are made up count for nobody."""
    app = await with_app(world)
    thief, home = through_edge(world, "192.0.2.1"), through_edge(world, "198.51.100.200")
    token = (await first_step(app.owner, thief)).token
    await reasons(*(second_step(app.owner, token, thief, totp_code=WRONG) for _ in range(6)))
    made_up = str(StepToken.new(UserId(UUID(app.owner.id))))
    assert ["SECOND_FACTOR_TOKEN_INVALID"] * 6 == await reasons(
        *(second_step(app.owner, made_up, home, totp_code=WRONG) for _ in range(6))
    )
    step = await first_step(app.owner, home)
    await second_step(app.owner, step.token, home, totp_code=await app.fresh())


@pytest.mark.parametrize(
    "token", ["x", "A" * 64, str(StepToken.new(UserId(uuid7())))], ids=["short", "long", "nobody's"]
)
async def test_tokens_that_nobody_was_given_are_refused_alike(world: World, token: str) -> None:
    """Whatever their form."""
    ann = await join(world)
    assert ["SECOND_FACTOR_TOKEN_INVALID"] == await reasons(second_step(ann, token, totp_code=WRONG))


async def test_a_new_password_leaves_no_sign_in_on_its_way(world: World) -> None:
    """What the old password began is not completed, and the second factor stays."""
    app = await with_app(world)
    token = (await first_step(app.owner)).token
    await app.owner.auth.RequestPasswordReset(auth.RequestPasswordResetRequest(email=app.owner.email))
    request = auth.ResetPasswordRequest(token=token_in(await app.owner.mailed(3)), new_password="a wholly new one")
    await app.owner.auth.ResetPassword(request)
    assert ["SECOND_FACTOR_TOKEN_INVALID"] == await reasons(second_step(app.owner, token, totp_code=await app.fresh()))
    reply = await app.owner.auth.Login(auth.LoginRequest(email=app.owner.email, password="a wholly new one"))
    assert reply.HasField("second_factor")


async def test_a_step_is_over_after_minutes(world: World) -> None:
    """The member begins with the password again."""
    app = await with_app(world)
    token = (await first_step(app.owner)).token
    await world.database.execute("UPDATE sign_in_steps SET expires_at = now() WHERE user_id = $1", UUID(app.owner.id))
    assert ["SECOND_FACTOR_TOKEN_INVALID"] == await reasons(second_step(app.owner, token, totp_code=await app.fresh()))
