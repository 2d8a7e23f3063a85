"""E-mail addresses of accounts: verified, changed, taken back."""

import asyncio
from uuid import UUID

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from mesh.data import Database, Janitor
from mesh.errors import AlreadyExists, InvalidArgument, ResourceExhausted, Unauthenticated
from mesh.ids import uuid7
from mesh.testing import wait_for
from svc_profile.store.credentials import SWEPT
from tests.services.svc_profile.accounts import PASSWORD, Person, join, token_in
from tests.services.svc_profile.conftest import World


def fresh_address() -> str:
    return f"{uuid7()}@example.com"


async def ask_to_move(person: Person, email: str, password: str = PASSWORD) -> None:
    request = auth.RequestEmailChangeRequest(email=email, current_password=password)
    await person.auth.RequestEmailChange(request, metadata=await person.sure())


async def verified(world: World) -> Person:
    person = await join(world)
    await person.auth.VerifyEmail(auth.VerifyEmailRequest(token=token_in(await person.mailed(1))))
    return person


async def test_who_registers_proves_that_they_read_their_mail(world: World) -> None:
    """The mailed token verifies the address, which its owner is shown; a repeat changes nothing."""
    ann = await join(world)
    assert not (await ann.profile()).email_verified
    request = auth.VerifyEmailRequest(token=token_in(await ann.mailed(1)))
    for _ in range(2):
        assert ann.email == (await ann.auth.VerifyEmail(request)).email
    assert (await ann.profile()).email_verified
    events = await world.database.fetch("SELECT subject FROM outbox WHERE subject LIKE '%' || $1", ann.id)
    assert 1 == sum("email_verified" in row[0] for row in events)


@pytest.mark.parametrize("how", ["made up", "malformed", "too old", "of somebody else", "for something else"])
async def test_only_the_token_that_was_mailed_verifies(world: World, how: str) -> None:
    """Whatever is wrong with another one, the answer is the same."""
    ann, eve = await join(world), await join(world)
    token = token_in(await ann.mailed(1))
    if how == "made up":
        token = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
    if how == "malformed":
        token = token[:-3]
    if how == "too old":
        await world.database.execute("UPDATE mailed_tokens SET expires_at = now() WHERE user_id = $1", UUID(ann.id))
    if how == "of somebody else":
        token = token_in(await eve.mailed(1))[:20] + token[20:]
    if how == "for something else":
        await ann.auth.RequestPasswordReset(auth.RequestPasswordResetRequest(email=ann.email))
        token = token_in(await ann.mailed(2))
    with pytest.raises(InvalidArgument) as caught:
        await ann.auth.VerifyEmail(auth.VerifyEmailRequest(token=token))
    assert "VERIFICATION_TOKEN_INVALID" == caught.value.reason
    assert not (await ann.profile()).email_verified


async def test_the_mail_is_sent_again_while_it_is_of_use(world: World) -> None:
    """Both tokens work; once the address is verified nothing is sent."""
    ann = await join(world)
    await ann.auth.ResendVerification(auth.ResendVerificationRequest(), metadata=ann.me)
    await ann.auth.VerifyEmail(auth.VerifyEmailRequest(token=token_in(await ann.mailed(2))))
    await ann.auth.ResendVerification(auth.ResendVerificationRequest(), metadata=ann.me)
    queued = await world.database.fetchval("SELECT count(*) FROM mails WHERE user_id = $1", UUID(ann.id))
    assert 2 == queued


async def test_what_is_stored_of_a_token_and_a_mail_lets_nobody_in(world: World) -> None:
    """Neither the token nor the mail that carried it can be read from the tables."""
    ann = await join(world)
    token = token_in(await ann.mailed(1)).encode()
    rows = await world.database.fetch("SELECT t::text FROM mailed_tokens t WHERE user_id = $1", UUID(ann.id))
    rows += await world.database.fetch("SELECT m::text FROM mails m WHERE user_id = $1", UUID(ann.id))
    assert all(token.decode() not in row[0] and token.hex() not in row[0] for row in rows)


async def test_an_account_moves_to_an_address_that_confirms(world: World) -> None:
    """Until then nothing changes; then one signs in with the new address only, and it is verified."""
    ann, new = await verified(world), fresh_address()
    await ask_to_move(ann, new.upper())
    await ann.login()
    request = auth.ConfirmEmailChangeRequest(token=token_in(await ann.mailed(1, to=new)))
    assert new == (await ann.auth.ConfirmEmailChange(request)).email
    shown = await (await ann.login(email=new)).profile()
    assert (new, True) == (shown.email, shown.email_verified)
    with pytest.raises(Unauthenticated):
        await ann.login()
    with pytest.raises(InvalidArgument):
        await ann.auth.ConfirmEmailChange(request)


