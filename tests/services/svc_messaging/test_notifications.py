"""The notification worker: what happens becomes a notification, once, and goes when it is no more."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from google.protobuf.message import Message

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_POST, ContentRef
from guild.events.v1 import engagement_pb2, graph_pb2, messages_pb2, posts_pb2, trust_pb2, users_pb2
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1 import follow_pb2 as follows
from guild.graph.v1 import mute_pb2 as mutes
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guild.notification.v1 import notification_service_pb2 as notes
from guild.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from mesh.contract import timestamp
from mesh.data import Database
from mesh.errors import InvalidArgument
from mesh.events import Event
from mesh.ids import uuid7
from mesh.testing import wait_for
from svc_messaging.app import build_notification_worker
from svc_messaging.inbox.notifications import handlers
from svc_messaging.live.hub import Hub
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.notifications import NotificationRepository
from svc_messaging.usecases.notifications import Notify

REQUESTED = notes.NOTIFICATION_KIND_CONNECTION_REQUESTED
ACCEPTED = notes.NOTIFICATION_KIND_CONNECTION_ACCEPTED
RECEIVED = notes.NOTIFICATION_KIND_MESSAGE_RECEIVED
REACTED = notes.NOTIFICATION_KIND_POST_REACTED
COMMENTED = notes.NOTIFICATION_KIND_POST_COMMENTED
FOLLOWED = notes.NOTIFICATION_KIND_FOLLOWED
EDITED = notes.NOTIFICATION_KIND_POST_EDITED
MENTIONED = notes.NOTIFICATION_KIND_MENTIONED
SECURITY = notes.NOTIFICATION_KIND_SECURITY


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker(mesh: Any) -> AsyncIterator[None]:
    """The worker runs."""
    async with build_notification_worker(mesh.config):
        yield


@pytest.fixture
def hear(mesh: Any) -> Callable[..., Any]:
    """Gives the handlers an event, as the bus does."""
    database = next(part for part in mesh.a.app.parts if isinstance(part, Database))
    presence = next(part for part in mesh.a.app.parts if isinstance(part, Hub))._presence.presence
    heard = handlers(Notify(database, NotificationRepository(), ConversationRepository(), presence))

    async def give(message: Message, event_id: UUID | None = None) -> None:
        await heard[type(message)](Event(event_id or uuid7(), message, "key", None, datetime.now(UTC)))

    return give


async def notifications_of(mesh: Any, member: Any, **which: Any) -> Any:
    stub = NotificationServiceStub(mesh.a.channel)
    return await stub.ListNotifications(notes.ListNotificationsRequest(**which), metadata=member.metadata)


async def told(mesh: Any, member: Any, *kinds: int) -> list[Any]:
    """Wait until these are a member's notifications, the latest first."""

    async def settled() -> list[Any] | None:
        reply = await notifications_of(mesh, member)
        same = list(kinds) == [found.kind for found in reply.notifications] and len(kinds) == reply.unseen_count
        return [*reply.notifications, True] if same else None

    return (await wait_for(settled, timeout=20))[:-1]


async def send(mesh: Any, sender: Any, recipient: Any, content: str = "hello") -> Any:
    request = pb.SendMessageRequest(to=recipient.id, client_message_id=str(uuid7()), content=content)
    return (await MessagingServiceStub(mesh.a.channel).SendMessage(request, metadata=sender.metadata)).message


async def ask(mesh: Any, one: Any, other: Any) -> None:
    request = graph.RequestConnectionRequest(user_id=other.id)
    await ConnectionServiceStub(mesh.profile.channel).RequestConnection(request, metadata=one.metadata)


