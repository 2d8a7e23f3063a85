"""Whose posts come into a feed: those of whom its reader follows, and those of topics that its reader follows."""

from typing import Any
from uuid import UUID

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import topic_service_pb2 as topics
from guild.graph.v1 import follow_pb2
from mesh.ids import uuid7
from mesh.testing import wait_for
from svc_feed.domain.scoring import DEFAULT
from svc_feed.store import topics as stored_topics
from svc_feed.store.topics import TopicRepository

PUBLIC, CONNECTIONS, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_CONNECTIONS, model.VISIBILITY_PRIVATE


async def cold(world: Any, member: Any) -> None:
    """Wait until the worker has dropped the member's feed."""

    async def gone() -> bool:
        return not await world.is_warm(member)

    await wait_for(gone, timeout=10)


async def mark(world: Any, member: Any) -> None:
    """Let the member have a warm feed, to see it dropped."""
    await world.redis.zadd(f"feed:v{DEFAULT.version}:{{{member.id}}}", {b"mark": "-inf"})


async def follow(world: Any, one: Any, other: Any, *, end: bool = False) -> None:
    """Follow, or no longer, and wait until the feed of who does is built anew."""
    name = "UnfollowUser" if end else "FollowUser"
    await mark(world, one)
    request = getattr(follow_pb2, f"{name}Request")(user_id=other.id)
    await getattr(world.graph, name)(request, metadata=one.metadata)
    await cold(world, one)


async def follow_topic(world: Any, member: Any, topic: str, *, end: bool = False) -> None:
    name = "UnfollowTopic" if end else "FollowTopic"
    await getattr(world.topics, name)(getattr(topics, f"{name}Request")(topic=topic), metadata=member.metadata)


async def reasons(world: Any, member: Any) -> dict[str, list[int]]:
    return {item.post.id: [one.kind for one in item.contexts] for item in (await world.page(member)).items}


async def test_followers_get_what_is_for_everybody(world: Any) -> None:
    """In a warm feed and in one that is built, with the reason; what is for connections is not even stored."""
    star, fan = await world.member(), await world.member()
    await follow(world, fan, star)
    first = await world.post(star, visibility=PUBLIC)
    inner = await world.post(star, visibility=CONNECTIONS)
    assert {first: [model.POST_CONTEXT_KIND_FOLLOWED_AUTHOR]} == await reasons(world, fan)
    assert [first] == await world.stored(fan)
    await world.ids(star)
    second, third = await world.post(star, visibility=PUBLIC), await world.post(star, visibility=CONNECTIONS)
    await world.arrives(star, third)
    await world.arrives(fan, second)
    assert [second, first] == await world.stored(fan)
    assert [third, second, inner, first] == await world.ids(star)
    assert [model.POST_CONTEXT_KIND_FOLLOWED_AUTHOR] == (await reasons(world, fan))[second]


async def test_a_follow_that_ends_takes_the_posts_out(world: Any) -> None:
    """Also between two who stay connected, whose posts of before are read on the author's page."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post_id = await world.post(ann, visibility=CONNECTIONS)
    assert [post_id] == await world.ids(bob)
    await follow(world, bob, ann, end=True)
    assert [] == await world.ids(bob)
    later = await world.post(ann)
    await world.ids(ann)
    assert [] == await world.stored(bob)
    await follow(world, bob, ann)
    assert [later, post_id] == await world.ids(bob)
    listed = await world.feeds.ListUserPosts(feeds.ListUserPostsRequest(user_id=ann.id), metadata=bob.metadata)
    assert [later, post_id] == [item.post.id for item in listed.items]


async def test_followers_of_a_topic_get_its_posts(world: Any) -> None:
    """When a feed is built and when a post comes, once, and until they follow it no longer."""
    ann, bob, topic = await world.member(), await world.member(), f"t{uuid7().hex}"
    first = await world.post(ann, f"one #{topic}", visibility=PUBLIC)
    inner = await world.post(ann, f"two #{topic}", visibility=CONNECTIONS)
    assert [] == await world.ids(bob)
    await follow_topic(world, bob, topic)
    assert {first: [model.POST_CONTEXT_KIND_FOLLOWED_TOPIC]} == await reasons(world, bob)
    second = await world.post(ann, f"three #{topic}", visibility=PUBLIC)
    await world.arrives(bob, second)
    assert {second, first} == set(await reasons(world, bob))
    assert inner not in await world.stored(bob)
    await follow(world, bob, ann)
    assert {
        second: [model.POST_CONTEXT_KIND_FOLLOWED_AUTHOR],
        first: [model.POST_CONTEXT_KIND_FOLLOWED_AUTHOR],
    } == await reasons(world, bob)
    await follow(world, bob, ann, end=True)
    await follow_topic(world, bob, topic, end=True)
    assert [] == await world.ids(bob)


async def test_followers_of_a_topic_are_read_in_batches(world: Any, monkeypatch: Any) -> None:
    """Each once; a topic that more follow than a post is written for is left to builds."""
    monkeypatch.setattr(stored_topics, "_BATCH", 2)
    topic, repository = f"t{uuid7().hex}", TopicRepository()
    readers = [await world.member() for _ in range(5)]
    for reader in readers:
        await follow_topic(world, reader, topic)
    batches = [batch async for batch in repository.followers(world.database, topic)]
    assert [2, 2, 1] == [len(batch) for batch in batches]
    assert sorted(UUID(reader.id) for reader in readers) == [one for batch in batches for one in batch]
    for most, expected in ((5, [topic]), (4, [])):
        assert expected == await repository.with_few_followers(world.database, [topic, "nobody"], most)
