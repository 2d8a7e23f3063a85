"""Who sent a message is told to services that ask for somebody who may read it."""

from typing import Any

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_MESSAGE, CONTENT_KIND_POST, ContentRef
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.trust.v1 import content_author_service_pb2 as authors
from guild.trust.v1.content_author_service_pb2_grpc import ContentAuthorServiceStub
from mesh.errors import Failure, PermissionDenied
from mesh.ids import uuid7
from mesh.testing.identity import SignedIn
from tests.services.svc_messaging.network import Network, Relation

MISSING = "CONTENT_NOT_FOUND"


async def author(network: Network, viewer: SignedIn, ref: ContentRef, metadata: Any = None) -> str:
    """Who wrote it, or why that is not told."""
    request = authors.GetContentAuthorRequest(content=ref, viewer_id=str(viewer.user_id))
    asking = network.identity.service_metadata("profile", "messaging") if metadata is None else metadata
    try:
        reply = await ContentAuthorServiceStub(network.running.channel).GetContentAuthor(request, metadata=asking)
    except Failure as failure:
        return failure.reason
    assert reply.told
    return reply.author_id


async def test_a_message_has_an_author_for_who_is_in_its_conversation(network: Network) -> None:
    """For nobody else, nor where it is not, nor once its text is gone."""
    ann, bob = network.friends()
    message = await network.send(ann, to=str(bob.user_id))
    ref = ContentRef(kind=CONTENT_KIND_MESSAGE, id=message.id, parent_id=message.conversation_id)
    assert [str(ann.user_id)] * 2 == [await author(network, one, ref) for one in (ann, bob)]

    cat = network.member()
    network.relate(bob, cat, Relation.FIRST)
    elsewhere = await network.send(bob, to=str(cat.user_id))
    refs = [
        ContentRef(kind=CONTENT_KIND_MESSAGE, id=message.id, parent_id=elsewhere.conversation_id),
        ContentRef(kind=CONTENT_KIND_MESSAGE, id=message.id, parent_id=str(uuid7())),
        ContentRef(kind=CONTENT_KIND_MESSAGE, id=str(uuid7()), parent_id=message.conversation_id),
        ContentRef(kind=CONTENT_KIND_MESSAGE, id=message.id),
        ContentRef(kind=CONTENT_KIND_POST, id=message.id),
    ]
    assert [MISSING] * 5 == [await author(network, bob, one) for one in refs]
    assert MISSING == await author(network, network.member(), ref)

    delete = pb.DeleteMessageRequest(conversation_id=message.conversation_id, message_id=message.id)
    await network.stub.DeleteMessage(delete, metadata=ann.metadata)
    assert MISSING == await author(network, bob, ref)


async def test_what_is_hidden_from_a_participant_has_no_author_for_them(network: Network) -> None:
    """In a group, where two are blocked who are shown places only."""
    ann, bob, cat = network.friends(3)
    group = await network.group(ann, bob, cat)
    network.relate(ann, bob, Relation.BLOCKED)
    message = await network.send(ann, conversation_id=group.id)
    ref = ContentRef(kind=CONTENT_KIND_MESSAGE, id=message.id, parent_id=group.id)
    assert [MISSING, str(ann.user_id)] == [await author(network, one, ref) for one in (bob, cat)]


async def test_members_may_not_ask(network: Network) -> None:
    """Nor anybody who is not a service."""
    ann, bob = network.friends()
    message = await network.send(ann, to=str(bob.user_id))
    ref = ContentRef(kind=CONTENT_KIND_MESSAGE, id=message.id, parent_id=message.conversation_id)
    assert [PermissionDenied.reason] * 2 == [await author(network, bob, ref, by) for by in (bob.metadata, ())]
