"""Phone numbers of accounts, proven by codes."""

import asyncio
import re
import secrets
from uuid import UUID

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from mesh.errors import FailedPrecondition, Failure, InvalidArgument, ResourceExhausted
from tests.services.svc_profile.accounts import Person, join
from tests.services.svc_profile.conftest import World


def a_number() -> str:
    return f"+4930{secrets.randbelow(10**8):08}"


async def verified(world: World) -> Person:
    """Somebody whose address is verified."""
    person = await join(world)
    await world.database.execute("UPDATE users SET email_verified_at = now() WHERE user_id = $1", UUID(person.id))
    return person


async def test_who_did_not_verify_their_address_sends_nobody_a_message(world: World) -> None:
    """Accounts that cost nothing would make others pay."""
    ann = await join(world)
    request = auth.StartPhoneVerificationRequest(phone_number=a_number())
    with pytest.raises(FailedPrecondition) as caught:
        await ann.auth.StartPhoneVerification(request, metadata=ann.me)
    assert "EMAIL_NOT_VERIFIED" == caught.value.reason


async def start(person: Person, number: str) -> str:
    """The code that was sent."""
    before = len(await person.world.mailed(number, 0))
    await person.auth.StartPhoneVerification(
        auth.StartPhoneVerificationRequest(phone_number=number), metadata=person.me
    )
    [code] = re.findall(r"\b\d{6}\b", (await person.world.mailed(number, before + 1))[-1].whole().partition("\n\n")[2])
    return code


async def confirm(person: Person, number: str, code: str, key: str = "") -> str:
    request = auth.ConfirmPhoneVerificationRequest(phone_number=number, phone_code=code)
    metadata = (*person.me, ("idempotency-key", key)) if key else person.me
    return (await person.auth.ConfirmPhoneVerification(request, metadata=metadata)).phone_number


def other_than(code: str, n: int) -> str:
    return f"{(int(code) + 1 + n) % 1_000_000:06}"


async def test_who_types_the_code_has_the_number(world: World) -> None:
    """Its owner is shown it, nobody else; the code works once; it can be forgotten."""
    ann, number = await verified(world), a_number()
    code = await start(ann, number)
    assert "" == (await ann.profile()).phone_number
    assert number == await confirm(ann, number, code)
    assert number == (await ann.profile()).phone_number
    with pytest.raises(InvalidArgument):
        await confirm(ann, number, code)
    for _ in range(2):
        await ann.auth.RemovePhoneNumber(auth.RemovePhoneNumberRequest(), metadata=ann.me)
    assert "" == (await ann.profile()).phone_number


async def test_a_code_is_for_who_asked_and_for_its_number(world: World) -> None:
    """And only until the next one is sent."""
    ann, eve, number = await verified(world), await verified(world), a_number()
    code = await start(ann, number)
    for person, wrong in ((eve, number), (ann, a_number())):
        with pytest.raises(InvalidArgument) as caught:
            await confirm(person, wrong, code)
        assert "PHONE_CODE_INVALID" == caught.value.reason
    newer = await start(ann, number)
    if newer != code:
        with pytest.raises(InvalidArgument):
            await confirm(ann, number, code)
    await confirm(ann, number, newer)


@pytest.mark.parametrize("keyed", [False, True])
async def test_five_guesses_are_looked_at(world: World, *, keyed: bool) -> None:
    """However many come at once, with idempotency keys too; then the right code is of no use either."""
    ann, number = await verified(world), a_number()
    code = await start(ann, number)
    guesses = (confirm(ann, number, other_than(code, n), f"k{n}" if keyed else "") for n in range(5))
    assert 5 == sum(isinstance(one, Failure) for one in await asyncio.gather(*guesses, return_exceptions=True))
    with pytest.raises(InvalidArgument):
        await confirm(ann, number, code)
    await confirm(ann, number, await start(ann, number))


async def test_a_number_gets_a_few_codes_a_day(world: World) -> None:
    """Whoever asks: nobody's phone is flooded from many accounts."""
    number = a_number()
    for _ in range(5):
        await start(await verified(world), number)
    eve = await verified(world)
    with pytest.raises(ResourceExhausted) as caught:
        await start(eve, number)
    assert "PHONE_CODE_THROTTLED" == caught.value.reason
    await world.database.execute("UPDATE phone_codes SET window_began_at = window_began_at - interval '1 day'")
    await start(eve, number)


async def test_many_accounts_at_once_send_no_more_codes_to_a_number(world: World) -> None:
    """Of eight that ask in one moment three are refused."""
    members, number = [await verified(world) for _ in range(8)], a_number()
    request = auth.StartPhoneVerificationRequest(phone_number=number)
    asked = (one.auth.StartPhoneVerification(request, metadata=one.me) for one in members)
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert 3 == sum(isinstance(one, ResourceExhausted) for one in outcomes)


async def test_a_code_is_over_after_ten_minutes_and_stored_as_a_hash(world: World) -> None:
    """Who reads the table does not know it."""
    ann, number = await verified(world), a_number()
    code = await start(ann, number)
    row = await world.database.fetchrow("SELECT * FROM phone_codes WHERE phone_number = $1 AND sent > 0", number)
    assert row["code_hash"].startswith("$argon2id$")
    await world.database.execute("UPDATE phone_codes SET expires_at = now() WHERE phone_number = $1", number)
    with pytest.raises(InvalidArgument):
        await confirm(ann, number, code)


@pytest.mark.parametrize("number", ["030123456", "+0123456789", "+49 30 123456", "+49", "+" + "1" * 16])
async def test_numbers_are_e164(world: World, number: str) -> None:
    """Anything else is refused with the field named."""
    ann = await verified(world)
    with pytest.raises(InvalidArgument) as caught:
        await ann.auth.StartPhoneVerification(auth.StartPhoneVerificationRequest(phone_number=number), metadata=ann.me)
    assert ["phone_number"] == [one.field for one in caught.value.violations]
