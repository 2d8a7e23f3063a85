"""What other services build their projections from."""

import pytest

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.profile.v1 import profile_service_pb2 as profile
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.errors import InvalidArgument
from tests.services.svc_profile.conftest import World


async def test_profiles_go_on_behind_a_cursor(world: World) -> None:
    """All members once, batch by batch, as everybody may see them; whom nobody may see is left out."""
    hidden = await world.member("suspended")
    await world.database.execute(
        "INSERT INTO users (user_id, name, about, email, created_at, updated_at)"
        " SELECT uuidv7(), 'Some One', 'secret', 'a@example.com', now(), now() FROM generate_series(1, 1200)"
    )
    stub, me = ProfileServiceStub(world.channel), world.identity.service_metadata("feed")
    whole = [reply async for reply in stub.StreamProfiles(profile.StreamProfilesRequest(), metadata=me)]
    request = profile.StreamProfilesRequest(cursor=whole[0].cursor)
    rest = [reply async for reply in stub.StreamProfiles(request, metadata=me)]
    ids = [user.id for reply in whole for user in reply.users]
    visible = await world.database.fetchval("SELECT count(*) FROM users WHERE suspended_until IS NULL")
    assert (visible, sorted(set(ids))) == (len(ids), ids)
    assert str(hidden.user_id) not in ids
    assert ids[500:] == [user.id for reply in rest for user in reply.users]
    assert {("", "")} == {(user.about, user.email) for reply in whole for user in reply.users}


async def test_pairs_come_once_each(world: World) -> None:
    """The smaller id first; a cursor of another stream is refused."""
    ann, bob, eve = [await world.member() for _ in range(3)]
    await world.connect(bob, ann)
    await world.connect(ann, eve)
    stub, me = ConnectionServiceStub(world.channel), world.identity.service_metadata("feed")
    stream = stub.StreamConnections(graph.StreamConnectionsRequest(), metadata=me)
    pairs = [(pair.user_id, pair.other_id) async for reply in stream for pair in reply.connections]
    a, b, e = (str(one.user_id) for one in (ann, bob, eve))
    assert [(a, b), (a, e)] == [pair for pair in pairs if a in pair]
    with pytest.raises(InvalidArgument) as caught:
        await anext(aiter(stub.StreamConnections(graph.StreamConnectionsRequest(cursor="nonsense"), metadata=me)))
    assert "PAGE_TOKEN_INVALID" == caught.value.reason