async def test_an_account_moves_with_its_password_only(world: World) -> None:
    """A token that was stolen is not enough, and guesses count with those of sign-ins."""
    ann = await verified(world)
    for _ in range(5):
        with pytest.raises(InvalidArgument) as caught:
            await ask_to_move(ann, fresh_address(), "wrong one")
        assert "PASSWORD_MISMATCH" == caught.value.reason
    with pytest.raises(ResourceExhausted) as limited:
        await ann.login()
    assert "LOGIN_THROTTLED" == limited.value.reason


async def test_nothing_tells_whether_an_address_is_taken(world: World) -> None:
    """The answer is the same, the statements are as many; who has the address is told by mail."""
    ann, bob = await verified(world), await join(world)
    await ask_to_move(ann, bob.email)
    assert "asked to use this address" in (await bob.mailed(2)).whole()
    assert "#token=" not in (await bob.mailed(2)).whole()
    with pytest.raises(AlreadyExists):
        await ann.auth.Register(auth.RegisterRequest(email=bob.email, password=PASSWORD, name="Eve"))
    assert bob.id == (await bob.login()).id


async def test_an_address_that_was_taken_meanwhile_stays_with_its_account(world: World) -> None:
    """Who confirms too late is told, and keeps the address they have."""
    ann, new = await verified(world), fresh_address()
    await ask_to_move(ann, new)
    token = token_in(await ann.mailed(1, to=new))
    await ann.auth.Register(auth.RegisterRequest(email=new, password=PASSWORD, name="Bob"))
    with pytest.raises(AlreadyExists):
        await ann.auth.ConfirmEmailChange(auth.ConfirmEmailChangeRequest(token=token))
    assert ann.email == (await ann.profile()).email


async def moved(ann: Person) -> tuple[str, str]:
    """The new address of an account, and the token that takes the move back."""
    new = fresh_address()
    await ask_to_move(ann, new)
    await ann.auth.ConfirmEmailChange(auth.ConfirmEmailChangeRequest(token=token_in(await ann.mailed(1, to=new))))
    return new, token_in(await ann.mailed(2))


async def test_the_old_address_takes_its_account_back(world: World) -> None:
    """Everybody is signed out, the password is of no use, and a mailed token sets a new one."""
    ann = await verified(world)
    new, undo = await moved(ann)
    thief = await ann.login(email=new)
    assert ann.email == (await ann.auth.UndoEmailChange(auth.UndoEmailChangeRequest(token=undo))).email
    for person in (ann, thief):
        with pytest.raises(Unauthenticated) as caught:
            await person.profile()
        assert "SESSION_REVOKED" == caught.value.reason
        with pytest.raises(Unauthenticated):
            await person.login()
    reset = auth.ResetPasswordRequest(token=token_in(await ann.mailed(3)), new_password="a wholly new one")
    await ann.auth.ResetPassword(reset)
    assert ann.id == (await ann.login("a wholly new one")).id
    with pytest.raises(InvalidArgument):
        await ann.auth.UndoEmailChange(auth.UndoEmailChangeRequest(token=undo))


async def test_the_old_address_is_kept_for_its_account(world: World) -> None:
    """Who took the account cannot register with its old address, nor move on, to keep the owner out."""
    ann = await verified(world)
    new, undo = await moved(ann)
    with pytest.raises(AlreadyExists):
        await ann.auth.Register(auth.RegisterRequest(email=ann.email, password=PASSWORD, name="Eve"))
    thief = await ann.login(email=new)
    await moved(Person(world, new, thief.id, thief.access_token, thief.refresh_token))
    assert ann.email == (await ann.auth.UndoEmailChange(auth.UndoEmailChangeRequest(token=undo))).email


