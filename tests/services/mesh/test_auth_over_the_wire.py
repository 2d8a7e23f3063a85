"""A process that knows nothing but settings recognises its callers."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from mesh.auth import Authenticator, JwksSource, Operators, ServiceVerifier, TokenVerifier
from mesh.testing import TestIdentity, wait_for


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def authenticate(identity: TestIdentity) -> AsyncIterator[Authenticator]:
    settings = identity.settings
    keys = JwksSource(settings.jwks_url, min_interval=0.0)
    await keys.start()
    await wait_for(keys.available)
    yield Authenticator(
        TokenVerifier(keys, settings.issuer),
        ServiceVerifier("profile", settings),
        Operators(settings),
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
