"""Sessions and devices of an account, as their owner sees and ends them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.errors import NotFound, PermissionDenied, Unauthenticated
from mesh.settings import MailSettings
from mesh.testing import TestIdentity
from mesh.testing.serving import serving
from svc_profile.app import build
from svc_profile.config import Config
from tests.services.svc_profile.accounts import PASSWORD, Person, join, through_edge
from tests.services.svc_profile.conftest import World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


async def listed(person: Person, **page: Any) -> auth.ListSessionsResponse:
    return await person.auth.ListSessions(auth.ListSessionsRequest(**page), metadata=person.me)


async def test_sessions_show_where_they_are(world: World) -> None:
    """Device in words, what it is called, the network without the address; the last used first; which one is this."""
    ann = await join(world, metadata=through_edge(world, "203.0.113.7", FIREFOX))
    request = auth.LoginRequest(email=ann.email, password=PASSWORD, device_name="my phone")
    await ann.auth.Login(request, metadata=through_edge(world, "2001:db8:1:2::3", IPHONE))
    shown = (await listed(ann)).sessions
    assert [
        ("Safari on iPhone", "my phone", "2001:db8:1::/48", False),
        ("Firefox on Linux", "", "203.0.113.0/24", True),
    ] == [(one.device, one.device_name, one.address, one.current) for one in shown]
    assert [IPHONE, FIREFOX] == [one.user_agent for one in shown]


async def test_a_session_moves_to_the_front_when_it_is_used(world: World) -> None:
    """With the network it is used from; pages show each once."""
    ann = await join(world)
    for _ in range(3):
        await ann.login()
    request = auth.RefreshTokenRequest(refresh_token=ann.refresh_token)
    await ann.auth.RefreshToken(request, metadata=through_edge(world, "198.51.100.9"))
    first = await listed(ann, page_size=3)
    second = await listed(ann, page_size=3, page_token=first.next_page_token)
    assert (3, 1, "") == (len(first.sessions), len(second.sessions), second.next_page_token)
    assert (True, "198.51.100.0/24") == (first.sessions[0].current, first.sessions[0].address)
    assert 4 == len({one.id for one in (*first.sessions, *second.sessions)})


async def test_one_session_is_ended(world: World) -> None:
    """At once, and it is listed no more; a repeat changes nothing; those of others are not found."""
    ann, eve = await join(world), await join(world)
    other = await ann.login()
    [its_id] = [one.id for one in (await listed(ann)).sessions if not one.current]
    request = auth.RevokeSessionRequest(session_id=its_id)
    with pytest.raises(NotFound) as caught:
        await eve.auth.RevokeSession(request, metadata=eve.me)
    assert ("SESSION_NOT_FOUND", its_id) == (caught.value.reason, caught.value.metadata["sessionId"])
    await other.profile()
    for _ in range(2):
        await ann.auth.RevokeSession(request, metadata=ann.me)
    with pytest.raises(Unauthenticated):
        await other.profile()
    with pytest.raises(Unauthenticated):
        await other.refresh()
    assert 1 == len((await listed(ann)).sessions)
    ended = await world.database.fetchval(
        "SELECT count(*) FROM outbox WHERE subject LIKE '%session_revoked.' || $1", its_id
    )
    assert 1 == ended


async def test_all_sessions_end_in_every_process(world: World, common: dict[str, Any], identity: TestIdentity) -> None:
    """Another process knows before it answers the next call."""
    ann = await join(world)
    people = [ann, await ann.login(), await ann.login()]
    config = Config(
        **common,
        database=world.settings,
        mail=MailSettings(folder=world.mail),
        signing_keys_dir=identity.ring_folder,
        hashing_cost="test",
    )
    async with serving(build(config)) as second:
        elsewhere = ProfileServiceStub(second.channel)
        for person in people:
            await elsewhere.GetMe(profiles.GetMeRequest(), metadata=person.me)
        reply = await ann.auth.LogoutEverywhere(auth.LogoutEverywhereRequest(), metadata=ann.me)
        assert 3 == reply.revoked_count
        for person in people:
            with pytest.raises(Unauthenticated) as caught:
                await elsewhere.GetMe(profiles.GetMeRequest(), metadata=person.me)
            assert "SESSION_REVOKED" == caught.value.reason
            with pytest.raises(Unauthenticated):
                await AuthServiceStub(second.channel).RefreshToken(
                    auth.RefreshTokenRequest(refresh_token=person.refresh_token)
                )


async def test_a_new_device_is_told_of(world: World) -> None:
    """Another kind or another network; the first one of an account, and one that is known, are not."""
    home = through_edge(world, "203.0.113.7", FIREFOX)
    ann = await join(world, metadata=home)
    await ann.login(metadata=home)
    await ann.login(metadata=through_edge(world, "203.0.113.99", FIREFOX))  # the same network
    for n, (address, agent) in enumerate((("203.0.113.7", IPHONE), ("198.51.100.1", FIREFOX))):
        for _ in range(2):
            await ann.login(metadata=through_edge(world, address, agent))
        assert address.rpartition(".")[0] + ".0/24" in (await ann.mailed(2 + n)).whole()
    kinds = await world.database.fetch("SELECT kind FROM mails WHERE user_id = $1 ORDER BY mail_id", UUID(ann.id))
    assert ["verify_email", "new_device", "new_device"] == [row[0] for row in kinds]


async def test_what_a_client_says_of_itself_counts_from_the_edge_only(world: World) -> None:
    """Whoever else calls is not believed."""
    ann = await join(world, metadata=through_edge(world, "203.0.113.7", FIREFOX)[1:])
    [session] = (await listed(ann)).sessions
    assert ("", "") == (session.user_agent, session.device)


async def test_operators_change_the_signing_key(world: World) -> None:
    """The new one is published at once, signs later, and everybody stays signed in; members may not."""
    ann = await join(world)
    with pytest.raises(PermissionDenied):
        await ann.auth.RotateSigningKey(auth.RotateSigningKeyRequest(), metadata=ann.me)
    made = await ann.auth.RotateSigningKey(auth.RotateSigningKeyRequest(), metadata=world.identity.admin_metadata())
    published = (await ann.auth.GetJwks(auth.GetJwksRequest())).keys
    assert made.kid in {key.kid for key in published}
    assert timedelta(hours=1) == made.others_retire_at.ToDatetime() - made.signs_from.ToDatetime()
    await ann.profile()
    await ann.login()
