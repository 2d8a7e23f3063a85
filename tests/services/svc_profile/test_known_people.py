"""A card that is kept is what PostgreSQL would say now, whatever members do."""

import random
from collections.abc import AsyncIterator, Mapping
from itertools import permutations

import pytest
import pytest_asyncio

from guild.profile.v1 import privacy_pb2 as privacy
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from mesh.cache import Cache
from mesh.clock import SystemClock
from mesh.data import Database
from mesh.errors import Failure, Unavailable
from mesh.generations import Generations
from mesh.ids import UserId
from mesh.service import ACCESS, SHARED_PREFIX
from mesh.settings import RedisSettings
from mesh.testing.identity import SignedIn
from svc_profile.domain.user import Card
from svc_profile.store.books import BookRepository
from svc_profile.store.ties import TieRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.known_access import KnownAccess
from svc_profile.usecases.known_people import KnownPeople
from tests.services.conftest import vouched_for
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_kept_verdicts import VERBS, Verb


def is_called(name: str) -> Verb:
    """A member with another name, and a headline."""

    async def call(world: World, me: SignedIn, _: SignedIn) -> None:
        request = profiles.UpdateUserRequest(user=User(id=str(me.user_id), name=name, headline=f"{name}'s"))
        await ProfileServiceStub(world.channel).UpdateUser(request, metadata=me.metadata)

    return call


def shows_headlines_to(audience: "privacy.FieldAudience.ValueType") -> Verb:
    async def call(world: World, me: SignedIn, _: SignedIn) -> None:
        settings = profiles.PrivacySettings(headline_audience=audience)
        request = profiles.UpdatePrivacySettingsRequest(settings=settings)
        await ProfileServiceStub(world.channel).UpdatePrivacySettings(request, metadata=me.metadata)

    return call


OF_CARDS: Mapping[str, Verb] = {
    **{name: is_called(name) for name in ("Ann", "Bob", "Cid")},
    **{
        f"headline {audience}": shows_headlines_to(audience)
        for audience in (
            privacy.FIELD_AUDIENCE_PUBLIC,
            privacy.FIELD_AUDIENCE_SECOND_DEGREE,
            privacy.FIELD_AUDIENCE_CONNECTIONS,
            privacy.FIELD_AUDIENCE_ONLY_ME,
        )
    },
    **{f"no restriction {time}": VERBS["SetRestriction to none"] for time in range(6)},
}


@pytest_asyncio.fixture(loop_scope="module")
async def lists(world: World, redis_settings: RedisSettings) -> AsyncIterator[KnownPeople]:
    """What another process of the service keeps."""
    await vouched_for(redis_settings)
    cache, database, users = Cache(redis_settings, prefix=SHARED_PREFIX), Database(world.settings), UserRepository()
    await cache.start()
    await database.start()
    access = Access(database, users, TieRepository(), SystemClock())
    known = KnownAccess(database, access, users, BookRepository(), Generations(cache), ACCESS)
    yield KnownPeople(database, users, access, known)
    await database.stop()
    await cache.stop()


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_members_do_the_next_list_knows(world: World, lists: KnownPeople, seed: int) -> None:
    """Three members as each sees all of them: in the order that is asked for, with what is shown to them alone."""
    chance, members = random.Random(seed), [await world.member() for _ in range(3)]
    pairs, verbs = list(permutations(members, 2)), VERBS | OF_CARDS
    ids, seen = [UserId(one.user_id) for one in members], set[tuple[Card, ...]]()
    for _ in range(60):
        verb, (me, other) = chance.choice([*VERBS, *OF_CARDS, *OF_CARDS]), chance.choice(pairs)
        try:
            await verbs[verb](world, me, other)
        except Unavailable:
            raise
        except Failure:
            pass
        for viewer in ids:
            kept = list((await lists.visible(viewer, ids)).values())
            assert [Card.of(user) for user in (await lists.access.visible(viewer, ids)).values()] == kept, verb
            seen.add(tuple(kept))
    assert len(seen) > 10
