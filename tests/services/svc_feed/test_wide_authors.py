"""Authors with too many connections to write each post into all their feeds."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest_asyncio

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1.post_service_pb2 import DeletePostRequest
from guildctl import feeds as operators
from guildctl.desk import Desk
from mesh.data import Statement

KNOWN_SINCE_YESTERDAY = Statement(
    "WITH weighed AS (INSERT INTO author_reach VALUES ($1, 2, 1, 100, 1, now()))"
    " INSERT INTO wide_authors (author_id, since) VALUES ($1, now() - interval '1 day')",
    ("author",),
    "mark",
)
MEASURED_YESTERDAY = Statement(
    "UPDATE author_reach SET measured_at = now() - interval '1 day' WHERE author_id = $1", ("author",), "age"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(new_world: Callable[..., Awaitable[Any]]) -> Any:
    """A feed service that fans out to a single connection."""
    return await new_world(fan_out_threshold=1)


async def test_who_becomes_wide_is_fanned_out_for_a_while(world: Any) -> None:
    """Feeds built before do not know of it, and miss nothing."""
    wide, one, two = await world.member(), await world.member(), await world.member()
    await world.connect(wide, one)
    await world.ids(one)
    await world.connect(wide, two)
    assert [] == await world.ids(two)
    post_id = await world.post(wide)
    for reader in (one, two):
        await world.arrives(reader, post_id)


async def test_a_wide_author_is_merged_when_a_feed_is_read(world: Any) -> None:
    """Posts stay out of the readers' stored feeds until they are read, then they rank and page like others."""
    wide, friend, reader = await world.member(), await world.member(), await world.member()
    for author in (wide, friend):
        await world.connect(author, reader)
    await world.connect(wide, friend)
    await world.database.execute(KNOWN_SINCE_YESTERDAY, author=UUID(wide.id))
    for member in (wide, reader):
        assert [] == await world.ids(member)
    first = await world.post(wide)
    await world.arrives(wide, first)
    second = await world.post(friend)
    await world.arrives(reader, second)
    assert [second] == await world.stored(reader)
    assert [second, first] == await world.ids(reader)
    assert [second, first] == await world.stored(reader)
    third = await world.post(wide)
    await world.arrives(wide, third)
    page = await world.page(reader, limit=1)
    assert [third] == [item.post.id for item in page.items]
    rest = await world.page(reader, token=page.next_page_token)
    assert [second, first] == [item.post.id for item in rest.items]


async def test_what_was_merged_is_not_merged_again(world: Any) -> None:
    """A second read writes nothing and reads the feed once; a deleted post does not come back.

    Others use the Redis that counts, too, but not all the time.
    """
    wide, friend, reader = await world.member(), await world.member(), await world.member()
    for author in (wide, friend):
        await world.connect(author, reader)
    await world.connect(wide, friend)
    await world.database.execute(KNOWN_SINCE_YESTERDAY, author=UUID(wide.id))
    for member in (wide, reader):
        assert [] == await world.ids(member)
    kept, gone = await world.post(wide), await world.post(wide)
    for post_id in (kept, gone):
        await world.arrives(wide, post_id)
    assert [gone, kept] == await world.ids(reader)
    seen: set[tuple[int, ...]] = set()
    for _ in range(20):
        before = await commands(world)
        assert [gone, kept] == await world.ids(reader)
        after = await commands(world)
        seen.add(tuple(after[name] - before[name] for name in ("zadd", "zrevrange")))
        if (0, 1) in seen:
            break
    assert (0, 1) in seen
    await world.posts.DeletePost(DeletePostRequest(post_id=gone), metadata=wide.metadata)
    for _ in range(2):
        assert [kept] == await world.ids(reader)
        assert [kept] == await world.stored(reader)


async def test_who_is_merged_is_weighed_anew_after_a_while(world: Any) -> None:
    """Somebody who posts seldom is written again, and an operator sees why."""
    seldom, one, two = await world.member(), await world.member(), await world.member()
    for reader in (one, two):
        await world.connect(seldom, reader)
        await world.ids(reader)
    await world.database.execute(KNOWN_SINCE_YESTERDAY, author=UUID(seldom.id))
    await world.database.execute(MEASURED_YESTERDAY, author=UUID(seldom.id))
    desk = Desk(world.feed.address, dict(world.admin)["x-admin-token"])
    told = [*operators.report(await operators.explain(desk, UUID(seldom.id), 1))][-1]
    assert told.startswith("own posts are merged into feeds when these are read since 2")
    post_id = await world.post(seldom)
    for reader in (one, two):
        await world.arrives(reader, post_id)
    found = (await operators.explain(desk, UUID(seldom.id), 1)).reach
    assert (feeds.FEED_SOURCE_FAN_OUT, False, 2, 1.0) == (
        found.by,
        found.HasField("merged_since"),
        found.measure.followers,
        found.measure.warm_share,
    )
    assert found.measure.writing.ToMicroseconds() < found.measure.merging.ToMicroseconds()


async def commands(world: Any) -> dict[str, int]:
    """How often Redis was asked to do things, also by scripts."""
    stats = await world.redis.info("commandstats")
    return {name.removeprefix("cmdstat_"): figures["calls"] for name, figures in stats.items()}
