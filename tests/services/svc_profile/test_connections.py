"""The connection workflow over the wire."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, Unauthenticated
from mesh.ids import uuid7
from mesh.testing import TestIdentity

Metadata = tuple[tuple[str, str], ...]


async def member(profile: Any) -> tuple[str, Metadata]:
    reply = await AuthServiceStub(profile.channel).Register(
        auth.RegisterRequest(email=f"{uuid7()}@example.com", password="correct horse", name="Some One")
    )
    return reply.user.id, (("authorization", f"Bearer {reply.access_token}"),)


async def connect(profile: Any, one: tuple[str, Metadata], other: tuple[str, Metadata]) -> None:
    stub = ConnectionServiceStub(profile.channel)
    await stub.RequestConnection(pb.RequestConnectionRequest(user_id=other[0]), metadata=one[1])
    await stub.AcceptConnection(pb.AcceptConnectionRequest(user_id=one[0]), metadata=other[1])


async def test_a_request_waits_for_the_other_side(profile: Any) -> None:
    """The invitee sees it, the requester cannot accept it, the invitee can; then both have it."""
    stub = ConnectionServiceStub(profile.channel)
    ann, bob = await member(profile), await member(profile)
    asked = await stub.RequestConnection(pb.RequestConnectionRequest(user_id=bob[0], note="hi"), metadata=ann[1])
    assert (pb.CONNECTION_STATUS_PENDING, ann[0]) == (asked.connection.status, asked.connection.requested_by)

    pending = await stub.ListPendingRequests(pb.ListPendingRequestsRequest(), metadata=bob[1])
    assert [(ann[0], "hi")] == [(r.user.id, r.connection.note) for r in pending.requests]

    with pytest.raises(PermissionDenied) as caught:
        await stub.AcceptConnection(pb.AcceptConnectionRequest(user_id=bob[0]), metadata=ann[1])
    assert caught.value.reason == "NOT_THE_INVITEE"

    accepted = await stub.AcceptConnection(pb.AcceptConnectionRequest(user_id=ann[0]), metadata=bob[1])
    assert accepted.connection.status == pb.CONNECTION_STATUS_ACCEPTED
    for one, other in ((ann, bob), (bob, ann)):
        listed = await stub.ListConnections(pb.ListConnectionsRequest(user_id=one[0]), metadata=one[1])
        assert ([other[0]], 1) == ([c.user.id for c in listed.connections], listed.total_size)


async def test_crossing_requests_connect_without_deadlock(profile: Any) -> None:
    """Ten pairs ask each other at the same moment: every pair ends connected."""
    stub = ConnectionServiceStub(profile.channel)
    pairs = [(await member(profile), await member(profile)) for _ in range(10)]
    await asyncio.gather(
        *(
            stub.RequestConnection(pb.RequestConnectionRequest(user_id=other[0]), metadata=one[1])
            for pair in pairs
            for one, other in (pair, pair[::-1])
        )
    )
    for one, _ in pairs:
        listed = await stub.ListConnections(pb.ListConnectionsRequest(user_id=one[0]), metadata=one[1])
        assert listed.total_size == 1


async def test_a_removed_connection_is_gone_for_both(profile: Any, identity: TestIdentity) -> None:
    """The next permission check says no, whichever side asks."""
    stub = ConnectionServiceStub(profile.channel)
    ann, bob = await member(profile), await member(profile)
    await connect(profile, ann, bob)
    await stub.RemoveConnection(pb.RemoveConnectionRequest(user_id=ann[0]), metadata=bob[1])
    for viewer, other in ((ann, bob), (bob, ann)):
        checked = await stub.CheckAccess(
            pb.CheckAccessRequest(questions=[pb.AccessQuestion(viewer_id=viewer[0], owner_ids=[other[0]])]),
            metadata=identity.service_metadata("feed"),
        )
        assert [False] == [verdict.connected for verdict in checked.verdicts]
    with pytest.raises(FailedPrecondition) as caught:
        await stub.AcceptConnection(pb.AcceptConnectionRequest(user_id=ann[0]), metadata=bob[1])
    assert caught.value.reason == "CONNECTION_NOT_PENDING"


async def test_access_is_told_to_services_only(profile: Any) -> None:
    """A member cannot ask what lies between others."""
    ann, bob = await member(profile), await member(profile)
    with pytest.raises(PermissionDenied):
        await ConnectionServiceStub(profile.channel).CheckAccess(
            pb.CheckAccessRequest(questions=[pb.AccessQuestion(viewer_id=ann[0], owner_ids=[bob[0]])]),
            metadata=ann[1],
        )


async def test_unknown_members_are_hidden_and_cannot_be_asked(profile: Any, identity: TestIdentity) -> None:
    """A made-up id is not found by members and hidden for services."""
    stub = ConnectionServiceStub(profile.channel)
    ann, nobody = await member(profile), str(uuid7())
    with pytest.raises(NotFound) as caught:
        await stub.RequestConnection(pb.RequestConnectionRequest(user_id=nobody), metadata=ann[1])
    assert caught.value.reason == "USER_NOT_FOUND"
    checked = await stub.CheckAccess(
        pb.CheckAccessRequest(questions=[pb.AccessQuestion(viewer_id=ann[0], owner_ids=[nobody, ann[0]])]),
        metadata=identity.service_metadata("feed"),
    )
    seen = {verdict.owner_id: verdict.may_see_profile for verdict in checked.verdicts}
    assert {nobody: False, ann[0]: True} == seen


async def test_paging_gives_every_connection_once_newest_first(profile: Any) -> None:
    """Three pages of two hold five connections in the reverse order of their making."""
    stub = ConnectionServiceStub(profile.channel)
    ann = await member(profile)
    others = [await member(profile) for _ in range(5)]
    for other in others:
        await connect(profile, ann, other)
    seen: list[str] = []
    token = ""
    for _ in range(3):
        page = await stub.ListConnections(
            pb.ListConnectionsRequest(user_id=ann[0], page_size=2, page_token=token), metadata=ann[1]
        )
        seen += [c.user.id for c in page.connections]
        token = page.next_page_token
    assert ([other[0] for other in reversed(others)], "") == (seen, token)


async def test_mutual_connections_are_those_of_both(profile: Any) -> None:
    """The intersection, with its size."""
    stub = ConnectionServiceStub(profile.channel)
    ann, bob, shared, own = [await member(profile) for _ in range(4)]
    for one, other in ((ann, shared), (bob, shared), (ann, own)):
        await connect(profile, one, other)
    mutual = await stub.ListMutualConnections(pb.ListMutualConnectionsRequest(user_id=bob[0]), metadata=ann[1])
    assert ([shared[0]], 1) == ([user.id for user in mutual.users], mutual.total_size)


async def test_ids_are_streamed_to_services(profile: Any, identity: TestIdentity) -> None:
    """All accepted connections, for who must fan something out."""
    ann, bob = await member(profile), await member(profile)
    await connect(profile, ann, bob)
    stream = ConnectionServiceStub(profile.channel).StreamConnectionIds(
        pb.StreamConnectionIdsRequest(user_id=ann[0]), metadata=identity.service_metadata("feed")
    )
    assert [bob[0]] == [user_id async for page in stream for user_id in page.user_ids]


async def test_a_repeat_with_the_same_key_gets_the_first_answer(profile: Any) -> None:
    """The reply is stored with the write; another body under the same key is refused."""
    stub = ConnectionServiceStub(profile.channel)
    ann, bob = await member(profile), await member(profile)
    metadata = (*ann[1], ("idempotency-key", "k-1"))
    request = pb.RequestConnectionRequest(user_id=bob[0], note="first")
    first = await stub.RequestConnection(request, metadata=metadata)
    await stub.AcceptConnection(pb.AcceptConnectionRequest(user_id=ann[0]), metadata=bob[1])
    assert first == await stub.RequestConnection(request, metadata=metadata)
    with pytest.raises(FailedPrecondition) as caught:
        await stub.RequestConnection(pb.RequestConnectionRequest(user_id=bob[0], note="other"), metadata=metadata)
    assert caught.value.reason == "IDEMPOTENCY_KEY_REUSED"


async def test_nobody_calls_unsigned(profile: Any) -> None:
    """Deny by default."""
    with pytest.raises(Unauthenticated):
        await ConnectionServiceStub(profile.channel).RequestConnection(
            pb.RequestConnectionRequest(user_id=str(UUID(int=1)))
        )


async def test_one_call_asks_for_a_thousand_pairs(profile: Any, identity: TestIdentity) -> None:
    """However they are spread over its questions."""
    stub, feed = ConnectionServiceStub(profile.channel), identity.service_metadata("feed")
    owners = [str(uuid7()) for _ in range(500)]
    questions = [pb.AccessQuestion(viewer_id=str(uuid7()), owner_ids=owners) for _ in range(3)]
    reply = await stub.CheckAccess(pb.CheckAccessRequest(questions=questions[:2]), metadata=feed)
    assert 1_000 == len(reply.verdicts)
    with pytest.raises(InvalidArgument):
        await stub.CheckAccess(pb.CheckAccessRequest(questions=questions), metadata=feed)
