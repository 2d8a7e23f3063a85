"""Between preferences about the feed and the contract's messages; pure."""

from collections.abc import Collection, Sequence
from uuid import UUID

from guild.feed.v1 import feed_preference_service_pb2 as pb
from mesh.contract import timestamp
from svc_feed.domain.hashtags import topic_of
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Kind
from svc_feed.domain.preference import Effect, Preference, Subject, Wish
from svc_feed.rpc.messages import KIND_OUT, kinds

_EFFECT = {pb.FeedPreferenceEffect.Value(f"FEED_PREFERENCE_EFFECT_{value.name}"): value for value in Effect}
_EFFECT_OUT = {value: number for number, value in _EFFECT.items()}
_NAMED = {Subject.AUTHOR: "author_id", Subject.TOPIC: "topic", Subject.POST: "post_id"}


def wish(request: pb.SetFeedPreferenceRequest) -> Wish:
    """What somebody wants; raises TopicInvalid."""
    match request.WhichOneof("preference"):
        case "less_of_author_id":
            return Wish.less_of_author(UserId(UUID(request.less_of_author_id)))
        case "less_of_topic":
            return Wish.less_of_topic(topic_of(request.less_of_topic))
        case "less_of_kind":
            return Wish.less_of_kind(kinds([request.less_of_kind])[0])
        case "snoozed_author_id":
            return Wish.without_author(UserId(UUID(request.snoozed_author_id)))
        case _:
            return Wish.without_post(PostId(UUID(request.hidden_post_id)))


def effects(numbers: Sequence[pb.FeedPreferenceEffect.ValueType]) -> Collection[Effect]:
    """The effects a filter lets through: all when it names none."""
    return {_EFFECT[number] for number in numbers} or set(Effect)


def preference(value: Preference) -> pb.FeedPreference:
    """A preference as its member sees it."""
    message = pb.FeedPreference(
        id=str(value.id), effect=_EFFECT_OUT[value.wish.effect], created_at=timestamp(value.created_at)
    )
    if value.wish.subject is Subject.KIND:
        message.kind = KIND_OUT[Kind(value.wish.name)]
    else:
        setattr(message, _NAMED[value.wish.subject], value.wish.name)
    if value.expires_at is not None:
        message.expires_at.CopyFrom(timestamp(value.expires_at))
    return message
