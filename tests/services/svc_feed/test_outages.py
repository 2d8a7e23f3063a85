"""What members get while a part of the system is away."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from guild.common.v1 import answer_quality_pb2 as quality
from guild.feed.v1 import post_service_pb2 as pb
from mesh.embedded import free_port
from mesh.errors import Unavailable
from mesh.settings import RedisSettings
from mesh.testing import TestIdentity


async def test_without_redis_feeds_are_built_for_each_read(new_world: Callable[..., Awaitable[Any]]) -> None:
    """Pages, offsets and tokens work as ever, and say what is missing."""
    world = await new_world(redis=RedisSettings(url=f"redis://127.0.0.1:{free_port()}/0"))
    ann = await world.member()
    made = [await world.post(ann, str(number)) for number in range(5)]
    first = await world.page(ann, 2)
    second = await world.page(ann, 2, token=first.next_page_token)
    third = await world.page(ann, 2, token=second.next_page_token)
    pages = [[item.post.id for item in page.items] for page in (first, second, third)]
    assert ([made[4:2:-1], made[2:0:-1], made[:1]], "") == (pages, third.next_page_token)
    assert (quality.COMPLETENESS_PARTIAL, ["cache"]) == (first.quality.completeness, first.quality.missing_sources)


async def test_without_profiles_nothing_is_shown_unchecked(
    new_world: Callable[..., Awaitable[Any]], identity: TestIdentity
) -> None:
    """A member reads and writes what is their own; a feed has nothing else, says so, and promises no next page."""
    world = await new_world(profile_address=f"127.0.0.1:{free_port()}")
    ann, bob = identity.sign_in(), identity.sign_in()
    made = [
        await world.posts.CreatePost(pb.CreatePostRequest(content="x", visibility=1), metadata=ann.metadata)
        for _ in range(3)
    ]
    read = pb.GetPostRequest(post_id=made[0].post.id)
    shown = await world.posts.GetPost(read, metadata=ann.metadata)
    assert (made[0].post, "") == (shown.item.post, shown.item.author.name)
    await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=made[2].post.id), metadata=ann.metadata)
    page = await world.page(ann, 2)
    assert ([made[2].post.id, made[1].post.id], "") == ([item.post.id for item in page.items], page.next_page_token)
    assert (quality.COMPLETENESS_PARTIAL, ["profile"]) == (page.quality.completeness, page.quality.missing_sources)
    with pytest.raises(Unavailable):
        await world.posts.GetPost(read, metadata=bob.metadata)
