"""The history of connections, as each of the two is told it."""

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_follows import call

PENDING, ACCEPTED = pb.CONNECTION_STATUS_PENDING, pb.CONNECTION_STATUS_ACCEPTED
REJECTED, REMOVED = pb.CONNECTION_STATUS_REJECTED, pb.CONNECTION_STATUS_REMOVED


async def history(world: World, me: SignedIn, other: SignedIn | None = None) -> list[tuple[str, int, int]]:
    """Who was it with, from which status (0: none is told) to which; one to a page, the oldest first."""
    found, token, user_id = list[tuple[str, int, int]](), "", str(other.user_id) if other else ""
    while True:
        request = pb.ListConnectionHistoryRequest(user_id=user_id, page_size=1, page_token=token)
        page = await ConnectionServiceStub(world.channel).ListConnectionHistory(request, metadata=me.metadata)
        found += [(one.user_id, one.from_status, one.to_status) for one in page.transitions]
        if not (token := page.next_page_token):
            return found[::-1]


async def test_both_remember_what_happened(world: World) -> None:
    """Each with the other's id; with a member named, of the two alone."""
    ann, bob, cid = [await world.member() for _ in range(3)]
    await call(world, "RequestConnection", ann, bob)
    await call(world, "AcceptConnection", bob, ann)
    await call(world, "RemoveConnection", ann, bob)
    await call(world, "RequestConnection", ann, cid)
    steps = [(0, PENDING), (PENDING, ACCEPTED), (ACCEPTED, REMOVED)]
    assert [(str(ann.user_id), *step) for step in steps] == await history(world, bob)
    assert [(str(bob.user_id), *step) for step in steps] == await history(world, ann, bob)
    assert 4 == len(await history(world, ann))


async def test_nobody_hears_that_they_were_refused(world: World) -> None:
    """Neither from the refusal nor from what came after it; who refused remembers it."""
    ann, bob = await world.member(), await world.member()
    await call(world, "RequestConnection", ann, bob)
    await call(world, "RejectConnection", bob, ann)
    await call(world, "RequestConnection", bob, ann)
    assert [(str(bob.user_id), 0, PENDING)] * 2 == await history(world, ann)
    steps = [(0, PENDING), (PENDING, REJECTED), (REJECTED, PENDING)]
    assert [(str(ann.user_id), *step) for step in steps] == await history(world, bob)


async def test_nobody_hears_that_they_are_ignored(world: World) -> None:
    """The request goes on waiting for them, and is gone from the list of who ignores it; the note was for that one."""
    ann, bob = await world.member(), await world.member()
    request = pb.RequestConnectionRequest(user_id=str(bob.user_id), note="hi")
    stub = ConnectionServiceStub(world.channel)
    asked = (await stub.RequestConnection(request, metadata=ann.metadata)).connection
    received = pb.ListPendingRequestsRequest()
    [shown] = (await stub.ListPendingRequests(received, metadata=bob.metadata)).requests
    ignored = (await call(world, "IgnoreConnection", bob, ann)).connection

    assert (pb.CONNECTION_STATUS_IGNORED, "hi", asked.expires_at) == (ignored.status, "hi", ignored.expires_at)
    assert ("", "hi") == (asked.note, shown.connection.note)
    assert asked == (await stub.RequestConnection(request, metadata=ann.metadata)).connection
    sent = pb.ListPendingRequestsRequest(direction=pb.REQUEST_DIRECTION_OUTGOING)
    [waiting] = (await stub.ListPendingRequests(sent, metadata=ann.metadata)).requests
    assert asked == waiting.connection
    assert 0 == (await stub.ListPendingRequests(received, metadata=bob.metadata)).total_size
    assert [(str(bob.user_id), 0, PENDING)] == await history(world, ann)
    withdrawn = (await call(world, "WithdrawConnection", ann, bob)).connection
    assert 21 * 86_400 == withdrawn.cool_down_until.seconds - withdrawn.updated_at.seconds
    assert (str(bob.user_id), PENDING, pb.CONNECTION_STATUS_WITHDRAWN) == (await history(world, ann))[-1]


async def test_a_block_takes_the_history_out_of_sight(world: World) -> None:
    """For both, as everything about the other."""
    ann, bob = await world.member(), await world.member()
    await call(world, "RequestConnection", ann, bob)
    await call(world, "BlockUser", bob, ann)
    assert [] == await history(world, ann) == await history(world, bob, ann)
