"""Passkeys: added, listed, removed."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from guild.auth.v1 import passkey_pb2 as pb
from guild.auth.v1 import second_factor_pb2 as second_factor
from mesh.errors import Failure, Unauthenticated
from mesh.testing.identity import Metadata
from tests.services.svc_profile.accounts import Person, join
from tests.services.svc_profile.authenticator import BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, Device, text_of
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.factors import finished, registered, with_app, with_passkey
from tests.services.svc_profile.test_second_factors import has, reasons


async def started(person: Person, metadata: Metadata) -> str:
    request = pb.StartPasskeyRegistrationRequest()
    return (await person.auth.StartPasskeyRegistration(request, metadata=metadata)).options_json


async def listed(person: Person) -> list[pb.Passkey]:
    return list((await person.auth.ListPasskeys(pb.ListPasskeysRequest(), metadata=person.me)).passkeys)


async def delete(person: Person, passkey_id: str, metadata: Metadata) -> None:
    await person.auth.DeletePasskey(pb.DeletePasskeyRequest(passkey_id=passkey_id), metadata=metadata)


async def test_a_device_is_told_what_to_make_a_passkey_with(world: World) -> None:
    """Of this site, kept by the device, verified where it can; it tells nothing of who made it."""
    ann = await join(world)
    options = json.loads(await started(ann, await ann.proven()))
    assert ("localhost", "none") == (options["rp"]["id"], options["attestation"])
    user = {"id": text_of(UUID(ann.id).bytes), "name": ann.email, "displayName": "Ann Example"}
    assert user == options["user"]
    selection = options["authenticatorSelection"]
    assert ("preferred", "preferred") == (selection["residentKey"], selection["userVerification"])
    assert [-8, -7, -257] == [one["alg"] for one in options["pubKeyCredParams"]]


async def test_a_passkey_is_a_second_factor(world: World) -> None:
    """The first one brings recovery codes; mail and event tell of it; it is listed by what the member calls it."""
    ann, device = await join(world), Device(flags=PRESENT | VERIFIED | ELIGIBLE | BACKED_UP)
    reply = await registered(ann, device, await ann.proven(), "Phone")
    assert 10 == len(set(reply.recovery_codes))
    assert [reply.passkey] == await listed(ann)
    shown = reply.passkey
    assert ("Phone", ["hybrid", "internal"], True) == (shown.name, list(shown.transports), shown.backed_up)
    assert (False, False) == (shown.HasField("last_used_at"), shown.needs_password)
    found = await has(ann)
    assert (1, 10) == (found.passkeys, found.recovery_codes_left)
    assert "passkey “Phone” can be used" in (await ann.mailed(2)).whole().replace("\n", " ")
    subject = f"guild.users.second_factor_changed.{ann.id}"
    assert 1 == await world.database.fetchval("SELECT count(*) FROM outbox WHERE subject = $1", subject)


async def test_the_second_one_brings_no_codes_and_the_device_is_asked_for_another(world: World) -> None:
    """Nor does a passkey beside an authenticator app; without a name it is called by the kind of device."""
    app, device = await with_app(world), Device()
    proven = await app.owner.proven(totp_code=await app.fresh())
    reply = await registered(app.owner, device, proven)
    assert ([], "Passkey") == (list(reply.recovery_codes), reply.passkey.name)
    [excluded] = json.loads(await started(app.owner, proven))["excludeCredentials"]
    assert (text_of(device.credential_id), ["hybrid", "internal"]) == (excluded["id"], excluded["transports"])


async def test_a_step_up_comes_first(world: World) -> None:
    """For adding and for removing, not for looking."""
    ann = await join(world)
    passkey = await with_passkey(ann, Device())
    for call in (started(ann, ann.me), finished(ann, "{}", ann.me), delete(ann, passkey.id, ann.me)):
        with pytest.raises(Unauthenticated) as caught:
            await call
        assert "STEP_UP_REQUIRED" == caught.value.reason
    assert [passkey] == await listed(ann)


async def test_a_repeat_answers_the_same_passkey(world: World) -> None:
    """Without the codes; when it was removed meanwhile, the old answer does not bring it back."""
    ann, device = await join(world), Device()
    proven = await ann.proven()
    answer = device.makes(await started(ann, proven))
    first, second = [await finished(ann, answer, proven) for _ in range(2)]
    assert (first.passkey, 0) == (second.passkey, len(second.recovery_codes))
    await delete(ann, first.passkey.id, proven)
    assert ["PASSKEY_CHALLENGE_INVALID"] == await reasons(finished(ann, answer, proven))


async def test_a_challenge_is_of_its_session(world: World) -> None:
    """Another session of the member, another member, a sign-in: each answers its own."""
    ann, bob, device = await join(world), await join(world), Device()
    again = await ann.login()
    options = await started(ann, await ann.proven())
    for other in (again, bob):
        assert ["PASSKEY_CHALLENGE_INVALID"] == await reasons(
            finished(other, device.makes(options), await other.proven())
        )
    changed = json.loads(options) | {"challenge": "A" * 200}
    wrong = finished(ann, device.makes(json.dumps(changed)), await ann.proven())
    assert ["PASSKEY_CHALLENGE_INVALID"] == await reasons(wrong)


WRONG: dict[str, Device] = {
    "another page": Device(origin="https://evil.example"),
    "another site": Device(relying_party="evil.example"),
    "nobody there": Device(flags=VERIFIED),
    "a page within a page": Device(said={"crossOrigin": True}),
    "a proof": Device(said={"type": "webauthn.get"}),
    "a copy that may not be": Device(flags=PRESENT | BACKED_UP),
    "a short name": Device(credential_id=b"short"),
    "a long name": Device(credential_id=b"x" * 1024),
}


async def test_what_is_made_elsewhere_is_no_passkey(world: World) -> None:
    """Nothing of it is stored."""
    ann = await join(world)
    proven = await ann.proven()
    for name, device in WRONG.items():
        made = device.makes(await started(ann, proven))
        assert (name, ["PASSKEY_INVALID"]) == (name, await reasons(finished(ann, made, proven)))
    assert [] == await listed(ann)


@pytest.mark.parametrize(
    "answer", ["{}", "[]", "[" * 9000, '"x"', '{"id": 1, "response": {}}', '{"id": "é", "response": 3}']
)
async def test_what_no_browser_answers_is_refused(world: World, answer: str) -> None:
    """Whatever its form."""
    ann = await join(world)
    assert ["PASSKEY_INVALID"] == await reasons(finished(ann, answer, await ann.proven()))


async def test_broken_parts_are_refused(world: World) -> None:
    """Parsers meet bytes that anybody may send, behind a challenge that is good."""
    ann, device = await join(world), Device()
    proven = await ann.proven()
    good = json.loads(device.makes(await started(ann, proven)))
    for broken in ("", "!", text_of(b"\xff" * 40), text_of(b"\xa0"), text_of(b"\x9f" * 5000), 7, None):
        parts = {**good["response"], "attestationObject": broken}
        answer = json.dumps({**good, "response": parts})
        assert ["PASSKEY_INVALID"] == await reasons(finished(ann, answer, proven))
    for field, value in (("type", "password"), ("rawId", text_of(b"another one, as long")), ("rawId", None)):
        assert ["PASSKEY_INVALID"] == await reasons(finished(ann, json.dumps({**good, field: value}), proven))
    await finished(ann, json.dumps(good), proven)


async def test_of_two_members_with_one_passkey_one_has_it(world: World) -> None:
    """Whoever is first, however they meet; when it is removed, the other may have it."""
    ann, bob = await join(world), await join(world)
    device, members = Device(), (ann, bob)
    proofs = [await person.proven() for person in members]
    answers = [device.makes(await started(one, proof)) for one, proof in zip(members, proofs, strict=True)]
    calls = [finished(*one) for one in zip(members, answers, proofs, strict=True)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert ["PASSKEY_TAKEN"] == [one.reason for one in outcomes if isinstance(one, Failure)]
    [first] = [index for index, one in enumerate(outcomes) if not isinstance(one, Failure)]
    won: Any = outcomes[first]
    assert ["PASSKEY_TAKEN"] == await reasons(finished(members[1 - first], answers[1 - first], proofs[1 - first]))
    await delete(members[first], won.passkey.id, proofs[first])
    await finished(members[1 - first], answers[1 - first], proofs[1 - first])


async def test_twenty_are_enough(world: World) -> None:
    """However many come at once; with one less there is room again."""
    ann = await join(world)
    proven = await ann.proven()
    options = [await started(ann, proven) for _ in range(22)]
    found = await reasons(*(finished(ann, Device().makes(one), proven) for one in options))
    assert (2, 20) == (found.count("TOO_MANY_PASSKEYS"), found.count("done"))
    with pytest.raises(Failure) as caught:
        await started(ann, proven)
    assert "TOO_MANY_PASSKEYS" == caught.value.reason
    request = pb.ListPasskeysRequest(page_size=15)
    page = await ann.auth.ListPasskeys(request, metadata=ann.me)
    request.page_token = page.next_page_token
    rest = await ann.auth.ListPasskeys(request, metadata=ann.me)
    ids = [one.id for one in (*page.passkeys, *rest.passkeys)]
    assert (15, 5, "", sorted(ids)) == (len(page.passkeys), len(rest.passkeys), rest.next_page_token, ids)
    await delete(ann, ids[3], proven)
    await registered(ann, Device(), proven)


async def test_the_password_is_enough_again_without_a_passkey(world: World) -> None:
    """The recovery codes go with the last one; a repeat changes nothing, nor does the passkey of somebody else."""
    ann, bob = await join(world), await join(world)
    passkey, proven = await with_passkey(ann, Device(), name="Key"), await bob.proven()
    await delete(bob, passkey.id, proven)
    assert [passkey] == await listed(ann)
    codes = (await has(ann)).recovery_codes_left
    assert 10 == codes
    device = Device()
    other = await with_passkey(bob, device, proven)
    assert [] == list((await registered(bob, Device(), proven)).recovery_codes)
    await delete(bob, other.id, proven)
    assert (1, 10) == ((await has(bob)).passkeys, (await has(bob)).recovery_codes_left)
    for one in await listed(bob):
        for _ in range(2):
            await delete(bob, one.id, proven)
    assert (0, 0) == ((await has(bob)).passkeys, (await has(bob)).recovery_codes_left)
    assert "no more" in (await bob.mailed(5)).whole().replace("\n", " ")
    await bob.login()
    await bob.auth.StepUp(second_factor.StepUpRequest(password="correct horse battery"), metadata=bob.me)
    rows = await world.database.fetchval("SELECT count(*) FROM passkey_credentials WHERE user_id = $1", UUID(bob.id))
    assert 0 == rows
