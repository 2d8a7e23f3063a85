"""Who opens more profiles in a day than a person does."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import USER_VISIBILITY_FULL, USER_VISIBILITY_REDUCED, User
from mesh.cache import Cache
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.settings import MailSettings, RedisSettings
from mesh.testing import ManualClock, TestIdentity
from mesh.testing.identity import SignedIn
from mesh.testing.serving import serving
from svc_profile.app import build
from svc_profile.config import ChallengeSettings, Config
from svc_profile.domain.browsing import RING
from svc_profile.domain.ids import UserId
from svc_profile.store.profile_looks import ProfileLooks
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_challenges import passed

MOST = 2


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict(world: World, common: dict[str, Any], identity: TestIdentity) -> AsyncIterator[World]:
    """Another process of the service, which lets a person open two profiles a day."""
    config = Config(
        **common,
        database=world.settings,
        mail=MailSettings(folder=world.mail),
        signing_keys_dir=identity.ring_folder,
        hashing_cost="test",
        challenges=ChallengeSettings(bits=8),
        profiles_a_day=MOST,
    )
    async with serving(build(config)) as running:
        yield dataclasses.replace(world, channel=running.channel)


async def test_who_opens_like_a_clock_is_seen_in_the_same_round_trip(redis_settings: RedisSettings) -> None:
    """A page that is loaded again and again is one look; a passed challenge begins anew."""
    cache, clock, viewer = Cache(redis_settings), ManualClock(), UserId(uuid7())
    await cache.start()
    looks, again = ProfileLooks(cache, clock), UserId(uuid7())

    async def steady(owner: UserId) -> bool:
        clock.advance(timedelta(seconds=30))
        return (await looks.count(viewer, owner)).steady

    reloaded = [await steady(again) for _ in range(RING + 1)]
    found = [await steady(UserId(UUID(int=n))) for n in range(RING)]
    await looks.allow(viewer)
    after = [await steady(UserId(UUID(int=n))) for n in range(RING - 1)]

    await cache.stop()
    assert [False] * (RING + 1) == reloaded
    assert [False] * (RING - 2) + [True] * 2 == found
    assert [False] * (RING - 1) == after


async def opened(world: World, viewer: SignedIn, whom: SignedIn, token: str = "") -> User:
    request = pb.GetUserRequest(user_id=str(whom.user_id), challenge_token=token)
    return (await ProfileServiceStub(world.channel).GetUser(request, metadata=viewer.metadata)).user


async def test_beyond_a_day_a_challenge_opens_more_and_at_last_public_fields_only(strict: World) -> None:
    """The same profile counts once, the own one never; who overdoes it is flagged, and is shown nothing false."""
    world = strict
    viewer, first, *others = [await world.member() for _ in range(12)]
    for _ in range(3):
        assert USER_VISIBILITY_FULL == (await opened(world, viewer, first)).visibility
        assert USER_VISIBILITY_FULL == (await opened(world, viewer, viewer)).visibility
    assert USER_VISIBILITY_FULL == (await opened(world, viewer, others[0])).visibility
    for place in (1, 3, 5):
        with pytest.raises(Failure) as caught:
            await opened(world, viewer, others[place])
        assert ("CHALLENGE_REQUIRED", "PROOF_OF_WORK") == (caught.value.reason, caught.value.metadata["kind"])
        token = await passed(world, viewer.metadata)
        for one, proof in ((others[place], token), (others[place + 1], "")):
            assert USER_VISIBILITY_FULL == (await opened(world, viewer, one, proof)).visibility

    last, blocker = others[7:9]
    assert USER_VISIBILITY_REDUCED == (await opened(world, viewer, last)).visibility
    await world.block(blocker, viewer)
    with pytest.raises(Failure) as hidden:
        await opened(world, viewer, blocker)
    assert "USER_NOT_FOUND" == hidden.value.reason
    flags = await world.database.fetch("SELECT kind, evidence FROM flags WHERE user_id = $1", viewer.user_id)
    assert [("scraping", "more than 2 different profiles within a day")] == [tuple(flag) for flag in flags]
