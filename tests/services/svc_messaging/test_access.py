"""Who may do what, and who is told: every method and every frame of the contract by what lies between two members."""

from collections.abc import Mapping
from typing import Any

import pytest

from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceServicer
from guild.notification.v1 import notification_service_pb2 as notes
from guild.notification.v1.notification_service_pb2_grpc import NotificationServiceServicer, NotificationServiceStub
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.testing.identity import SignedIn
from svc_messaging.rpc.messaging_servicer import MessagingServicer
from svc_messaging.rpc.notification_servicer import NotificationServicer
from tests.services.svc_messaging.network import Network, Relation, kinds, reason, settled

OK, MISSING, REFUSED, UNKNOWN, UNSIGNED = (
    "OK",
    "CONVERSATION_NOT_FOUND",
    "MESSAGING_NOT_ALLOWED",
    "USER_NOT_FOUND",
    "UNAUTHENTICATED",
)
COLUMNS = ("first", "second", "open", "blocked", "restricted", "outside_first", "outside_second", "anonymous")
"""Participants by what lies between them and the other one; connected and unconnected members outside; nobody."""

OF_PARTICIPANTS = (OK, OK, OK, OK, OK, MISSING, MISSING, UNSIGNED)
OF_MEMBERS = (OK, OK, OK, OK, OK, OK, OK, UNSIGNED)
TO_PEOPLE = (OK, REFUSED, OK, UNKNOWN, UNKNOWN, OK, REFUSED, UNSIGNED)

METHODS: Mapping[str, tuple[str, ...]] = {
    "Chat": OF_MEMBERS,
    "SendMessage": (OK, REFUSED, OK, UNKNOWN, UNKNOWN, MISSING, MISSING, UNSIGNED),
    "SendMessage to a member": TO_PEOPLE,
    "CreateConversation": TO_PEOPLE,
    "CreateConversation with a title": TO_PEOPLE,
    "ListConversations": OF_MEMBERS,
    "GetConversation": OF_PARTICIPANTS,
    "ListMessages": OF_PARTICIPANTS,
    "MarkConversationRead": OF_PARTICIPANTS,
    "DeleteMessage": OF_PARTICIPANTS,
    "MuteConversation": OF_PARTICIPANTS,
    "UnmuteConversation": OF_PARTICIPANTS,
    "ListNotifications": OF_MEMBERS,
    "MarkNotificationsSeen": OF_MEMBERS,
}
FRAMES: Mapping[str, tuple[str, ...]] = {
    "hello": OF_MEMBERS,
    "send": (OK, REFUSED, OK, UNKNOWN, UNKNOWN, MISSING, MISSING, UNSIGNED),
    "read": OF_PARTICIPANTS,
    "delivered": OF_PARTICIPANTS,
    "typing": OF_PARTICIPANTS,
    "ping": OF_MEMBERS,
}
TOLD: Mapping[str, set[str]] = {
    "message": {"first", "open"},
    "receipt": {"first", "open"},
    "typing": {"first", "open"},
    "presence": {"first"},
    "changed": {"first", "second", "open", "blocked", "restricted"},
}
"""In which relations a member sees what the other one does; that a text is gone is told to whoever had it."""
ANSWERS = {"welcome", "ack", "error", "pong", "goaway"}
"""Frames that answer the client's own."""
SERVED = {MessagingServiceServicer: MessagingServicer, NotificationServiceServicer: NotificationServicer}


def test_every_method_has_its_row() -> None:
    """A method that is served is in the matrix, and one that is not, is not."""
    served = {
        method
        for generated, ours in SERVED.items()
        for method in vars(generated)
        if not method.startswith("_") and getattr(ours, method) is not getattr(generated, method)
    }
    assert served == {row.partition(" ")[0] for row in METHODS}
    assert all(len(COLUMNS) == len(row) for row in (*METHODS.values(), *FRAMES.values()))


def test_every_frame_has_its_row() -> None:
    """Those of clients and those of the server."""
    assert set(chat.ChatRequest.DESCRIPTOR.fields_by_name) == set(FRAMES)
    assert set(chat.ChatResponse.DESCRIPTOR.fields_by_name) == TOLD.keys() | ANSWERS


