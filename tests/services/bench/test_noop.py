"""The role that does nothing, within all that surrounds every method."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from bench.noop.__main__ import build
from bench.system.second import NOOP
from guild.feed.v1.post_service_pb2 import GetPostRequest
from guild.feed.v1.post_service_pb2_grpc import PostServiceStub
from mesh.errors import InvalidArgument, Unauthenticated
from mesh.service import ServiceConfig
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from mesh.testing.serving import Running, serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def noop(common: dict[str, Any], database_of: Databases) -> AsyncIterator[Running]:
    """The role, on the database of the service whose place it takes."""
    async with serving(build(ServiceConfig(**common, database=await database_of("svc_feed")))) as running:
        yield running


async def test_a_member_gets_the_same_as_everybody(noop: Running, identity: TestIdentity) -> None:
    """Nothing is read; the reply is about as long as a small one, and says what is left of the bucket of reads."""
    call: Any = PostServiceStub(noop.channel).GetPost
    request, member = GetPostRequest(post_id=str(uuid4())), identity.sign_in()

    reply, trailers = await call.with_trailers(request, metadata=member.metadata)

    assert 200 < reply.ByteSize() < 400
    assert any(name.startswith("ratelimit") for name in trailers)


async def test_strangers_and_nonsense_are_refused(noop: Running, identity: TestIdentity) -> None:
    """What is measured is a call that was authenticated and validated."""
    stub = PostServiceStub(noop.channel)

    with pytest.raises(Unauthenticated):
        await stub.GetPost(GetPostRequest(post_id=str(uuid4())))
    with pytest.raises(InvalidArgument):
        await stub.GetPost(GetPostRequest(post_id="no id"), metadata=identity.sign_in().metadata)


def test_it_stands_on_the_mesh_alone() -> None:
    """The mesh of another commit runs it as a file, without the bench of this one."""
    assert "bench" not in NOOP.read_text()
