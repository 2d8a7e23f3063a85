"""The feed newest first, what is new in it, and the reasons that items give."""

from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.errors import InvalidArgument
from svc_feed.domain.item import POPULAR
from svc_feed.domain.scoring import DEFAULT, OFTEN

RECENT = feeds.FEED_ORDER_RECENT
LIFTED = 4
"""Comments that put a post above those of the same minute."""


async def read(world: Any, member: Any, limit: int = 100, token: str = "", offset: int = 0) -> Any:
    request = feeds.GetFeedRequest(limit=limit, page_token=token, offset=offset, order=RECENT)
    return await world.feeds.GetFeed(request, metadata=member.metadata)


async def count(world: Any, member: Any, since: float = 0.0) -> int:
    at = Timestamp()
    at.FromMilliseconds(round(since * 1_000))
    reply = await world.feeds.CountNewPosts(feeds.CountNewPostsRequest(since=at), metadata=member.metadata)
    return reply.count


async def comment(world: Any, member: Any, post_id: str) -> None:
    await world.posts.CreateComment(pb.CreateCommentRequest(post_id=post_id, content="!"), metadata=member.metadata)


def ids(page: Any) -> list[str]:
    return [item.post.id for item in page.items]


async def test_newest_first_is_by_time_alone(world: Any) -> None:
    """Cold and warm, whatever lifts a post in the other order; scores are times, and there is no ranking to name."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = [await world.post(ann, str(number)) for number in range(4)]
    for _ in range(LIFTED):
        await comment(world, ann, made[0])
    for _ in range(2):
        page = await read(world, bob)
        assert (made[::-1], "") == (ids(page), page.scoring_version)
        assert [item.post.created_at.ToMilliseconds() for item in page.items] == [
            round(item.score * 1_000) for item in page.items
        ]
    ranked = await world.page(bob)
    assert (made[0], DEFAULT.version) == (ranked.items[0].post.id, ranked.scoring_version)
    assert [made[2], made[1]] == ids(await read(world, bob, limit=2, offset=1))


async def test_pages_newest_first_neither_repeat_nor_skip(world: Any) -> None:
    """While posts arrive, others are lifted, the feed is built anew, and Redis loses everything."""
    ann, bob, cat = await world.member(), await world.member(), await world.member()
    await world.connect(ann, bob)
    await world.connect(cat, bob)
    made = [await world.post(ann, str(number)) for number in range(9)]
    seen: list[str] = []
    token = ""
    for number in range(3):
        page = await read(world, bob, 3, token)
        seen += ids(page)
        token = page.next_page_token
        await world.arrives(bob, await world.post(cat, f"newer {number}"))
        await comment(world, bob, made[number])
        await world.rebuild(bob)
        if number:
            await world.redis.flushdb()
    assert (made[::-1], "") == (seen, token)


async def test_a_token_of_one_order_is_none_of_the_other(world: Any) -> None:
    """PAGE_TOKEN_INVALID, both ways."""
    ann = await world.member()
    for _ in range(2):
        await world.post(ann)
    with pytest.raises(InvalidArgument) as caught:
        await world.page(ann, token=(await read(world, ann, 1)).next_page_token)
    assert caught.value.reason == "PAGE_TOKEN_INVALID"
    with pytest.raises(InvalidArgument) as caught:
        await read(world, ann, token=(await world.page(ann, 1)).next_page_token)
    assert caught.value.reason == "PAGE_TOKEN_INVALID"


async def test_new_posts_are_counted_as_they_would_be_shown(world: Any) -> None:
    """Those of others, since the moment, which may be seen now."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = [await world.post(ann, str(number)) for number in range(3)]
    assert await count(world, bob) == 3
    newest = (await read(world, bob)).items[1].score
    assert (1, 0) == (await count(world, bob, newest), await count(world, ann))
    await world.posts.UpdatePost(
        pb.UpdatePostRequest(post=model.Post(id=made[2], visibility=model.VISIBILITY_PRIVATE)), metadata=ann.metadata
    )
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=made[0]), metadata=ann.metadata)
    assert await count(world, bob) == 1
    added = await world.post(ann)
    await world.arrives(bob, added)
    assert (2, 1) == (await count(world, bob), await count(world, bob, newest))


async def test_an_item_says_why_it_is_there(world: Any) -> None:
    """A connection wrote or shared it, who reads often answers its author, many answered it."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    original = await world.post(bob, visibility=model.VISIBILITY_PUBLIC)
    share = (await world.posts.SharePost(pb.SharePostRequest(post_id=original), metadata=ann.metadata)).post.id
    made = [await world.post(ann, str(number)) for number in range(OFTEN)]
    for post_id in made:
        await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id), metadata=bob.metadata)
    for _ in range(POPULAR // 2):
        await comment(world, bob, made[0])
    often = [model.POST_CONTEXT_KIND_CONNECTION, model.POST_CONTEXT_KIND_OFTEN_ANSWERED]
    for _ in range(2):  # cold and warm
        found = {item.post.id: [context.kind for context in item.contexts] for item in (await world.page(bob)).items}
        assert [*often, model.POST_CONTEXT_KIND_POPULAR] == found[made[0]]
        assert often == found[made[1]]
        assert [often[0], model.POST_CONTEXT_KIND_CONNECTION_SHARED, often[1]] == found[share]
        assert [model.POST_CONTEXT_KIND_OWN] == found[original]


async def test_of_several_shares_of_one_post_one_is_shown(world: Any) -> None:
    """The best one, on whatever pages the others would be."""
    writer, reader, *sharers = [await world.member() for _ in range(5)]
    original = await world.post(writer, visibility=model.VISIBILITY_PUBLIC)
    for sharer in sharers:
        await world.connect(sharer, reader)
    other = await world.post(sharers[0])
    shares = [
        (await world.posts.SharePost(pb.SharePostRequest(post_id=original), metadata=sharer.metadata)).post.id
        for sharer in sharers
    ]
    for _ in range(2):  # cold and warm
        first = await world.page(reader, 1)
        second = await world.page(reader, 1, token=first.next_page_token)
        assert ([shares[-1]], [other], "") == (ids(first), ids(second), second.next_page_token)
        assert [shares[-1], other] == ids(await world.page(reader))


async def test_an_author_is_not_read_too_often_in_a_row(world: Any) -> None:
    """Where others are there: page by page the same order as at once, cold and warm."""
    ann, bob, reader = await world.member(), await world.member(), await world.member()
    await world.connect(ann, reader)
    await world.connect(bob, reader)
    older = [await world.post(bob, str(number)) for number in range(2)]
    newer = [await world.post(ann, str(number)) for number in range(4)]
    wanted = [newer[3], newer[2], older[1], older[0], newer[1], newer[0]]
    for _ in range(2):
        seen: list[str] = []
        token = ""
        for _ in wanted:
            page = await world.page(reader, 1, token=token)
            seen += ids(page)
            token = page.next_page_token
        assert (wanted, "") == (seen, token)
        assert wanted == await world.ids(reader)
