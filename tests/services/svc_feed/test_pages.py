"""Pages of everything: bounded in bytes, never empty before the end, and steady while others write."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.data import PAGE_BYTES, Statement
from mesh.testing import TestIdentity

HEAVIEST = "𠮷" * 120_000  # the longest article there may be: 480,000 bytes
FROM_BEFORE = Statement("UPDATE posts SET excerpt = NULL", (), "from before")
REACTIONS = model.Reaction.values()[1:]


async def pages_of(read: Callable[[str], Awaitable[Any]]) -> list[Any]:
    pages = [await read("")]
    while pages[-1].next_page_token:
        pages.append(await read(pages[-1].next_page_token))
        assert len(pages) < 50
    return pages


async def publish(world: Any, member: Any, content: str = "x", **fields: Any) -> str:
    request = pb.CreatePostRequest(content=content, visibility=model.VISIBILITY_PUBLIC, **fields)
    return (await world.posts.CreatePost(request, metadata=member.metadata)).post.id


async def test_pages_of_the_longest_articles_can_be_read(staged: Any, people: Any, identity: TestIdentity) -> None:
    """Nine of 480 KB come in pages a reply has room for, each once, in the feed and on their author's page.

    Those from before there were excerpts are listed whole.
    """
    author, reader = identity.sign_in(), identity.sign_in()
    people.owner = str(author.user_id)
    article = {"kind": model.POST_KIND_ARTICLE, "title": "Long"}
    made = [await publish(staged, author, HEAVIEST, **article) for _ in range(9)]
    await staged.database.execute(FROM_BEFORE)

    async def feed(token: str) -> Any:
        return await staged.feeds.GetFeed(feeds.GetFeedRequest(page_token=token), metadata=reader.metadata)

    async def of_member(token: str) -> Any:
        request = feeds.ListUserPostsRequest(user_id=people.owner, page_token=token)
        return await staged.feeds.ListUserPosts(request, metadata=reader.metadata)

    async def warm(token: str) -> Any:
        return await feed(token)

    for read in (feed, warm, of_member):
        pages = await pages_of(read)
        assert made[::-1] == [item.post.id for page in pages for item in page.items]
        assert [True] * len(pages) == [page.ByteSize() < PAGE_BYTES + 10_000 for page in pages]
        assert len(pages) == 3


async def test_streams_of_the_longest_articles_come_in_small_batches(
    staged: Any, people: Any, identity: TestIdentity
) -> None:
    """No message of the stream is longer than a page."""
    author = identity.sign_in()
    for _ in range(6):
        await publish(staged, author, HEAVIEST, kind=model.POST_KIND_ARTICLE, title="Long")
    service = identity.service_metadata("jobs", "feed")
    sizes = [batch.ByteSize() async for batch in staged.posts.StreamPosts(pb.StreamPostsRequest(), metadata=service)]
    assert max(sizes) < PAGE_BYTES + 10_000
    assert len(sizes) > 1


async def test_a_page_is_not_empty_while_there_is_more(
    staged: Any, people: Any, identity: TestIdentity, reads: list[str]
) -> None:
    """Many posts in a row that may not be shown are read over, in a cold feed and in a warm one, in few statements."""
    owner, reader = identity.sign_in(), identity.sign_in()
    people.owner = str(owner.user_id)
    visible = [await publish(staged, owner, str(number)) for number in range(2)]
    for _ in range(5):
        hidden = identity.sign_in()
        people.connections.append(str(hidden.user_id))
        for number in range(8):
            await publish(staged, hidden, str(number))
        people.hidden.add(str(hidden.user_id))

    async def read(token: str) -> Any:
        reads.clear()
        return await staged.feeds.GetFeed(feeds.GetFeedRequest(limit=1, page_token=token), metadata=reader.metadata)

    for _ in range(2):
        pages = await pages_of(read)
        assert [[visible[1]], [visible[0]]] == [[item.post.id for item in page.items] for page in pages]
    statements: list[int] = []  # what the service does by itself is among them, but not each time
    while len(statements) < 10 and not any(count <= 5 for count in statements):
        await read("")
        statements.append(len(reads))
    assert min(statements) <= 5
    people.connections.clear()


@pytest.mark.parametrize("seed", range(3))
async def test_reactions_that_change_keep_their_place(
    staged: Any, people: Any, identity: TestIdentity, seed: int
) -> None:
    """Whoever reads the list page by page, while members change how they reacted, sees each of them once."""
    rand = random.Random(seed)
    owner, members = identity.sign_in(), [identity.sign_in() for _ in range(10)]
    people.owner = str(owner.user_id)
    post_id = await publish(staged, owner)

    async def react(member: Any) -> None:
        request = pb.ReactToPostRequest(post_id=post_id, reaction=rand.choice(REACTIONS))
        await staged.posts.ReactToPost(request, metadata=member.metadata)

    async def read(token: str) -> Any:
        request = pb.ListReactionsRequest(post_id=post_id, page_size=rand.randint(1, 4), page_token=token)
        page = await staged.posts.ListReactions(request, metadata=owner.metadata)
        for member in rand.sample(members, 4):
            await react(member)
        return page

    for member in members:
        await react(member)
    pages = await pages_of(read)
    assert [str(member.user_id) for member in reversed(members)] == [
        reaction.user.id for page in pages for reaction in page.reactions
    ]
    assert {len(members)} == {page.total_size for page in pages}
