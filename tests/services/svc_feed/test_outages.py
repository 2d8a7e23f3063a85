"""What members get while a part of the system is away."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_service_pb2 as pb
from mesh.embedded import free_port
from mesh.errors import Unavailable
from mesh.settings import RedisSettings
from mesh.testing import TestIdentity


async def test_without_redis_feeds_are_built_for_each_read(new_world: Callable[..., Awaitable[Any]]) -> None:
    """Pages, offsets and tokens work as ever."""
    world = await new_world(redis=RedisSettings(url=f"redis://127.0.0.1:{free_port()}/0"))
    ann = await world.member()
    made = [await world.post(ann, str(number)) for number in range(5)]
    first = await world.page(ann, 2)
    second = await world.page(ann, 2, token=first.next_page_token)
    third = await world.page(ann, 2, token=second.next_page_token)
    pages = [[item.post.id for item in page.items] for page in (first, second, third)]
    assert ([made[4:2:-1], made[2:0:-1], made[:1]], "") == (pages, third.next_page_token)


async def test_without_profiles_nothing_is_shown_unchecked(
    new_world: Callable[..., Awaitable[Any]], identity: TestIdentity
) -> None:
    """A member reads and writes what is their own; a feed is unavailable rather than wrong."""
    world = await new_world(profile_address=f"127.0.0.1:{free_port()}")
    ann, bob = identity.sign_in(), identity.sign_in()
    created = await world.posts.CreatePost(pb.CreatePostRequest(content="x", visibility=1), metadata=ann.metadata)
    read = pb.GetPostRequest(post_id=created.post.id)
    shown = await world.posts.GetPost(read, metadata=ann.metadata)
    assert (created.post, "") == (shown.item.post, shown.item.author.name)
    await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=created.post.id), metadata=ann.metadata)
    for call in (
        world.posts.GetPost(read, metadata=bob.metadata),
        world.feeds.GetFeed(feeds.GetFeedRequest(), metadata=ann.metadata),
    ):
        with pytest.raises(Unavailable):
            await call