async def test_members_are_told_what_happened_while_they_were_away(mesh: Any, worker: None) -> None:
    """A request until it is answered, an acceptance, messages: those of one conversation gathered."""
    ann, bob = await mesh.member(), await mesh.member()
    await ask(mesh, ann, bob)
    (asked,) = await told(mesh, bob, REQUESTED)
    assert (ann.id, [ann.id], "Somebody wants to connect with you") == (
        asked.subject_id,
        list(asked.actor_ids),
        asked.text,
    )
    connections = ConnectionServiceStub(mesh.profile.channel)
    await connections.AcceptConnection(graph.AcceptConnectionRequest(user_id=ann.id), metadata=bob.metadata)
    (accepted,) = await told(mesh, ann, ACCEPTED)
    assert f"/api/v1/users/{bob.id}" == accepted.link
    for _ in range(3):
        await send(mesh, ann, bob)
    (received,) = await told(mesh, bob, RECEIVED)
    assert ([ann.id], 1) == (list(received.actor_ids), received.actor_count)


@pytest.mark.parametrize("answer", ["WithdrawConnection", "RejectConnection"])
async def test_a_request_that_is_no_more_is_not_told(mesh: Any, worker: None, answer: str) -> None:
    """Taken back by the one, or refused by the other."""
    ann, bob = await mesh.member(), await mesh.member()
    await ask(mesh, ann, bob)
    await told(mesh, bob, REQUESTED)
    one, other = (ann, bob) if answer == "WithdrawConnection" else (bob, ann)
    request = getattr(graph, f"{answer}Request")(user_id=other.id)
    await getattr(ConnectionServiceStub(mesh.profile.channel), answer)(request, metadata=one.metadata)
    await told(mesh, bob)


async def test_an_acceptance_goes_with_the_connection(mesh: Any, worker: None) -> None:
    """Whoever removes it."""
    ann, bob = await mesh.friends()
    await told(mesh, ann, ACCEPTED)
    await mesh.remove(bob, ann)
    await told(mesh, ann)


async def test_a_message_that_was_read_or_deleted_is_not_told(mesh: Any, worker: None) -> None:
    """The notification stays as long as one of its messages is there and not read."""
    ann, bob = await mesh.friends()
    stub = MessagingServiceStub(mesh.a.channel)
    first, second, third = [await send(mesh, ann, bob) for _ in range(3)]
    await told(mesh, bob, RECEIVED)
    here = {"conversation_id": first.conversation_id}
    await stub.MarkConversationRead(pb.MarkConversationReadRequest(**here, up_to_sequence=1), metadata=bob.metadata)
    await stub.DeleteMessage(pb.DeleteMessageRequest(**here, message_id=third.id), metadata=ann.metadata)
    fourth = await send(mesh, ann, bob)
    await stub.DeleteMessage(pb.DeleteMessageRequest(**here, message_id=second.id), metadata=ann.metadata)
    await told(mesh, bob, RECEIVED)
    await stub.MarkConversationRead(
        pb.MarkConversationReadRequest(**here, up_to_sequence=fourth.sequence), metadata=bob.metadata
    )
    await told(mesh, bob)


async def test_a_muted_conversation_is_not_told(mesh: Any, worker: None) -> None:
    """Without end until it is unmuted; until a time when one is given, which is not in the past."""
    ann, bob = await mesh.friends()
    cat = await mesh.member()
    await mesh.connect(ann, cat)
    stub = MessagingServiceStub(mesh.a.channel)
    here = {"conversation_id": (await send(mesh, ann, bob)).conversation_id}
    await told(mesh, bob, RECEIVED)
    muted = await stub.MuteConversation(pb.MuteConversationRequest(**here), metadata=bob.metadata)
    assert "9999-12-31T23:59:59Z" == muted.conversation.muted_until.ToJsonString()
    await stub.MarkConversationRead(pb.MarkConversationReadRequest(**here, up_to_sequence=1), metadata=bob.metadata)
    await send(mesh, ann, bob, "quiet")
    await send(mesh, ann, cat, "loud")
    await told(mesh, cat, RECEIVED)
    await told(mesh, bob)
    unmuted = await stub.UnmuteConversation(pb.UnmuteConversationRequest(**here), metadata=bob.metadata)
    assert not unmuted.conversation.HasField("muted_until")
    await send(mesh, ann, bob)
    await told(mesh, bob, RECEIVED)


