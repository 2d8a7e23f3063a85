"""What notifications stand on: for each kind the events that cause one, and those that end it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from google.protobuf.message import Message

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_COMMENT, CONTENT_KIND_POST
from guild.events.v1 import engagement_pb2, graph_pb2, messages_pb2, posts_pb2, trust_pb2, users_pb2
from mesh.events import Event
from svc_messaging.domain.ids import UserId
from svc_messaging.domain.notification import ActorGone, End, EndedForAll, Ending, Happening, NotificationKind
from svc_messaging.usecases.notifications import Notify

Cause = Callable[[Event[Any]], Happening]
Ends = Callable[[Event[Any]], Iterable[End]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of notification is there from one of its causes until that cause's end."""

    causes: Mapping[type[Message], Cause]
    ends: Mapping[type[Message], Ends]


def _connection_requested(event: Event[graph_pb2.ConnectionRequested]) -> Happening:
    asked, by = _user(event.message.addressee_id), _user(event.message.requester_id)
    return Happening(NotificationKind.CONNECTION_REQUESTED, [asked], by, by, by, event.occurred_at)


def _request_answered(event: Event[Any]) -> Iterable[Ending]:
    asked, by = _user(event.message.addressee_id), _user(event.message.requester_id)
    yield Ending(NotificationKind.CONNECTION_REQUESTED, [asked], by)


def _requester_blocked(event: Event[graph_pb2.UserBlocked]) -> Iterable[Ending]:
    one, other = _user(event.message.blocker_id), _user(event.message.blocked_id)
    yield Ending(NotificationKind.CONNECTION_REQUESTED, [one], other)
    yield Ending(NotificationKind.CONNECTION_REQUESTED, [other], one)


def _connection_accepted(event: Event[graph_pb2.ConnectionAccepted]) -> Happening:
    asker, by = _user(event.message.requester_id), _user(event.message.addressee_id)
    return Happening(NotificationKind.CONNECTION_ACCEPTED, [asker], by, by, by, event.occurred_at)


def _connection_removed(event: Event[graph_pb2.ConnectionRemoved]) -> Iterable[Ending]:
    one, other = _user(event.message.remover_id), _user(event.message.removed_id)
    yield Ending(NotificationKind.CONNECTION_ACCEPTED, [one], other)
    yield Ending(NotificationKind.CONNECTION_ACCEPTED, [other], one)


def _message_sent(event: Event[messages_pb2.MessageSent]) -> Happening:
    sent = event.message
    return Happening(
        NotificationKind.MESSAGE_RECEIVED,
        [_user(recipient) for recipient in sent.recipient_ids],
        _user(sent.sender_id),
        UUID(sent.conversation_id),
        UUID(sent.message_id),
        event.occurred_at,
        sent.sequence,
    )


def _message_read(event: Event[messages_pb2.MessageRead]) -> Iterable[Ending]:
    read = event.message
    subject = UUID(read.conversation_id)
    yield Ending(NotificationKind.MESSAGE_RECEIVED, [_user(read.user_id)], subject, up_to=read.up_to_sequence)


def _message_deleted(event: Event[messages_pb2.MessageDeleted]) -> Iterable[Ending]:
    gone = event.message
    recipients = [_user(recipient) for recipient in gone.recipient_ids]
    yield Ending(NotificationKind.MESSAGE_RECEIVED, recipients, UUID(gone.conversation_id), cause=UUID(gone.message_id))


def _post_reacted(event: Event[engagement_pb2.PostReacted]) -> Happening:
    reacted = event.message
    author, by = _user(reacted.post_author_id), _user(reacted.user_id)
    return Happening(NotificationKind.POST_REACTED, _but(by, author), by, UUID(reacted.post_id), by, event.occurred_at)


def _post_unreacted(event: Event[engagement_pb2.PostUnreacted]) -> Iterable[Ending]:
    taken = event.message
    author, by = _user(taken.post_author_id), _user(taken.user_id)
    yield Ending(NotificationKind.POST_REACTED, [author], UUID(taken.post_id), cause=by)


def _post_commented(event: Event[posts_pb2.CommentCreated]) -> Happening:
    made = event.message
    author, by = _user(made.post_author_id), _user(made.author_id)
    return Happening(
        NotificationKind.POST_COMMENTED,
        _but(by, author),
        by,
        UUID(made.post_id),
        UUID(made.comment_id),
        event.occurred_at,
    )


