"""Members keep posts for later."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.data import Statement, Transaction
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.testing import wait_for
from svc_feed.domain.bookmark import MOST_BOOKMARKS
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.tally import PostKey
from svc_feed.store.bookmarks import BookmarkRepository

PUBLIC, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_PRIVATE
ROWS = Statement("SELECT count(*) FROM bookmarks WHERE post_id = $1", ("post",), "rows")


async def kept(world: Any, member: Any, size: int = 0) -> list[str]:
    found, token = list[str](), ""
    while True:
        request = pb.ListBookmarksRequest(page_size=size, page_token=token)
        page = await world.posts.ListBookmarks(request, metadata=member.metadata)
        assert all(item.viewer.bookmarked for item in page.items)
        found += [item.post.id for item in page.items]
        token = page.next_page_token
        if not token:
            return found


async def keep(world: Any, member: Any, post_id: str) -> None:
    await world.posts.BookmarkPost(pb.BookmarkPostRequest(post_id=post_id), metadata=member.metadata)


async def test_a_kept_post_is_listed_while_it_may_be_seen(world: Any) -> None:
    """Those kept last first; each at its first place, every surface says so to who kept it alone."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    posts = [await world.post(ann, str(number), PUBLIC) for number in range(3)]
    for post_id in (*posts, posts[0]):
        await keep(world, bob, post_id)
    assert posts[::-1] == await kept(world, bob, 2)
    assert [] == await kept(world, ann)
    for member, marked in ((bob, True), (ann, False)):
        read = await world.posts.GetPost(pb.GetPostRequest(post_id=posts[0]), metadata=member.metadata)
        listed = await world.feeds.ListUserPosts(feeds.ListUserPostsRequest(user_id=ann.id), metadata=member.metadata)
        fed = (await world.page(member)).items
        said = {item.viewer.bookmarked for item in (read.item, *listed.items, *fed)}
        assert {marked} == said

    hide = pb.UpdatePostRequest(post=model.Post(id=posts[1], visibility=PRIVATE))
    await world.posts.UpdatePost(hide, metadata=ann.metadata)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=posts[2]), metadata=ann.metadata)
    assert posts[:1] == await kept(world, bob)
    for post_id in posts[:2] * 2:
        await world.posts.RemoveBookmark(pb.RemoveBookmarkRequest(post_id=post_id), metadata=bob.metadata)
    assert [] == await kept(world, bob)

    async def forgotten() -> bool:
        return 0 == await world.database.fetch_value(ROWS, post=UUID(posts[2]))

    await wait_for(forgotten, timeout=10)


async def test_as_many_posts_are_kept_as_may_be(world: Any) -> None:
    """One more is refused, and one that is kept already is none more."""
    ann = await world.member()
    first, more = await world.post(ann), await world.post(ann)
    await keep(world, ann, first)
    me, rows = UserId(UUID(ann.id)), BookmarkRepository()

    async def work(tx: Transaction) -> None:
        for _ in range(MOST_BOOKMARKS - 1):
            await rows.add(tx, PostKey(me, PostId(uuid7())), me, datetime.now(UTC))

    await world.database.transact(work)

    await keep(world, ann, first)
    with pytest.raises(Failure) as caught:
        await keep(world, ann, more)
    assert "TOO_MANY_BOOKMARKS" == caught.value.reason
