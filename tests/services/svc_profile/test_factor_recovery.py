"""Second factors that were lost are removed by waiting, and nobody does it unnoticed."""

from uuid import UUID

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import second_factor_pb2 as pb
from mesh.errors import FailedPrecondition, InvalidArgument
from tests.services.svc_profile.accounts import through_edge, token_in
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.factors import App, first_step, second_step, with_app
from tests.services.svc_profile.test_second_factors import has, reasons


async def start(app: App) -> str:
    """The token of the step in which the recovery was asked for."""
    token = (await first_step(app.owner)).token
    await app.owner.auth.StartSecondFactorRecovery(pb.StartSecondFactorRecoveryRequest(token=token))
    return token


async def finish(app: App) -> None:
    token = (await first_step(app.owner)).token
    await app.owner.auth.FinishSecondFactorRecovery(pb.FinishSecondFactorRecoveryRequest(token=token))


async def wait(app: App) -> None:
    """Let three days pass."""
    await app.owner.world.database.execute(
        "UPDATE factor_recoveries SET due_at = due_at - interval '72 hours' WHERE user_id = $1", UUID(app.owner.id)
    )


async def told(app: App) -> list[str]:
    """What other services heard of recoveries of the account."""
    subjects = await app.owner.world.database.fetch(
        "SELECT subject FROM outbox WHERE subject LIKE '%second_factor_recovery_%' || $1 ORDER BY event_id",
        app.owner.id,
    )
    return [row["subject"].split("second_factor_recovery_")[1].split(".")[0] for row in subjects]


async def test_the_password_opens_the_account_after_the_wait(world: World) -> None:
    """Three days, told by mail and to every session; a repeat does not begin anew; nothing goes before."""
    app = await with_app(world)
    for _ in range(2):
        await start(app)
    assert "Somebody asked to remove" in (await app.owner.mailed(3)).whole()
    step = await first_step(app.owner)
    assert (await has(app.owner)).recovery_due_at == step.recovery_due_at
    with pytest.raises(FailedPrecondition) as caught:
        await finish(app)
    assert "RECOVERY_NOT_DUE" == caught.value.reason
    assert 71 * 3600 < (caught.value.retry_after or 0) <= 72 * 3600
    await wait(app)
    assert ["requested"] == await told(app)
    await finish(app)
    assert ["requested", "ended"] == await told(app)
    await app.owner.login()
    assert (False, 0) == ((await has(app.owner)).HasField("totp_since"), (await has(app.owner)).recovery_codes_left)
    assert "no more" in (await app.owner.mailed(4)).whole()


@pytest.mark.parametrize("by", ["a session", "the mail", "a factor", "a new password"])
async def test_an_owner_ends_it(world: World, by: str) -> None:
    """Whichever way is left to them, and is told; afterwards the wait begins anew, and no earlier mail ends it."""
    app = await with_app(world)
    await app.owner.auth.CancelSecondFactorRecovery(pb.CancelSecondFactorRecoveryRequest(), metadata=app.owner.me)
    assert [] == await told(app)  # nothing was there to end
    token, stub = await start(app), app.owner.auth
    mailed = token_in(await app.owner.mailed(3))
    if by == "a session":
        await stub.CancelSecondFactorRecovery(pb.CancelSecondFactorRecoveryRequest(), metadata=app.owner.me)
    elif by == "the mail":
        await stub.CancelSecondFactorRecoveryByMail(pb.CancelSecondFactorRecoveryByMailRequest(token=mailed))
        with pytest.raises(InvalidArgument):
            await stub.CancelSecondFactorRecoveryByMail(pb.CancelSecondFactorRecoveryByMailRequest(token=mailed))
    elif by == "a factor":
        await second_step(app.owner, token, totp_code=await app.fresh())
    else:
        await stub.LogoutEverywhere(auth.LogoutEverywhereRequest(), metadata=app.owner.me)  # as a new password does
    assert ["requested", "ended"] == await told(app)
    await wait(app)
    with pytest.raises(FailedPrecondition):
        await finish(app)
    await start(app)
    assert ["requested", "ended", "requested"] == await told(app)
    with pytest.raises(InvalidArgument):
        await stub.CancelSecondFactorRecoveryByMail(pb.CancelSecondFactorRecoveryByMailRequest(token=mailed))
    assert (await first_step(app.owner)).HasField("recovery_due_at")


async def test_it_takes_the_password_on_this_device(world: World) -> None:
    """Neither a made-up token nor another device's begins it; an account is mailed about it a few times a week."""
    app, elsewhere = await with_app(world), through_edge(world, "203.0.113.50", "x")
    request = pb.StartSecondFactorRecoveryRequest(token=(await first_step(app.owner)).token)
    stub = app.owner.auth
    refused = ["SECOND_FACTOR_TOKEN_INVALID"]
    assert refused == await reasons(stub.StartSecondFactorRecovery(request, metadata=elsewhere))
    assert refused == await reasons(stub.StartSecondFactorRecovery(pb.StartSecondFactorRecoveryRequest(token="x")))
    for _ in range(6):
        await start(app)
        await stub.CancelSecondFactorRecovery(pb.CancelSecondFactorRecoveryRequest(), metadata=app.owner.me)
    assert ["LOGIN_THROTTLED"] == await reasons(start(app))