async def test_a_mute_ends_in_the_future(mesh: Any) -> None:
    """A time that has passed is refused; one to come is kept."""
    ann, bob = await mesh.friends()
    stub = MessagingServiceStub(mesh.a.channel)
    here = (await send(mesh, ann, bob)).conversation_id
    past = pb.MuteConversationRequest(conversation_id=here, muted_until=timestamp(datetime(2020, 1, 1, tzinfo=UTC)))
    with pytest.raises(InvalidArgument) as caught:
        await stub.MuteConversation(past, metadata=bob.metadata)
    assert ["muted_until"] == [violation.field for violation in caught.value.violations]
    until = timestamp(datetime(2100, 1, 1, tzinfo=UTC))
    request = pb.MuteConversationRequest(conversation_id=here, muted_until=until)
    reply = await stub.MuteConversation(request, metadata=bob.metadata)
    assert until == reply.conversation.muted_until


async def test_a_mute_lasts_to_the_end_of_the_calendar(mesh: Any) -> None:
    """The last time that a Timestamp can say is one, also when the conversations are listed."""
    ann, bob = await mesh.friends()
    stub = MessagingServiceStub(mesh.a.channel)
    request = pb.MuteConversationRequest(conversation_id=(await send(mesh, ann, bob)).conversation_id)
    request.muted_until.FromJsonString("9999-12-31T23:59:59.999999999Z")
    await stub.MuteConversation(request, metadata=bob.metadata)
    listed = await stub.ListConversations(pb.ListConversationsRequest(), metadata=bob.metadata)
    assert request.muted_until.seconds == listed.conversations[0].muted_until.seconds


async def test_seen_ones_are_marked_and_counted(mesh: Any, hear: Any) -> None:
    """By their ids, or all up to a time; those of others are passed over; what comes after begins a new one."""
    ann, bob = await mesh.member(), await mesh.member()
    posts = [str(uuid7()) for _ in range(3)]
    for post in posts:
        await hear(reaction(ann, post, str(uuid7())))
    await hear(reaction(bob, str(uuid7()), str(uuid7())))
    stub = NotificationServiceStub(mesh.a.channel)
    newest, middle, oldest = (await notifications_of(mesh, ann)).notifications
    theirs = (await notifications_of(mesh, bob)).notifications[0]

    async def see(**which: Any) -> int:
        request = notes.MarkNotificationsSeenRequest(**which)
        return (await stub.MarkNotificationsSeen(request, metadata=ann.metadata)).unseen_count

    assert 2 == await see(notification_ids=[newest.id, theirs.id])
    assert 0 == await see(up_to=middle.updated_at)
    assert 1 == (await notifications_of(mesh, bob)).unseen_count
    await hear(reaction(ann, oldest.subject_id, str(uuid7())))
    unseen = await notifications_of(mesh, ann, unseen_only=True)
    assert [(oldest.subject_id, False)] == [(found.subject_id, found.seen) for found in unseen.notifications]
    assert 4 == len((await notifications_of(mesh, ann)).notifications)


def reaction(author: Any, post: str, by: str, *, taken_back: bool = False) -> Message:
    cls = engagement_pb2.PostUnreacted if taken_back else engagement_pb2.PostReacted
    return cls(post_id=post, post_author_id=author.id, user_id=by)


def comment(author: Any, post: str, comment_id: str, by: str, *, deleted: bool = False) -> Message:
    cls = posts_pb2.CommentDeleted if deleted else posts_pb2.CommentCreated
    return cls(comment_id=comment_id, post_id=post, post_author_id=author.id, author_id=by)


