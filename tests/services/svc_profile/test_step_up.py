"""Proving once more who calls."""

from typing import Any

import jwt
import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import second_factor_pb2 as pb
from mesh.errors import FailedPrecondition, InvalidArgument, Unauthenticated
from tests.services.svc_profile.accounts import PASSWORD, join
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.factors import with_app
from tests.services.svc_profile.test_second_factors import WRONG, reasons


def claims(metadata: Any) -> dict[str, Any]:
    [(_, bearer)] = metadata
    return jwt.decode(bearer.removeprefix("Bearer "), options={"verify_signature": False})


async def test_a_token_of_the_same_session_is_good_for_more(world: World) -> None:
    """For five minutes; it says when and how it was proven; the one before is not."""
    ann = await join(world)
    with pytest.raises(Unauthenticated) as caught:
        await ann.auth.StartTotp(pb.StartTotpRequest(), metadata=ann.me)
    assert "STEP_UP_REQUIRED" == caught.value.reason
    proven = await ann.proven()
    await ann.auth.StartTotp(pb.StartTotpRequest(), metadata=proven)
    before, after = claims(ann.me), claims(proven)
    assert (before["sid"], ["pwd"]) == (after["sid"], after["amr"])
    assert after["auth_time"] + 300 == after["stepped_up_until"] == after["exp"]


async def test_the_password_is_too_little_for_an_account_with_a_second_factor(world: World) -> None:
    """A code of the app, or one that was written down, once."""
    app = await with_app(world)
    with pytest.raises(FailedPrecondition) as caught:
        await app.owner.proven(password=PASSWORD)
    assert "SECOND_FACTOR_REQUIRED" == caught.value.reason
    code = await app.fresh()
    assert ["otp"] == claims(await app.owner.proven(totp_code=code))["amr"]
    await app.owner.proven(recovery_code=app.recovery_codes[0])
    again = (app.owner.proven(totp_code=code), app.owner.proven(recovery_code=app.recovery_codes[0]))
    assert ["SECOND_FACTOR_INVALID"] * 2 == await reasons(*again)


async def test_wrong_proofs_are_counted(world: World) -> None:
    """Of many at once five are looked at, whatever they prove with."""
    ann, app = await join(world), await with_app(world)
    found = await reasons(*(ann.proven(password="wrong one") for _ in range(9)))
    assert (5, 4) == (found.count("PASSWORD_MISMATCH"), found.count("LOGIN_THROTTLED"))
    found = await reasons(*(app.owner.proven(totp_code=WRONG) for _ in range(9)))
    assert (5, 4) == (found.count("SECOND_FACTOR_INVALID"), found.count("LOGIN_THROTTLED"))
    with pytest.raises(InvalidArgument):
        await (await join(world)).proven(totp_code=WRONG)


async def test_the_end_of_the_session_ends_it(world: World) -> None:
    """Both tokens stop working, and nothing more is proven with them."""
    ann = await join(world)
    proven = await ann.proven()
    await ann.auth.Logout(auth.LogoutRequest(), metadata=ann.me)
    for call in (ann.auth.StartTotp(pb.StartTotpRequest(), metadata=proven), ann.proven()):
        with pytest.raises(Unauthenticated) as caught:
            await call
        assert "SESSION_REVOKED" == caught.value.reason


async def test_a_session_that_is_not_there_is_not_stepped_up(world: World) -> None:
    """A token whose session the service has no row of proves nothing, whoever signed it."""
    ann = await join(world)
    stranger = world.identity.sign_in(claims(ann.me)["sub"])
    with pytest.raises(Unauthenticated) as caught:
        await ann.auth.StepUp(pb.StepUpRequest(password=PASSWORD), metadata=stranger.metadata)
    assert "SESSION_REVOKED" == caught.value.reason
