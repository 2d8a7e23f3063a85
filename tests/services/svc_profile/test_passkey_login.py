"""Passkeys: signed in with, beside the password, and as the proof of a step-up."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import passkey_pb2 as pb
from guild.auth.v1 import second_factor_pb2 as second_factor
from mesh.errors import Failure, Unauthenticated
from mesh.ids import uuid7
from svc_profile.domain.standing import FOREVER
from tests.services.svc_profile.accounts import PASSWORD, Person, join, through_edge, token_in
from tests.services.svc_profile.authenticator import BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, Device, text_of
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.factors import asked, first_step, second_step, signed_in, with_app, with_passkey
from tests.services.svc_profile.test_passkeys import delete, listed
from tests.services.svc_profile.test_second_factors import has, reasons
from tests.services.svc_profile.test_step_up import claims

NEW = "a wholly new one"


async def test_a_passkey_signs_in_alone(world: World) -> None:
    """Options name nobody; whom the device verified is asked for nothing more; the session goes on as others do."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device)
    options = json.loads(await asked(world))
    assert ([], "localhost", "preferred") == (options["allowCredentials"], options["rpId"], options["userVerification"])
    assert options.keys() == json.loads(await asked(world)).keys()
    reply = await signed_in(world, device.signs(json.dumps(options)))
    assert (ann.id, ann.email, False) == (reply.user.id, reply.user.email, reply.HasField("second_factor"))
    again = Person(world, ann.email, ann.id, reply.access_token, reply.refresh_token)
    assert ann.id == (await again.profile()).id
    await again.refresh()
    [passkey] = await listed(again)
    assert passkey.HasField("last_used_at")


async def test_an_answer_counts_once(world: World) -> None:
    """Sent again, by one or by many at once, it opens no second session."""
    ann, device = await join(world), Device(counts=False)
    await with_passkey(ann, device)
    answer = device.signs(await asked(world))
    found = await reasons(*(signed_in(world, answer) for _ in range(4)))
    assert ["PASSKEY_CHALLENGE_INVALID"] * 3 + ["done"] == found
    await signed_in(world, device.signs(await asked(world)))


async def test_a_challenge_is_for_the_network_it_was_asked_from_and_for_signing_in(world: World) -> None:
    """What was asked elsewhere, or for something else, is answered by nobody."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device)
    home, elsewhere = through_edge(world, "203.0.113.7"), through_edge(world, "198.51.100.9")
    assert ["PASSKEY_CHALLENGE_INVALID"] == await reasons(
        signed_in(world, device.signs(await asked(world, home)), elsewhere)
    )
    for_a_step_up = (await has(ann)).passkey_options_json
    assert ["PASSKEY_CHALLENGE_INVALID"] == await reasons(signed_in(world, device.signs(for_a_step_up)))
    await signed_in(world, device.signs(await asked(world, home)), home)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"relying_party": "evil.example"},
        {"flags": VERIFIED},
        {"flags": PRESENT | VERIFIED | ELIGIBLE | BACKED_UP},
        {"said": {"crossOrigin": True}},
        {"said": {"type": "webauthn.create"}},
        {"handle": ""},
        {"handle": text_of(uuid7().bytes)},
        {"credential_id": b"of nobody at all"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_what_a_passkey_says_elsewhere_signs_nobody_in(world: World, wrong: dict[str, Any]) -> None:
    """All of it is refused alike, so that nothing tells whether somebody has such a passkey."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device)
    for name, value in wrong.items():
        setattr(device, name, value)
    with pytest.raises(Unauthenticated) as caught:
        await signed_in(world, device.signs(await asked(world)))
    assert "PASSKEY_REFUSED" == caught.value.reason


async def test_what_was_changed_on_the_way_signs_nobody_in(world: World) -> None:
    """Of the answer, of what it says, and of who signed it; nor does what no browser sends."""
    ann, device, thief = await join(world), Device(), Device()
    await with_passkey(ann, device)
    thief.handle, thief.credential_id = device.handle, device.credential_id
    verified = Device(flags=PRESENT | VERIFIED)._data()
    options = await asked(world)
    tampered = [
        device.signs(options, signature=text_of(b"\x30" * 70)),
        device.signs(options, signature=""),
        device.signs(options, authenticatorData=text_of(verified)),
        thief.signs(options),
    ]
    assert ["PASSKEY_REFUSED"] * 4 == await reasons(*(signed_in(world, one) for one in tampered))
    assert ["PASSKEY_REFUSED"] * 3 == await reasons(*(signed_in(world, one) for one in ("{}", "[]", "null")))
    await signed_in(world, device.signs(await asked(world)))