async def test_reactions_and_comments_are_told_as_long_as_they_are_there(mesh: Any, hear: Any) -> None:
    """The latest ten of all who did it; each goes with what they did, all of them with the post."""
    ann = await mesh.member()
    post, people = str(uuid7()), [str(uuid7()) for _ in range(12)]
    for person in (ann.id, *people):
        await hear(reaction(ann, post, person))
    (reacted,) = (await notifications_of(mesh, ann)).notifications
    assert (people[:1:-1], 12, f"/api/v1/posts/{post}") == (list(reacted.actor_ids), reacted.actor_count, reacted.link)
    for person in people[5:]:
        await hear(reaction(ann, post, person, taken_back=True))
    (reacted,) = (await notifications_of(mesh, ann)).notifications
    assert (people[4::-1], 5) == (list(reacted.actor_ids), reacted.actor_count)
    said = [str(uuid7()) for _ in range(3)]
    for comment_id, by in zip(said, (people[0], people[0], people[1]), strict=True):
        await hear(comment(ann, post, comment_id, by))
    await hear(comment(ann, post, said[0], people[0], deleted=True))
    commented, _ = (await notifications_of(mesh, ann)).notifications
    assert (COMMENTED, [people[1], people[0]], 2) == (commented.kind, list(commented.actor_ids), commented.actor_count)
    await hear(comment(ann, post, said[1], people[0], deleted=True))
    commented, _ = (await notifications_of(mesh, ann)).notifications
    assert ([people[1]], 1) == (list(commented.actor_ids), commented.actor_count)
    await hear(posts_pb2.PostDeleted(post_id=post, author_id=ann.id))
    assert [] == list((await notifications_of(mesh, ann)).notifications)


async def test_a_follow_is_told_until_it_ends(mesh: Any, worker: None) -> None:
    """By the follower, or by a block of either; one that came with a connection is not told, nor to who mutes."""
    ann, bob, cat, dan, eve = [await mesh.member() for _ in range(5)]
    stub = ConnectionServiceStub(mesh.profile.channel)

    async def follow(by: Any, who: Any) -> None:
        await stub.FollowUser(follows.FollowUserRequest(user_id=who.id), metadata=by.metadata)

    await stub.MuteUser(mutes.MuteUserRequest(user_id=eve.id), metadata=ann.metadata)
    await mesh.connect(ann, dan)
    await told(mesh, ann, ACCEPTED)
    for follower in (eve, dan, bob, cat):
        await follow(follower, ann)
    followed = (await told_of(mesh, ann, 2, FOLLOWED, ACCEPTED))[0]
    assert ([cat.id, bob.id], "2 people started following you") == (list(followed.actor_ids), followed.text)
    assert (ann.id, f"/api/v1/users/{ann.id}/followers") == (followed.subject_id, followed.link)
    await stub.UnfollowUser(follows.UnfollowUserRequest(user_id=ann.id), metadata=bob.metadata)
    assert [cat.id] == list((await told_of(mesh, ann, 1, FOLLOWED, ACCEPTED))[0].actor_ids)
    await stub.BlockUser(graph.BlockUserRequest(user_id=cat.id), metadata=ann.metadata)
    await told(mesh, ann, ACCEPTED)


async def told_of(mesh: Any, member: Any, actors: int, *kinds: int) -> list[Any]:
    """The same, once the latest is of so many actors."""

    async def settled() -> list[Any] | None:
        found = list((await notifications_of(mesh, member)).notifications)
        same = list(kinds) == [one.kind for one in found] and found[0].actor_count == actors
        return found if same else None

    return await wait_for(settled, timeout=20)