def _comment_deleted(event: Event[posts_pb2.CommentDeleted]) -> Iterable[Ending]:
    gone = event.message
    author = _user(gone.post_author_id)
    yield Ending(NotificationKind.POST_COMMENTED, [author], UUID(gone.post_id), cause=UUID(gone.comment_id))


def _comment_reacted(event: Event[engagement_pb2.CommentReacted]) -> Happening:
    reacted = event.message
    author, by = _user(reacted.author_id), _user(reacted.user_id)
    told = _but(by, author)
    comment = UUID(reacted.comment_id)
    cause, position = uuid5(comment, reacted.user_id), _drawn(comment)
    kind, post = NotificationKind.COMMENT_REACTED, UUID(reacted.post_id)
    return Happening(kind, told, by, post, cause, event.occurred_at, position)


def _comment_unreacted(event: Event[engagement_pb2.CommentUnreacted]) -> Iterable[Ending]:
    taken = event.message
    author, cause = _user(taken.author_id), uuid5(UUID(taken.comment_id), taken.user_id)
    yield Ending(NotificationKind.COMMENT_REACTED, [author], UUID(taken.post_id), cause=cause)


def _reacted_comment_deleted(event: Event[posts_pb2.CommentDeleted]) -> Iterable[Ending]:
    gone = event.message
    place = _drawn(UUID(gone.comment_id))
    yield Ending(NotificationKind.COMMENT_REACTED, [_user(gone.author_id)], UUID(gone.post_id), at=place)


def _drawn(comment: UUID) -> int:
    """The random bits of a comment's id: what its reactions have in common among those to comments on a post."""
    return comment.int & (1 << 62) - 1


def _post_revised(event: Event[posts_pb2.PostRevised]) -> Happening:
    revised = event.message
    author, post = _user(revised.author_id), UUID(revised.post_id)
    told = [] if revised.gone else [_user(one) for one in revised.recipient_ids]
    cause = uuid5(post, str(revised.revision))
    return Happening(NotificationKind.POST_EDITED, told, author, post, cause, event.occurred_at, revised.revision)


def _revised_post_gone(event: Event[posts_pb2.PostRevised]) -> Iterable[Ending]:
    if event.message.gone:
        told = [_user(one) for one in event.message.recipient_ids]
        yield Ending(NotificationKind.POST_EDITED, told, UUID(event.message.post_id))


def _answer_taken_back(event: Event[engagement_pb2.PostUnreacted]) -> Iterable[Ending]:
    yield Ending(NotificationKind.POST_EDITED, [_user(event.message.user_id)], UUID(event.message.post_id))


def _post_deleted(kind: NotificationKind) -> Ends:
    def end(event: Event[posts_pb2.PostDeleted]) -> Iterable[Ending]:
        yield Ending(kind, [_user(event.message.author_id)], UUID(event.message.post_id))

    return end


def _followed(event: Event[graph_pb2.UserFollowed]) -> Happening:
    followed, by = _user(event.message.followed_id), _user(event.message.follower_id)
    told = [] if event.message.quiet else [followed]
    return Happening(NotificationKind.FOLLOWED, told, by, followed, by, event.occurred_at)


def _unfollowed(event: Event[graph_pb2.UserUnfollowed]) -> Iterable[Ending]:
    followed, by = _user(event.message.followed_id), _user(event.message.follower_id)
    yield Ending(NotificationKind.FOLLOWED, [followed], followed, cause=by)


def _follower_blocked(event: Event[graph_pb2.UserBlocked]) -> Iterable[Ending]:
    one, other = _user(event.message.blocker_id), _user(event.message.blocked_id)
    yield Ending(NotificationKind.FOLLOWED, [one], one, cause=other)
    yield Ending(NotificationKind.FOLLOWED, [other], other, cause=one)


def _recovery_requested(event: Event[users_pb2.SecondFactorRecoveryRequested]) -> Happening:
    member = _user(event.message.user_id)
    return Happening(NotificationKind.SECURITY, [member], member, member, event.id, event.occurred_at)