class Scene:
    """A caller and another member, what lies between them, and the conversation it is about."""

    def __init__(self, network: Network, column: str) -> None:
        self.network = network
        self.caller, self.other = network.member(), network.member()
        self.metadata = () if column == "anonymous" else self.caller.metadata
        self.outside = column.startswith("outside") or column == "anonymous"
        self.relation = Relation[column.removeprefix("outside_").upper()] if column != "anonymous" else Relation.FIRST
        self.conversation = self.message = ""

    async def set(self) -> "Scene":
        """Let them talk while they may, then let it be as the column says."""
        partner: SignedIn = self.network.member() if self.outside else self.caller
        self.network.relate(partner, self.other, Relation.FIRST)
        sent = await self.network.send(partner, to=str(self.other.user_id))
        self.conversation, self.message = sent.conversation_id, sent.id
        self.network.relate(self.caller, self.other, self.relation)
        return self

    def call(self, row: str) -> Any:
        """The call of a row, on its way."""
        stub, here = self.network.stub, {"conversation_id": self.conversation}
        notifications = NotificationServiceStub(self.network.running.channel)
        sending = {"client_message_id": "c", "content": "hello"}
        other = str(self.other.user_id)
        call, request = {
            "SendMessage": (stub.SendMessage, pb.SendMessageRequest(**here, **sending)),
            "SendMessage to a member": (stub.SendMessage, pb.SendMessageRequest(to=other, **sending)),
            "CreateConversation": (stub.CreateConversation, pb.CreateConversationRequest(participant_ids=[other])),
            "CreateConversation with a title": (
                stub.CreateConversation,
                pb.CreateConversationRequest(participant_ids=[other], title="two"),
            ),
            "ListConversations": (stub.ListConversations, pb.ListConversationsRequest()),
            "GetConversation": (stub.GetConversation, pb.GetConversationRequest(**here)),
            "ListMessages": (stub.ListMessages, pb.ListMessagesRequest(**here)),
            "MarkConversationRead": (
                stub.MarkConversationRead,
                pb.MarkConversationReadRequest(**here, up_to_sequence=1),
            ),
            "DeleteMessage": (stub.DeleteMessage, pb.DeleteMessageRequest(**here, message_id=self.message)),
            "MuteConversation": (stub.MuteConversation, pb.MuteConversationRequest(**here)),
            "UnmuteConversation": (stub.UnmuteConversation, pb.UnmuteConversationRequest(**here)),
            "ListNotifications": (notifications.ListNotifications, notes.ListNotificationsRequest()),
            "MarkNotificationsSeen": (notifications.MarkNotificationsSeen, notes.MarkNotificationsSeenRequest()),
        }[row]
        return call(request, metadata=self.metadata)

    def frame(self, kind: str) -> dict[str, Any]:
        """A frame of a client."""
        here = {"conversation_id": self.conversation}
        return {
            "hello": {"hello": chat.ChatHello()},
            "send": {"send": chat.ChatSend(client_message_id=str(uuid7()), content="hello", **here)},
            "read": {"read": chat.ChatRead(up_to_sequence=1, **here)},
            "delivered": {"delivered": chat.ChatDelivered(up_to_sequence=1, **here)},
            "typing": {"typing": chat.ChatTyping(**here)},
            "ping": {"ping": chat.ChatPing()},
        }[kind]


@pytest.mark.parametrize("column", COLUMNS)
async def test_methods_are_for_who_may_call_them(network: Network, chatting: Any, column: str) -> None:
    """Each answers as its row says."""
    outcomes = {}
    for row in METHODS:
        scene = await Scene(network, column).set()
        try:
            if row == "Chat":
                await chatting(network.running, type("Caller", (), {"metadata": scene.metadata}))
            else:
                await scene.call(row)
            outcomes[row] = OK
        except Failure as failure:
            outcomes[row] = failure.reason
    assert {row: answers[COLUMNS.index(column)] for row, answers in METHODS.items()} == outcomes


@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "anonymous"])
async def test_frames_are_for_who_may_write_them(network: Network, chatting: Any, column: str) -> None:
    """Each is taken or refused as its row says; nobody unsigned has a stream to write them to."""
    outcomes = {}
    for kind in FRAMES:
        scene = await Scene(network, column).set()
        client = await chatting(network.running, scene.caller, hello=False)
        await client.write(**scene.frame(kind))
        answers = await settled(client)
        errors = [reason(frame.error) for frame in answers if frame.WhichOneof("frame") == "error"]
        while kind == "send" and not errors and "ack" not in kinds(answers):
            answers = await settled(client)
            errors += [reason(frame.error) for frame in answers if frame.WhichOneof("frame") == "error"]
        outcomes[kind] = errors[0] if errors else OK
    assert {kind: answers[COLUMNS.index(column)] for kind, answers in FRAMES.items()} == outcomes


@pytest.mark.parametrize("column", ["first", "second", "open", "blocked", "restricted"])
async def test_the_other_one_is_told_what_they_may_know(network: Network, chatting: Any, column: str) -> None:
    """What a member sends, deletes, reads, types, and that they come and go."""
    scene = await Scene(network, column).set()
    other, caller = await chatting(network.running, scene.other), await chatting(network.running, scene.caller)
    for kind in ("send", "read", "delivered", "typing"):
        await caller.write(**scene.frame(kind))
    while not {"ack", "error"} & set(kinds(await settled(caller))):
        pass
    await scene.call("DeleteMessage")
    await network.part("chat hub")._presence.went(scene.caller.user_id)
    told = set(kinds(await settled(other)))
    assert {kind for kind, relations in TOLD.items() if column in relations} == told