async def test_a_count_that_goes_backwards_tells_of_a_copy(world: World) -> None:
    """The copy is refused however often it tries, the member is told of each time; the device goes on working."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device, name="Phone")
    for _ in range(3):
        await signed_in(world, device.signs(await asked(world)))
    copy = Device(count=1, credential_id=device.credential_id, key=device.key, handle=device.handle)
    answer = copy.signs(await asked(world))
    assert ["PASSKEY_REFUSED"] == await reasons(signed_in(world, answer))
    assert ["PASSKEY_CHALLENGE_INVALID"] == await reasons(signed_in(world, answer))
    step = await first_step(ann)
    copied = copy.signs(step.passkey_options_json)
    assert ["SECOND_FACTOR_INVALID"] == await reasons(second_step(ann, step.token, passkey_credential_json=copied))
    mails = (await ann.mailed(4), await ann.mailed(3))
    assert all("“Phone” was refused" in one.whole().replace("\n", " ") for one in mails)
    await signed_in(world, device.signs(await asked(world)))


async def test_repeated_failures_wait(world: World) -> None:
    """Where they come from; elsewhere the member signs in."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device)
    thief = through_edge(world, f"2001:db8:0:{uuid7().hex[-4:]}::1")
    home = through_edge(world, "198.51.100.8")
    options = await asked(world, thief)
    wrong = [device.signs(options, signature=text_of(b"\x30" * 70)) for _ in range(9)]
    found = await reasons(*(signed_in(world, one, thief) for one in wrong))
    assert (5, 4) == (found.count("PASSKEY_REFUSED"), found.count("LOGIN_THROTTLED"))
    assert ["LOGIN_THROTTLED"] == await reasons(signed_in(world, device.signs(await asked(world, thief)), thief))
    await signed_in(world, device.signs(await asked(world, home)), home)


async def test_a_device_that_verifies_nobody_is_asked_for_more(world: World) -> None:
    """A code will do, the same device when it verifies; not the touch of it, and not a wait for the rest to go."""
    app, device = await with_app(world), Device()
    await with_passkey(app.owner, device, await app.owner.proven(totp_code=await app.fresh()))
    device.flags = PRESENT
    reply = await signed_in(world, device.signs(await asked(world)))
    assert ("", "") == (reply.access_token, reply.refresh_token)
    step, options = reply.second_factor, json.loads(reply.second_factor.passkey_options_json)
    assert {second_factor.SECOND_FACTOR_KIND_PASSKEY, second_factor.SECOND_FACTOR_KIND_TOTP} < set(step.kinds)
    [allowed] = options["allowCredentials"]
    assert ("required", text_of(device.credential_id)) == (options["userVerification"], allowed["id"])
    touched = device.signs(step.passkey_options_json)
    refused = second_step(app.owner, step.token, passkey_credential_json=touched)
    assert ["SECOND_FACTOR_INVALID"] == await reasons(refused)
    waiting = second_factor.StartSecondFactorRecoveryRequest(token=step.token)
    assert ["SECOND_FACTOR_TOKEN_INVALID"] == await reasons(app.owner.auth.StartSecondFactorRecovery(waiting))
    device.flags = PRESENT | VERIFIED
    verified = device.signs(step.passkey_options_json)
    await second_step(app.owner, step.token, passkey_credential_json=verified)
    device.flags = PRESENT
    step = (await signed_in(world, device.signs(await asked(world)))).second_factor
    await second_step(app.owner, step.token, totp_code=await app.fresh())


async def test_a_passkey_stands_beside_the_password(world: World) -> None:
    """A touch of the device is enough there; an answer is for its step, and is of the member's own passkeys."""
    ann, bob, device, other = await join(world), await join(world), Device(flags=PRESENT), Device()
    await with_passkey(ann, device)
    await with_passkey(bob, other)
    step, another = await first_step(ann), await first_step(ann)
    assert [second_factor.SECOND_FACTOR_KIND_PASSKEY, second_factor.SECOND_FACTOR_KIND_RECOVERY_CODE] == list(
        step.kinds
    )
    assert "preferred" == json.loads(step.passkey_options_json)["userVerification"]
    wrong = {
        other.signs(step.passkey_options_json): "SECOND_FACTOR_INVALID",
        device.signs(another.passkey_options_json): "PASSKEY_CHALLENGE_INVALID",
        device.signs(await asked(world)): "PASSKEY_CHALLENGE_INVALID",
        "{}": "SECOND_FACTOR_INVALID",
    }
    for answer, reason in wrong.items():
        assert [reason] == await reasons(second_step(ann, step.token, passkey_credential_json=answer))
    answer = device.signs(step.passkey_options_json)
    calls = (second_step(ann, step.token, passkey_credential_json=answer) for _ in range(3))
    assert 1 == (await reasons(*calls)).count("done")


