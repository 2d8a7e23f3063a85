"""Members show that they read mail at the company of a position."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guild.common.v1.date_pb2 import Date
from guild.profile.v1 import company_verification_pb2 as pb
from guild.profile.v1 import privacy_pb2, user_pb2
from guild.profile.v1 import profile_service_pb2 as profile
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.data import Database
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.settings import Secret
from mesh.testing.identity import SignedIn
from svc_profile.domain.ids import UserId
from svc_profile.store.work_addresses import WorkAddresses
from tests.services.svc_profile.accounts import token_in
from tests.services.svc_profile.conftest import World


class Baker:
    """A member with a position."""

    def __init__(self, world: World, me: SignedIn) -> None:
        self.world = world
        self.me = me
        self.stub = ProfileServiceStub(world.channel)
        self.position_id = ""

    async def hired(self) -> "Baker":
        """The same, at the mill; what a client says of a verification is not heard."""
        position = user_pb2.Position(title="Baker", company_name="Mill", start=Date(year=2020))
        position.verification.domain = "bank.example"
        request = profile.CreatePositionRequest(position=position)
        self.position_id = (await self.stub.CreatePosition(request, metadata=self.me.metadata)).position.id
        return self

    async def start(self, email: str) -> None:
        request = pb.StartCompanyVerificationRequest(position_id=self.position_id, email=email)
        await self.stub.StartCompanyVerification(request, metadata=self.me.metadata)

    async def mailed(self, email: str, number: int = 1) -> str:
        """The token of one of the mails to an address, after another was asked for."""
        await self.start(email)
        return token_in((await self.world.mailed(email, number))[number - 1])

    async def confirm(self, token: str) -> str:
        """The domain that stands at the position then."""
        request = pb.ConfirmCompanyVerificationRequest(token=token)
        reply = await self.stub.ConfirmCompanyVerification(request, metadata=self.me.metadata)
        return reply.position.verification.domain

    async def delete(self) -> None:
        request = pb.DeleteCompanyVerificationRequest(position_id=self.position_id)
        await self.stub.DeleteCompanyVerification(request, metadata=self.me.metadata)

    async def move(self, **changes: Any) -> None:
        """Change the position."""
        position = user_pb2.Position(id=self.position_id, **changes)
        await self.stub.UpdatePosition(profile.UpdatePositionRequest(position=position), metadata=self.me.metadata)

    async def shown(self, viewer: SignedIn | None = None) -> list[str]:
        """The domains of the positions as somebody sees them."""
        if viewer is None:
            user = (await self.stub.GetMe(profile.GetMeRequest(), metadata=self.me.metadata)).user
        else:
            request = profile.GetUserRequest(user_id=str(self.me.user_id))
            user = (await self.stub.GetUser(request, metadata=viewer.metadata)).user
        return [one.verification.domain for one in user.positions]


async def baker(world: World) -> Baker:
    return await Baker(world, await world.member()).hired()


def address() -> str:
    return f"{uuid7()}@Mill.example"


async def refused(call: Awaitable[Any]) -> str:
    with pytest.raises(Failure) as caught:
        await call
    return caught.value.reason


async def test_a_mailed_token_verifies_once_and_the_address_is_kept_nowhere(world: World) -> None:
    """The domain stands at the position, the profile is another, and only a hash of the address outlives the token."""
    me, email = await baker(world), address()
    assert [""] == await me.shown()
    token = await me.mailed(email)
    assert "mill.example" == await me.confirm(token)
    assert ["mill.example"] == await me.shown()
    assert "VERIFICATION_TOKEN_INVALID" == await refused(me.confirm(token))
    assert ["user_updated"] * 2 == await world.events(me.me)  # hired, verified
    kept = await world.database.fetchval("SELECT address_hash FROM work_addresses WHERE user_id = $1", me.me.user_id)
    assert 32 == len(kept)


async def test_a_newer_mail_takes_the_place_of_the_one_before_and_an_old_one_ends(world: World) -> None:
    """Both are refused alike."""
    me, email = await baker(world), address()
    first, second = await me.mailed(email), await me.mailed(email, 2)
    assert "VERIFICATION_TOKEN_INVALID" == await refused(me.confirm(first))
    await world.database.execute("UPDATE mailed_tokens SET expires_at = now() WHERE user_id = $1", me.me.user_id)
    assert "VERIFICATION_TOKEN_INVALID" == await refused(me.confirm(second))
    assert "VERIFICATION_TOKEN_INVALID" == await refused(me.confirm("bm90aGluZw=="))


async def test_who_is_sent_the_link_of_another_verifies_nobody(world: World) -> None:
    """A stranger cannot borrow the mailbox of whoever clicks."""
    me, other = await baker(world), await baker(world)
    token = await me.mailed(address())
    assert "VERIFICATION_TOKEN_INVALID" == await refused(other.confirm(token))
    assert "mill.example" == await me.confirm(token)


async def test_one_address_verifies_one_member(world: World) -> None:
    """Also after it was taken off, until it ends; the first may renew it. Asking tells nothing."""
    me, other, email = await baker(world), await baker(world), address()
    await me.confirm(await me.mailed(email))
    token = await other.mailed(email.upper(), 2)
    assert "WORK_ADDRESS_TAKEN" == await refused(other.confirm(token))
    await me.delete()
    await me.delete()
    assert [""] == await me.shown()
    assert "WORK_ADDRESS_TAKEN" == await refused(other.confirm(token))
    await me.confirm(await me.mailed(email, 3))
    await world.database.execute("UPDATE work_addresses SET expires_at = now() WHERE user_id = $1", me.me.user_id)
    assert "mill.example" == await other.confirm(token)


async def test_an_address_that_was_taken_before_keys_had_labels_stays_taken(world: World) -> None:
    """Its row has another key; the member renews it, nobody else gets it."""
    mine, other, email = UserId(uuid7()), UserId(uuid7()), address().lower()
    database, now = Database(world.settings), datetime.now(UTC)
    await database.start()
    try:
        before = hmac.digest(hashlib.sha256(b"work-addresses:one").digest(), email.encode(), "sha256")
        end, addresses = now + timedelta(days=1), WorkAddresses(Secret("one"))
        await world.database.execute("INSERT INTO work_addresses VALUES ($1, $2, $3)", before, mine, end)
        for taken, who in ((True, mine), (False, other)):
            assert taken == await database.transact(lambda tx, who=who: addresses.claim(tx, email, who, now, end))
    finally:
        await database.stop()


async def test_free_mail_and_positions_of_others_are_refused(world: World) -> None:
    """No mail goes out."""
    me, other = await baker(world), await baker(world)
    assert "WORK_ADDRESS_REFUSED" == await refused(me.start(f"{uuid7()}@gmail.com"))
    me.position_id = other.position_id
    assert ["POSITION_NOT_FOUND"] * 2 == [await refused(me.start(address())), await refused(me.delete())]


async def test_it_ends_with_the_company(world: World) -> None:
    """What is shown, and what was mailed for the company before; another title changes neither."""
    me, email = await baker(world), address()
    await me.confirm(await me.mailed(email))
    await me.move(title="Miller")
    assert ["mill.example"] == await me.shown()
    token = await me.mailed(email, 2)
    await me.move(company_name="Oven")
    assert [""] == await me.shown()
    assert "VERIFICATION_TOKEN_INVALID" == await refused(me.confirm(token))


async def test_it_ends_after_a_year(world: World) -> None:
    """For the member and for others."""
    me, viewer = await baker(world), await world.member()
    await me.confirm(await me.mailed(address()))
    assert ["mill.example"] == await me.shown(viewer)
    await world.database.execute(
        "UPDATE positions SET verification = 'mill.example 2019-01-01T00:00:00+00:00 2020-01-01T00:00:00+00:00'"
        " WHERE user_id = $1",
        me.me.user_id,
    )
    assert [[""], [""]] == [await me.shown(), await me.shown(viewer)]


async def test_it_is_shown_to_who_sees_the_positions_and_the_preview_tells_the_same(world: World) -> None:
    """Connections here, no other member."""
    me, friend, stranger = await baker(world), await world.member(), await world.member()
    await world.connect(me.me, friend)
    await me.confirm(await me.mailed(address()))
    settings = profile.PrivacySettings(positions_audience=privacy_pb2.FIELD_AUDIENCE_CONNECTIONS)
    await me.stub.UpdatePrivacySettings(
        profile.UpdatePrivacySettingsRequest(settings=settings), metadata=me.me.metadata
    )
    previews: list[list[str]] = []
    for viewer in (friend, stranger):
        request = privacy_pb2.PreviewProfileRequest(user_id=str(viewer.user_id))
        user = (await me.stub.PreviewProfile(request, metadata=me.me.metadata)).user
        previews.append([one.verification.domain for one in user.positions])
    assert [["mill.example"], []] == previews
    assert previews == [await me.shown(friend), await me.shown(stranger)]


async def test_two_members_who_confirm_one_address_at_once_are_one_who_is_verified(world: World) -> None:
    """Whoever is first."""
    me, other, email = await baker(world), await baker(world), address()
    tokens = [await me.mailed(email), await other.mailed(email, 2)]
    calls = (one.confirm(token) for one, token in zip((me, other), tokens, strict=True))
    said = await asyncio.gather(*calls, return_exceptions=True)
    assert {"mill.example", "WORK_ADDRESS_TAKEN"} == {getattr(one, "reason", one) for one in said}
    owners = await world.database.fetch(
        "SELECT DISTINCT user_id FROM work_addresses WHERE user_id = ANY($1)", [me.me.user_id, other.me.user_id]
    )
    assert 1 == len(owners)
