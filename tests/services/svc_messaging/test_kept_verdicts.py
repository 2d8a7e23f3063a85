"""Leave to write is kept, on every instance, and gone with the next message when it is taken back."""

from typing import Any

import pytest
from prometheus_client import REGISTRY

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.errors import Failure
from mesh.ids import uuid7

ASKED = ("guild_kept_answers_total", {"kind": "access", "outcome": "asked"})
"""Verdicts that had to be asked for, of all instances in this process."""


async def write(instance: Any, sender: Any, recipient: Any) -> str:
    """Why a message was refused; empty when it was taken."""
    request = pb.SendMessageRequest(to=recipient.id, client_message_id=str(uuid7()), content="hello")
    try:
        await MessagingServiceStub(instance.channel).SendMessage(request, metadata=sender.metadata)
    except Failure as failure:
        return failure.reason
    return ""


async def end(mesh: Any, how: str, me: Any, other: Any) -> None:
    request = getattr(graph, f"{how}Request")(user_id=other.id)
    await getattr(ConnectionServiceStub(mesh.profile.channel), how)(request, metadata=me.metadata)


@pytest.mark.parametrize(
    ("how", "reason"), [("RemoveConnection", "MESSAGING_NOT_ALLOWED"), ("BlockUser", "USER_NOT_FOUND")]
)
async def test_the_next_message_is_refused(mesh: Any, how: str, reason: str) -> None:
    """On whichever instance, in either direction, whoever of the two ended it."""
    ann, bob = await mesh.friends()
    taken = [await write(at, *who) for at in (mesh.a, mesh.b, mesh.a) for who in ((ann, bob), (bob, ann))]
    await end(mesh, how, bob, ann)

    assert [""] * 6 == taken
    assert [reason] * 4 == [await write(at, *who) for at in (mesh.a, mesh.b) for who in ((ann, bob), (bob, ann))]


async def test_what_a_member_takes_from_strangers_is_honoured_at_once(mesh: Any) -> None:
    """A setting changes for everybody at once, also for those who have verdicts of their own."""
    ann, bob = await mesh.member(), await mesh.member()
    seen: list[str] = []
    for audience in (profiles.AUDIENCE_EVERYONE, profiles.AUDIENCE_CONNECTIONS, profiles.AUDIENCE_EVERYONE):
        request = profiles.UpdatePrivacySettingsRequest(settings=profiles.PrivacySettings(message_audience=audience))
        await ProfileServiceStub(mesh.profile.channel).UpdatePrivacySettings(request, metadata=bob.metadata)
        seen += [await write(mesh.a, ann, bob), await write(mesh.a, ann, bob)]

    assert ["", "", "MESSAGING_NOT_ALLOWED", "MESSAGING_NOT_ALLOWED", "", ""] == seen


async def test_friends_who_write_again_cost_the_profile_service_nothing(mesh: Any) -> None:
    """Each instance asks once."""
    ann, bob = await mesh.friends()
    await write(mesh.a, ann, bob)
    asked = REGISTRY.get_sample_value(*ASKED)
    refused = [await write(mesh.a, ann, bob) for _ in range(5)]

    assert ([""] * 5, asked) == (refused, REGISTRY.get_sample_value(*ASKED))