async def test_who_took_an_account_shuts_no_way_back_with_their_own(world: World) -> None:
    """Two moves give the thief a way back, too: using it leaves that of the address before, which ends the thief's."""
    ann = await verified(world)
    new, undo = await moved(ann)
    thief = await ann.login(email=new)
    _, first = await moved(thief)
    await thief.auth.UndoEmailChange(auth.UndoEmailChangeRequest(token=first))
    reset = token_in(await ann.mailed(3, to=new))
    await thief.auth.ResetPassword(auth.ResetPasswordRequest(token=reset, new_password="of the thief"))
    thief = await thief.login("of the thief")
    thief.proof = await thief.proven(password="of the thief")
    second = fresh_address()
    await ask_to_move(thief, second, "of the thief")
    confirm = auth.ConfirmEmailChangeRequest(token=token_in(await ann.mailed(1, to=second)))
    await thief.auth.ConfirmEmailChange(confirm)
    third = token_in(await ann.mailed(5, to=new))
    assert ann.email == (await ann.auth.UndoEmailChange(auth.UndoEmailChangeRequest(token=undo))).email
    with pytest.raises(InvalidArgument):
        await thief.auth.UndoEmailChange(auth.UndoEmailChangeRequest(token=third))


async def test_a_password_that_is_set_meanwhile_moves_no_account(world: World) -> None:
    """Who knew the old one, and asks at that moment, would else move the account away from who shut them out."""
    ann = await verified(world)
    async with world.database.transaction():
        await world.database.execute("SELECT FROM users WHERE user_id = $1 FOR UPDATE", UUID(ann.id))
        asking = asyncio.create_task(ask_to_move(ann, fresh_address()))
        await wait_for(lambda: world.database.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        other = "UPDATE credentials SET password_hash = password_hash || 'A' WHERE email = $1"
        await world.database.execute(other, ann.email)
    with pytest.raises(InvalidArgument) as caught:
        await asking
    assert "PASSWORD_MISMATCH" == caught.value.reason


async def test_a_newer_request_takes_the_place_of_those_before(world: World) -> None:
    """Who mistyped the address asks again: a stranger's link moves nothing any more."""
    ann, mistyped, right = await verified(world), fresh_address(), fresh_address()
    await ask_to_move(ann, mistyped)
    await ask_to_move(ann, right)
    wrong = auth.ConfirmEmailChangeRequest(token=token_in(await ann.mailed(1, to=mistyped)))
    with pytest.raises(InvalidArgument):
        await ann.auth.ConfirmEmailChange(wrong)
    await ann.auth.ConfirmEmailChange(auth.ConfirmEmailChangeRequest(token=token_in(await ann.mailed(1, to=right))))


async def test_an_address_that_nobody_verified_gets_no_way_back(world: World) -> None:
    """It may be a stranger's, by a slip of the finger: they must not get the account."""
    ann, new = await join(world), fresh_address()
    await ask_to_move(ann, new)
    await ann.auth.ConfirmEmailChange(auth.ConfirmEmailChangeRequest(token=token_in(await ann.mailed(1, to=new))))
    stranger = auth.RegisterRequest(email=ann.email, password=PASSWORD, name="Bob")
    await ann.auth.Register(stranger)  # free again
    mails = await world.database.fetch("SELECT kind FROM mails WHERE user_id = $1 ORDER BY mail_id", UUID(ann.id))
    assert ["verify_email", "change_email"] == [row[0] for row in mails]


async def test_an_address_is_free_when_its_account_can_come_back_no_more(world: World) -> None:
    """After a week; one that an account is signed in to with stays."""
    ann = await verified(world)
    new, _ = await moved(ann)
    over = "UPDATE credentials SET held_until = now() - interval '1 second' WHERE email = $1"
    await world.database.execute(over, ann.email)
    database = Database(world.settings)
    await database.start()
    await Janitor(database, also=(SWEPT,)).sweep()
    await database.stop()
    await ann.auth.Register(auth.RegisterRequest(email=ann.email, password=PASSWORD, name="Bob"))
    assert ann.id == (await ann.login(email=new)).id


async def test_tokens_of_an_address_end_with_it(world: World) -> None:
    """What was mailed to the old address, but for the way back, is of no use after the move."""
    ann = await verified(world)
    await ann.auth.RequestPasswordReset(auth.RequestPasswordResetRequest(email=ann.email))
    reset = token_in(await ann.mailed(2))
    new = fresh_address()
    await ask_to_move(ann, new)
    await ann.auth.ConfirmEmailChange(auth.ConfirmEmailChangeRequest(token=token_in(await ann.mailed(1, to=new))))
    with pytest.raises(InvalidArgument) as caught:
        await ann.auth.ResetPassword(auth.ResetPasswordRequest(token=reset, new_password="a wholly new one"))
    assert "RESET_TOKEN_INVALID" == caught.value.reason