async def test_reactions_to_comments_are_told_as_long_as_they_are_there(mesh: Any, hear: Any) -> None:
    """To who wrote the comment, gathered for a post; each goes when it is taken back, all with the comment."""
    ann = await mesh.member()
    post, (bob, cat), (one, other) = str(uuid7()), [str(uuid7()) for _ in "bc"], [str(uuid7()) for _ in "12"]

    def event(comment_id: str, by: str, cls: Any = engagement_pb2.CommentReacted) -> Message:
        return cls(post_id=post, post_author_id=bob, comment_id=comment_id, author_id=ann.id, user_id=by)

    for comment_id, by in ((one, ann.id), (one, bob), (one, cat), (other, cat)):
        await hear(event(comment_id, by))
    (told,) = (await notifications_of(mesh, ann)).notifications
    assert ([cat, bob], "2 people reacted to your comment", f"/api/v1/posts/{post}") == (
        list(told.actor_ids),
        told.text,
        told.link,
    )
    await hear(event(one, bob, engagement_pb2.CommentUnreacted))
    (told,) = (await notifications_of(mesh, ann)).notifications
    assert [cat] == list(told.actor_ids)
    for comment_id, left in ((one, 1), (other, 0)):
        gone = posts_pb2.CommentDeleted(post_id=post, post_author_id=bob, comment_id=comment_id, author_id=ann.id)
        await hear(gone)
        assert left == len((await notifications_of(mesh, ann)).notifications)


async def test_edits_are_told_to_who_answered(mesh: Any, hear: Any) -> None:
    """Until the post is gone, or the reaction; several edits are one thing to know, and lead to what changed."""
    ann, bob, cy, post = await mesh.member(), await mesh.member(), await mesh.member(), str(uuid7())

    async def revised(revision: int, *members: Any, gone: bool = False) -> None:
        told = [member.id for member in members]
        ids = {"post_id": post, "author_id": ann.id, "recipient_ids": told}
        await hear(posts_pb2.PostRevised(**ids, revision=revision, gone=gone))

    await revised(2, bob, cy)
    await revised(3, bob)

    (edited,) = await told(mesh, bob, EDITED)
    assert (f"/api/v1/posts/{post}/revisions", [ann.id], 1) == (edited.link, [*edited.actor_ids], edited.actor_count)
    assert "Somebody edited a post you answered" == edited.text
    await hear(engagement_pb2.PostUnreacted(post_id=post, post_author_id=ann.id, user_id=cy.id))
    await told(mesh, cy)
    await revised(0, bob, cy, gone=True)
    await told(mesh, bob)


async def test_a_mention_is_told_as_long_as_it_is_there(mesh: Any, hear: Any) -> None:
    """Once for a text however often it is edited; who is mentioned no more, or may not see it, has it no more."""
    ann, bob = await mesh.member(), await mesh.member()
    post, comment_id, by = str(uuid7()), str(uuid7()), str(uuid7())

    def published(cls: Any = posts_pb2.PostCreated, *told: Any, **more: Any) -> Message:
        return cls(post_id=post, author_id=by, mentioned_user_ids=[one.id for one in told], **more)

    def said(cls: Any, *told: Any) -> Message:
        ids = [one.id for one in told]
        return cls(post_id=post, post_author_id=by, author_id=by, comment_id=comment_id, mentioned_user_ids=ids)

    async def unseen() -> list[int]:
        pages = [await notifications_of(mesh, one) for one in (ann, bob)]
        return [sum(one.kind == MENTIONED for one in page.notifications if not one.seen) for page in pages]

    await hear(published(posts_pb2.PostCreated, ann, bob))
    (told,) = (await notifications_of(mesh, ann)).notifications
    assert (MENTIONED, [by], "Somebody mentioned you", f"/api/v1/posts/{post}") == (
        told.kind,
        list(told.actor_ids),
        told.text,
        told.link,
    )
    everything = notes.MarkNotificationsSeenRequest(notification_ids=[told.id])
    await NotificationServiceStub(mesh.a.channel).MarkNotificationsSeen(everything, metadata=ann.metadata)
    await hear(published(posts_pb2.PostUpdated, ann, changed_fields=["content"]))
    assert [0, 0] == await unseen()
    await hear(said(posts_pb2.CommentCreated, bob))
    await hear(published(posts_pb2.PostUpdated, ann, changed_fields=["content"]))
    assert [0, 1] == await unseen()
    await hear(said(posts_pb2.CommentEdited, ann))
    assert [1, 0] == await unseen()
    await hear(published(posts_pb2.PostUpdated, bob, changed_fields=["visibility"]))
    assert ([0, 1], 0) == (await unseen(), len((await notifications_of(mesh, ann)).notifications))
    await hear(said(posts_pb2.CommentEdited, ann))
    await hear(graph_pb2.UserBlocked(blocker_id=ann.id, blocked_id=by))
    assert [0, 1] == await unseen()
    await hear(said(posts_pb2.CommentEdited, ann))
    gone = {"post_id": post, "post_author_id": by, "author_id": by, "comment_id": comment_id}
    await hear(posts_pb2.CommentDeleted(**gone))
    assert [0, 1] == await unseen()
    content = ContentRef(kind=CONTENT_KIND_POST, id=post)
    await hear(trust_pb2.ContentModerated(content=content, decision_id=str(uuid7())))
    assert [0, 0] == await unseen()


