"""A process that knows nothing but settings recognises its callers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from mesh.auth import Authenticator, JwksSource, Revocations, ServiceVerifier, SessionRevoked, TokenVerifier
from mesh.cache import Cache
from mesh.settings import RedisSettings
from mesh.testing import TestIdentity, wait_for


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(redis_settings: RedisSettings) -> AsyncIterator[Cache]:
    cache = Cache(redis_settings, prefix="mesh:")
    await cache.start()
    yield cache
    await cache.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def revocations(cache: Cache) -> Revocations:
    heard_all = asyncio.Event()
    heard_all.set()
    return Revocations(cache, heard_all=heard_all)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def authenticate(identity: TestIdentity, revocations: Revocations) -> AsyncIterator[Authenticator]:
    settings = identity.settings
    keys = JwksSource(settings.jwks_url, min_interval=0.0)
    await keys.start()
    await wait_for(keys.available)
    yield Authenticator(
        TokenVerifier(keys, settings.issuer),
        ServiceVerifier("profile", settings),
        settings.admin_token,
        revocations.is_revoked,
    )
    await keys.stop()


async def test_a_member_is_recognised_by_published_keys(authenticate: Authenticator, identity: TestIdentity) -> None:
    """The keys come over HTTP, the token from whoever signed it."""
    member = identity.sign_in()

    principal = await authenticate(member.metadata + identity.service_metadata("edge"))

    assert (member.user_id, member.session_id, "edge") == (
        principal.user_id,
        principal.session_id,
        principal.service,
    )


async def test_a_rotation_goes_unnoticed_by_members(authenticate: Authenticator, identity: TestIdentity) -> None:
    """Tokens of the old key and of a key nobody has fetched yet are both good."""
    before = identity.sign_in()
    identity.ring.rotate(publish_ahead=timedelta(0))
    after = identity.sign_in()

    seen = [(await authenticate(member.metadata)).user_id for member in (before, after)]

    assert [before.user_id, after.user_id] == seen


async def test_logging_out_ends_the_token(
    authenticate: Authenticator, identity: TestIdentity, revocations: Revocations
) -> None:
    """The same token is good before, refused after; the member's other session goes on."""
    laptop = identity.sign_in()
    phone = identity.sign_in(laptop.user_id)
    await authenticate(laptop.metadata)

    await revocations.revoke(laptop.session_id, timedelta(minutes=15))

    with pytest.raises(SessionRevoked):
        await authenticate(laptop.metadata)
    assert phone.session_id == (await authenticate(phone.metadata)).session_id