def _recovery_over(event: Event[Any]) -> Iterable[Ending]:
    """Told of its end, or of the next one: of those that nobody came back for there is no end of their own."""
    member = _user(event.message.user_id)
    yield Ending(NotificationKind.SECURITY, [member], member)


def _content_moderated(event: Event[trust_pb2.ContentModerated]) -> Happening:
    decided = event.message
    told = [_user(decided.content.author_id)] if decided.content.author_id else []
    decision = UUID(decided.decision_id or decided.content_id)  # stands for the operator, who is not named
    return Happening(NotificationKind.MODERATION, told, UserId(decision), decision, decision, event.occurred_at)


def _content_restored(event: Event[trust_pb2.ContentRestored]) -> Iterable[Ending]:
    author = event.message.content.author_id
    if author:
        yield Ending(NotificationKind.MODERATION, [_user(author)], UUID(event.message.decision_id))


def _post_mentions(event: Event[posts_pb2.PostCreated | posts_pb2.PostUpdated]) -> Happening:
    post, by = UUID(event.message.post_id), _user(event.message.author_id)
    told = [*map(_user, event.message.mentioned_user_ids)]
    return Happening(NotificationKind.MENTIONED, told, by, post, post, event.occurred_at)


def _post_mentions_fewer(event: Event[posts_pb2.PostUpdated]) -> Iterable[EndedForAll]:
    """Where others see it than before, comments on it go as well: who is mentioned there may have lost sight of it."""
    edited, post = event.message, UUID(event.message.post_id)
    narrower = "visibility" in edited.changed_fields or "list_id" in edited.changed_fields
    still = [*map(_user, edited.mentioned_user_ids)]
    yield EndedForAll(NotificationKind.MENTIONED, post, None if narrower else post, but=still)


def _comment_mentions(event: Event[posts_pb2.CommentCreated | posts_pb2.CommentEdited]) -> Happening:
    said, by = event.message, _user(event.message.author_id)
    told = [*map(_user, said.mentioned_user_ids)]
    post, comment = UUID(said.post_id), UUID(said.comment_id)
    return Happening(NotificationKind.MENTIONED, told, by, post, comment, event.occurred_at)


def _comment_mentions_fewer(event: Event[posts_pb2.CommentEdited]) -> Iterable[EndedForAll]:
    said = event.message
    still = [*map(_user, said.mentioned_user_ids)]
    yield EndedForAll(NotificationKind.MENTIONED, UUID(said.post_id), UUID(said.comment_id), but=still)


def _mentioning_post_gone(event: Event[posts_pb2.PostDeleted]) -> Iterable[EndedForAll]:
    yield EndedForAll(NotificationKind.MENTIONED, UUID(event.message.post_id))


def _mentioning_comment_gone(event: Event[posts_pb2.CommentDeleted]) -> Iterable[EndedForAll]:
    gone = event.message
    yield EndedForAll(NotificationKind.MENTIONED, UUID(gone.post_id), UUID(gone.comment_id))


def _mentioning_removed(event: Event[trust_pb2.ContentModerated]) -> Iterable[EndedForAll]:
    content = event.message.content
    if content.kind == CONTENT_KIND_POST:
        yield EndedForAll(NotificationKind.MENTIONED, UUID(content.id))
    elif content.kind == CONTENT_KIND_COMMENT and content.HasField("parent_id"):
        yield EndedForAll(NotificationKind.MENTIONED, UUID(content.parent_id), UUID(content.id))


def _mentioner_blocked(event: Event[graph_pb2.UserBlocked]) -> Iterable[ActorGone]:
    one, other = _user(event.message.blocker_id), _user(event.message.blocked_id)
    yield ActorGone(NotificationKind.MENTIONED, [one], other)
    yield ActorGone(NotificationKind.MENTIONED, [other], one)


