"""Topics over the wire: what is listed under them, how it is counted, who follows them."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from guild.events.v1.posts_pb2 import PostCreated, PostUpdated
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.feed.v1 import topic_service_pb2 as topics
from mesh.clock import SystemClock
from mesh.data import Transaction
from mesh.errors import FailedPrecondition, Failure
from mesh.ids import uuid7
from mesh.privacy import Delete
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.topic import MOST_FOLLOWED
from svc_feed.store.comments import CommentRepository
from svc_feed.store.personal import RULES
from svc_feed.store.post_search import PostSearch
from svc_feed.store.posts import PostRepository
from svc_feed.store.tables import post_topics, topic_follows
from svc_feed.store.topics import TopicRepository
from svc_feed.usecases.announce_post import AnnouncePost
from svc_feed.usecases.apply_decision import ApplyDecision
from svc_feed.usecases.count_topics import CountTopics
from svc_feed.usecases.index_post import IndexPost
from svc_feed.usecases.list_by_topic import ListByTopic
from svc_feed.usecases.mentioning import Mentioning
from svc_feed.usecases.moderation import Moderation

PUBLIC, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_PRIVATE


class Later:
    """The time after a while."""

    def __init__(self, more: timedelta) -> None:
        self._now = SystemClock().now() + more

    def now(self) -> datetime:
        return self._now


def a_topic() -> str:
    return f"t{uuid7().hex}"


async def listed(world: Any, member: Any, topic: str, size: int = 0) -> list[str]:
    found, token = list[str](), ""
    while True:
        request = topics.ListTopicPostsRequest(topic=topic, page_size=size, page_token=token)
        page = await world.topics.ListTopicPosts(request, metadata=member.metadata)
        found += [item.post.id for item in page.items]
        token = page.next_page_token
        if not token:
            return found


async def topic_of(world: Any, member: Any, name: str) -> Any:
    return (await world.topics.GetTopic(topics.GetTopicRequest(topic=name), metadata=member.metadata)).topic


async def change(world: Any, member: Any, post_id: str, **fields: Any) -> Any:
    request = pb.UpdatePostRequest(post=model.Post(id=post_id, **fields))
    return (await world.posts.UpdatePost(request, metadata=member.metadata)).post


async def test_public_posts_are_listed_under_their_topics(world: Any) -> None:
    """Newest first, page by page, for others too; the topics are told, also by the events."""
    ann, bob = await world.member(), await world.member()
    one, other = a_topic(), a_topic()
    made = [await world.post(ann, f"about #{one.upper()} and #{other} {n}", PUBLIC) for n in range(5)]
    hidden = await world.post(ann, f"#{one}", PRIVATE)
    assert made[::-1] == await listed(world, bob, f"#{one}", size=2) == await listed(world, bob, other)
    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=made[0]), metadata=bob.metadata)
    assert [one, other] == list(shown.item.post.hashtags)
    told = [(await world.events(PostCreated, post_id))[0].hashtags for post_id in (made[0], hidden)]
    assert [[one, other], []] == list(map(list, told))


async def test_what_a_post_becomes_is_where_it_is_listed(world: Any) -> None:
    """An edit of its text, of its visibility, and its end."""
    ann = await world.member()
    one, other = a_topic(), a_topic()
    post_id = await world.post(ann, f"#{one}", PUBLIC)

    async def where() -> Any:
        counts = [(await topic_of(world, ann, topic)).post_count for topic in (one, other)]
        return [await listed(world, ann, topic) for topic in (one, other)], counts

    assert ([[post_id], []], [1, 0]) == await where()
    await change(world, ann, post_id, content=f"#{other}")
    assert ([[], [post_id]], [0, 1]) == await where()
    await change(world, ann, post_id, visibility=PRIVATE)
    assert ([[], []], [0, 0]) == await where()
    await change(world, ann, post_id, visibility=PUBLIC, content=f"#{one} #{other}")
    assert ([[post_id], [post_id]], [1, 1]) == await where()
    assert [one, other] == list((await world.events(PostUpdated, post_id))[-1].hashtags)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=ann.metadata)
    assert ([[], []], [0, 0]) == await where()


async def test_topics_are_suggested_by_how_they_begin(world: Any) -> None:
    """The most used first; a bounded number."""
    ann = await world.member()
    begin = a_topic()
    for n in range(3):
        for _ in range(n + 1):
            await world.post(ann, f"#{begin}_{n}", PUBLIC)

    async def suggested(prefix: str, limit: int = 0) -> list[tuple[str, int]]:
        request = topics.SuggestTopicsRequest(prefix=prefix, limit=limit)
        found = (await world.topics.SuggestTopics(request, metadata=ann.metadata)).topics
        return [(topic.name, topic.post_count) for topic in found]

    assert [(f"{begin}_2", 3), (f"{begin}_1", 2), (f"{begin}_0", 1)] == await suggested(f"#{begin.upper()}")
    assert [(f"{begin}_2", 3)] == await suggested(begin, limit=1)
    assert [] == await suggested(f"{begin}%")
    assert len(await suggested("", limit=1000)) <= 50


async def test_topics_are_followed_once(world: Any) -> None:
    """A repeat changes nothing, in either direction; followers are counted."""
    ann, bob = await world.member(), await world.member()
    one, other = a_topic(), a_topic()

    async def follow(member: Any, name: str) -> Any:
        return (await world.topics.FollowTopic(topics.FollowTopicRequest(topic=name), metadata=member.metadata)).topic

    async def followed(member: Any) -> list[str]:
        reply = await world.topics.ListFollowedTopics(topics.ListFollowedTopicsRequest(), metadata=member.metadata)
        assert all(topic.following for topic in reply.topics)
        return [topic.name for topic in reply.topics]

    wanted = topics.Topic(name=one, follower_count=1, following=True)
    assert [wanted, wanted] == [await follow(ann, f"#{one}"), await follow(ann, one.upper())]
    await follow(ann, other)
    assert ([other, one], []) == (await followed(ann), await followed(bob))
    assert topics.Topic(name=one, follower_count=1) == await topic_of(world, bob, one)
    for _ in range(2):
        await world.topics.UnfollowTopic(topics.UnfollowTopicRequest(topic=one), metadata=ann.metadata)
        assert ([other], topics.Topic(name=one)) == (await followed(ann), await topic_of(world, ann, one))
    with pytest.raises(Failure) as caught:
        await follow(ann, "1 2")
    assert caught.value.reason == "TOPIC_INVALID"


async def test_a_member_follows_so_many_topics(world: Any) -> None:
    """One more is refused; one that is followed already is not."""
    member, stored = await world.member(), TopicRepository()
    me, names = UserId(UUID(member.id)), [a_topic() for _ in range(MOST_FOLLOWED)]

    async def work(tx: Any) -> None:
        for name in names:
            await stored.follow(tx, me, name, SystemClock().now())

    await world.database.transact(work)
    request = topics.FollowTopicRequest(topic=names[0])
    assert (await world.topics.FollowTopic(request, metadata=member.metadata)).topic.following
    with pytest.raises(FailedPrecondition) as caught:
        await world.topics.FollowTopic(topics.FollowTopicRequest(topic="more"), metadata=member.metadata)
    assert caught.value.reason == "TOO_MANY_TOPICS"


async def test_posts_that_grow_old_are_counted_no_more(world: Any) -> None:
    """A round takes them off, and forgets a topic that nobody writes of nor follows."""
    ann = await world.member()
    old, live = a_topic(), a_topic()
    await world.post(ann, f"#{old} #{live}", PUBLIC)
    await world.topics.FollowTopic(topics.FollowTopicRequest(topic=live), metadata=ann.metadata)
    await CountTopics(world.database, TopicRepository(), Later(timedelta(days=31)))()
    wanted = [topics.Topic(name=old), topics.Topic(name=live, follower_count=1, following=True)]
    assert wanted == [await topic_of(world, ann, topic) for topic in (old, live)]
    assert 1 == len(await listed(world, ann, old))


async def test_what_is_taken_down_is_not_listed(world: Any) -> None:
    """Nor counted, until it is shown again; deleting it meanwhile counts nothing twice."""
    ann = await world.member()
    topic, now = a_topic(), SystemClock().now()
    post_id = PostId(UUID(await world.post(ann, f"#{topic}", PUBLIC)))
    other = await world.post(ann, f"#{topic}", PUBLIC)

    async def shown_again(author: UserId, post_id: PostId) -> None:
        """Feeds are another matter."""

    posts, nobody = PostRepository(), cast("Any", None)
    announce = AnnouncePost(posts, IndexPost(ListByTopic(TopicRepository(), SystemClock()), PostSearch()))
    decide = ApplyDecision(posts, CommentRepository(), announce, Mentioning(nobody))
    moderation = Moderation(world.database, posts, decide, cast("Any", shown_again))

    async def stands() -> tuple[list[str], int]:
        return await listed(world, ann, topic), (await topic_of(world, ann, topic)).post_count

    for step, (removed, wanted) in enumerate(((True, 1), (True, 1), (False, 2), (True, 1))):
        await moderation.post(post_id, removed=removed, at=now + timedelta(seconds=step))
        assert ([other, str(post_id)][:wanted], wanted) == await stands()
    await moderation.post(post_id, removed=False, at=now)
    assert ([other], 1) == await stands()


async def test_who_leaves_is_listed_and_counted_no_more(world: Any) -> None:
    """Their posts and what they follow."""
    ann, bob = await world.member(), await world.member()
    topic = a_topic()
    await world.post(ann, f"#{topic}", PUBLIC)
    for member in (ann, bob):
        await world.topics.FollowTopic(topics.FollowTopicRequest(topic=topic), metadata=member.metadata)

    async def work(tx: Transaction) -> None:
        for compiled in RULES.personal:
            if compiled.rule.table in {post_topics, topic_follows}:
                assert isinstance(compiled.rule.erase, Delete)
                assert compiled.statements.erase is not None
                assert compiled.rule.erase.settle is not None
                gone = await tx.fetch(compiled.statements.erase, user_id=UUID(ann.id), size=10)
                await compiled.rule.erase.settle(tx, gone)

    await world.database.transact(work)
    assert [] == await listed(world, bob, topic)
    assert topics.Topic(name=topic, follower_count=1, following=True) == await topic_of(world, bob, topic)