async def test_a_passkey_steps_up(world: World) -> None:
    """In the session that asked, once; the token says how it was proven."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device)
    other = await second_step(ann, (step := await first_step(ann)).token, **by(device, step))
    options = (await has(ann)).passkey_options_json
    [allowed] = json.loads(options)["allowCredentials"]
    assert text_of(device.credential_id) == allowed["id"]
    answer = device.signs(options)
    assert ["PASSKEY_CHALLENGE_INVALID"] == await reasons(other.proven(passkey_credential_json=answer))
    proven = await ann.proven(passkey_credential_json=answer)
    assert ["pop", "user", "mfa"] == claims(proven)["amr"]
    assert ["PASSKEY_CHALLENGE_INVALID"] == await reasons(ann.proven(passkey_credential_json=answer))
    assert ["SECOND_FACTOR_REQUIRED"] == await reasons(ann.proven(password=PASSWORD))
    [passkey] = await listed(ann)
    await delete(ann, passkey.id, proven)
    assert "" == (await has(ann)).passkey_options_json
    assert ["SECOND_FACTOR_INVALID"] == await reasons(ann.proven(passkey_credential_json=device.signs(options)))


def by(device: Device, step: second_factor.SecondFactorStep) -> dict[str, str]:
    return {"passkey_credential_json": device.signs(step.passkey_options_json)}


async def test_a_new_device_is_told_of(world: World) -> None:
    """As it is with a password; the session is called as the member calls the device."""
    home, elsewhere = through_edge(world, "203.0.113.7", "Firefox Linux"), through_edge(world, "198.51.100.9", "x")
    ann, device = await join(world, metadata=home), Device()
    await with_passkey(ann, device)
    answer = device.signs(await asked(world, elsewhere))
    request = pb.FinishPasskeyLoginRequest(credential_json=answer, device_name="Work")
    reply = await ann.auth.FinishPasskeyLogin(request, metadata=elsewhere)
    assert "198.51.100.0/24" in (await ann.mailed(3)).whole()
    metadata = (("authorization", f"Bearer {reply.access_token}"),)
    sessions = (await ann.auth.ListSessions(auth.ListSessionsRequest(), metadata=metadata)).sessions
    assert ["Work"] == [one.device_name for one in sessions if one.current]


async def test_suspended_members_get_what_is_left_to_them(world: World) -> None:
    """Their token says that they are; who left is nobody."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device)
    await world.database.execute("UPDATE users SET suspended_until = $1 WHERE user_id = $2", FOREVER, UUID(ann.id))
    reply = await signed_in(world, device.signs(await asked(world)))
    assert claims((("", f"Bearer {reply.access_token}"),))["suspended"]
    await world.database.execute("UPDATE users SET deleted_at = now() WHERE user_id = $1", UUID(ann.id))
    assert ["PASSKEY_REFUSED"] == await reasons(signed_in(world, device.signs(await asked(world))))


async def test_an_account_that_is_taken_back_asks_for_the_new_password_too(world: World) -> None:
    """A passkey may be the thief's: it is a second factor, until it was used beside the new password."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device)
    await ann.auth.RequestPasswordReset(auth.RequestPasswordResetRequest(email=ann.email))
    reset = auth.ResetPasswordRequest(token=token_in(await ann.mailed(3)), new_password=NEW)
    await ann.auth.ResetPassword(reset)
    assert ["PASSKEY_NEEDS_PASSWORD"] == await reasons(signed_in(world, device.signs(await asked(world))))
    reply = await ann.auth.Login(auth.LoginRequest(email=ann.email, password=NEW))
    again = await second_step(ann, reply.second_factor.token, **by(device, reply.second_factor))
    assert [False] == [one.needs_password for one in await listed(again)]
    await signed_in(world, device.signs(await asked(world)))


async def test_a_sign_in_ends_the_wait_for_all_factors_to_go(world: World) -> None:
    """Who has a passkey has not lost them; when the wait is over, passkeys go with the rest."""
    ann, device = await join(world), Device()
    await with_passkey(ann, device)
    step = await first_step(ann)
    await ann.auth.StartSecondFactorRecovery(second_factor.StartSecondFactorRecoveryRequest(token=step.token))
    await signed_in(world, device.signs(await asked(world)))
    assert not (await has(ann)).HasField("recovery_due_at")
    await ann.auth.StartSecondFactorRecovery(second_factor.StartSecondFactorRecoveryRequest(token=step.token))
    await world.database.execute("UPDATE factor_recoveries SET due_at = now() WHERE user_id = $1", UUID(ann.id))
    await ann.auth.FinishSecondFactorRecovery(second_factor.FinishSecondFactorRecoveryRequest(token=step.token))
    assert [] == await listed(await ann.login())
    assert ["PASSKEY_REFUSED"] == await reasons(signed_in(world, device.signs(await asked(world))))


async def test_removal_and_use_meet(world: World) -> None:
    """Either a session is opened before, or none is."""
    ann, device = await join(world), Device()
    passkey, proven = await with_passkey(ann, device), await ann.proven(**by_step_up(device, await has(ann)))
    answer = device.signs(await asked(world))
    outcomes = await asyncio.gather(signed_in(world, answer), delete(ann, passkey.id, proven), return_exceptions=True)
    assert {"PASSKEY_REFUSED"} >= {one.reason for one in outcomes if isinstance(one, Failure)}
    assert [] == await listed(ann)


def by_step_up(device: Device, factors: second_factor.GetSecondFactorsResponse) -> dict[str, str]:
    return {"passkey_credential_json": device.signs(factors.passkey_options_json)}