async def test_a_recovery_is_told_until_it_ends(mesh: Any, hear: Any) -> None:
    """One that was seen as well, and names nobody; of one after the other the last is told, the others are over."""
    ann = await mesh.member()
    stub = NotificationServiceStub(mesh.a.channel)
    await hear(users_pb2.SecondFactorRecoveryRequested(user_id=ann.id))
    (first,) = (await notifications_of(mesh, ann)).notifications
    assert (SECURITY, [], 0) == (first.kind, list(first.actor_ids), first.actor_count)
    assert ("Somebody asked to remove your second factors: end it, unless it was you", ann.id) == (
        first.text,
        first.subject_id,
    )
    assert first.link.startswith("/api/v1/auth/second-factors")
    await stub.MarkNotificationsSeen(
        notes.MarkNotificationsSeenRequest(notification_ids=[first.id]), metadata=ann.metadata
    )
    await hear(users_pb2.SecondFactorRecoveryRequested(user_id=ann.id))
    (second,) = (await notifications_of(mesh, ann)).notifications
    assert (False, True) == (second.seen, second.id != first.id)
    await stub.MarkNotificationsSeen(
        notes.MarkNotificationsSeenRequest(notification_ids=[second.id]), metadata=ann.metadata
    )
    await hear(users_pb2.SecondFactorRecoveryEnded(user_id=ann.id))
    assert [] == list((await notifications_of(mesh, ann)).notifications)


async def test_a_repeated_event_changes_nothing(mesh: Any, hear: Any) -> None:
    """The inbox knows it: what was ended meanwhile does not come back."""
    ann, bob, post = await mesh.member(), str(uuid7()), str(uuid7())
    event_id = uuid7()
    await hear(reaction(ann, post, bob), event_id)
    await hear(reaction(ann, post, bob, taken_back=True))
    await hear(reaction(ann, post, bob), event_id)
    assert [] == list((await notifications_of(mesh, ann)).notifications)


async def test_who_has_a_chat_open_is_not_notified(mesh: Any, chatting: Any, hear: Any) -> None:
    """Of two recipients the one who is away is."""
    ann, bob, cat = [await mesh.member() for _ in range(3)]
    await chatting(mesh.b, bob)
    hub = next(part for part in mesh.b.app.parts if isinstance(part, Hub))
    await wait_for(lambda: hub._presence.presence.online([UUID(bob.id)]))
    sent = messages_pb2.MessageSent(
        message_id=str(uuid7()),
        conversation_id=str(uuid7()),
        sender_id=ann.id,
        sequence=1,
        recipient_ids=[bob.id, cat.id],
    )
    await hear(sent)
    assert [0, 1] == [(await notifications_of(mesh, member)).unseen_count for member in (bob, cat)]
