"""What members may see is kept, and what they may not see any more is gone with the next read."""

from typing import Any

import pytest

from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from guild.graph.v1 import connection_service_pb2 as graph
from mesh.errors import Failure

CONNECTIONS = model.VISIBILITY_CONNECTIONS


async def test_a_warm_feed_asks_nobody(world: Any) -> None:
    """While the profile service cannot be reached, what it said last holds; it says so in Redis."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post_id = await world.post(bob, visibility=CONNECTIONS)
    await world.page(ann)
    async with world.line.cut():
        page = await world.page(ann)

    assert ([post_id], []) == ([item.post.id for item in page.items], list(page.quality.missing_sources))


@pytest.mark.parametrize("end", ["RemoveConnection", "BlockUser"])
@pytest.mark.parametrize("who", ["author", "reader"])
async def test_what_ended_is_gone_with_the_next_read(world: Any, end: str, who: str) -> None:
    """Whoever ended it: from the feed, from the post's own page, and for comments, reactions and shares."""
    reader, author = await world.member(), await world.member()
    await world.connect(reader, author)
    post_id = await world.post(author, visibility=CONNECTIONS)
    reads = (
        lambda: world.posts.GetPost(posts.GetPostRequest(post_id=post_id), metadata=reader.metadata),
        lambda: world.posts.ListComments(posts.ListCommentsRequest(post_id=post_id), metadata=reader.metadata),
        lambda: world.posts.ReactToPost(posts.ReactToPostRequest(post_id=post_id), metadata=reader.metadata),
    )
    seen = await world.ids(reader)
    for read in reads:
        await read()
    me, other = (author, reader) if who == "author" else (reader, author)
    request = getattr(graph, f"{end}Request")(user_id=other.id)
    await getattr(world.graph, end)(request, metadata=me.metadata)

    assert ([post_id], []) == (seen, await world.ids(reader))
    for read in reads:
        with pytest.raises(Failure) as caught:
            await read()
        assert "POST_NOT_FOUND" == caught.value.reason


async def test_what_begins_is_there_with_the_next_read(world: Any) -> None:
    """A verdict that says no is kept no longer than one that says yes."""
    reader, author = await world.member(), await world.member()
    post_id = await world.post(author, visibility=CONNECTIONS)

    async def read() -> Any:
        return await world.posts.GetPost(posts.GetPostRequest(post_id=post_id), metadata=reader.metadata)

    for _ in range(2):
        with pytest.raises(Failure):
            await read()
    await world.connect(reader, author)

    assert post_id == (await read()).item.post.id