RULES: Mapping[NotificationKind, Rule] = {
    NotificationKind.CONNECTION_REQUESTED: Rule(
        {graph_pb2.ConnectionRequested: _connection_requested},
        {
            graph_pb2.ConnectionAccepted: _request_answered,
            graph_pb2.ConnectionRejected: _request_answered,
            graph_pb2.ConnectionWithdrawn: _request_answered,
            graph_pb2.ConnectionIgnored: _request_answered,
            graph_pb2.ConnectionExpired: _request_answered,
            graph_pb2.UserBlocked: _requester_blocked,
        },
    ),
    NotificationKind.CONNECTION_ACCEPTED: Rule(
        {graph_pb2.ConnectionAccepted: _connection_accepted},
        {graph_pb2.ConnectionRemoved: _connection_removed},
    ),
    NotificationKind.MESSAGE_RECEIVED: Rule(
        {messages_pb2.MessageSent: _message_sent},
        {messages_pb2.MessageRead: _message_read, messages_pb2.MessageDeleted: _message_deleted},
    ),
    NotificationKind.POST_REACTED: Rule(
        {engagement_pb2.PostReacted: _post_reacted},
        {
            engagement_pb2.PostUnreacted: _post_unreacted,
            posts_pb2.PostDeleted: _post_deleted(NotificationKind.POST_REACTED),
        },
    ),
    NotificationKind.POST_COMMENTED: Rule(
        {posts_pb2.CommentCreated: _post_commented},
        {
            posts_pb2.CommentDeleted: _comment_deleted,
            posts_pb2.PostDeleted: _post_deleted(NotificationKind.POST_COMMENTED),
        },
    ),
    NotificationKind.FOLLOWED: Rule(
        {graph_pb2.UserFollowed: _followed},
        {graph_pb2.UserUnfollowed: _unfollowed, graph_pb2.UserBlocked: _follower_blocked},
    ),
    NotificationKind.SECURITY: Rule(
        {users_pb2.SecondFactorRecoveryRequested: _recovery_requested},
        {
            users_pb2.SecondFactorRecoveryRequested: _recovery_over,
            users_pb2.SecondFactorRecoveryEnded: _recovery_over,
        },
    ),
    NotificationKind.COMMENT_REACTED: Rule(
        {engagement_pb2.CommentReacted: _comment_reacted},
        {
            engagement_pb2.CommentUnreacted: _comment_unreacted,
            posts_pb2.CommentDeleted: _reacted_comment_deleted,
        },
    ),
    NotificationKind.POST_EDITED: Rule(
        {posts_pb2.PostRevised: _post_revised},
        {posts_pb2.PostRevised: _revised_post_gone, engagement_pb2.PostUnreacted: _answer_taken_back},
    ),
    NotificationKind.MENTIONED: Rule(
        {
            posts_pb2.PostCreated: _post_mentions,
            posts_pb2.PostUpdated: _post_mentions,
            posts_pb2.CommentCreated: _comment_mentions,
            posts_pb2.CommentEdited: _comment_mentions,
        },
        {
            posts_pb2.PostUpdated: _post_mentions_fewer,
            posts_pb2.PostDeleted: _mentioning_post_gone,
            posts_pb2.CommentEdited: _comment_mentions_fewer,
            posts_pb2.CommentDeleted: _mentioning_comment_gone,
            trust_pb2.ContentModerated: _mentioning_removed,
            graph_pb2.UserBlocked: _mentioner_blocked,
        },
    ),
    NotificationKind.MODERATION: Rule(
        {trust_pb2.ContentModerated: _content_moderated},
        {trust_pb2.ContentRestored: _content_restored},
    ),
}
"""Every kind that this service gives out."""


def handlers(notify: Notify) -> Mapping[type[Message], Callable[[Event[Any]], Any]]:
    """What hears each of the events that the rules name."""
    causes: defaultdict[type[Message], list[Cause]] = defaultdict(list)
    ends: defaultdict[type[Message], list[Ends]] = defaultdict(list)
    for rule in RULES.values():
        for cls, cause in rule.causes.items():
            causes[cls].append(cause)
        for cls, end in rule.ends.items():
            ends[cls].append(end)
    return {cls: _handler(notify, causes[cls], ends[cls]) for cls in {*causes, *ends}}


def _handler(notify: Notify, causes: Iterable[Cause], ends: Iterable[Ends]) -> Callable[[Event[Any]], Any]:
    async def hear(event: Event[Any]) -> None:
        endings = [ending for end in ends for ending in end(event)]
        await notify(event.id, [cause(event) for cause in causes], endings)

    return hear


def _user(text: str) -> UserId:
    return UserId(UUID(text))


def _but(me: UserId, *users: UserId) -> list[UserId]:
    return [user_id for user_id in users if user_id != me]
