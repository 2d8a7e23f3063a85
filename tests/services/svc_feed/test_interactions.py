"""What members see, pass over and hide, and what the next read of their feed makes of it."""

from typing import Any
from uuid import UUID

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from mesh.data import Statement
from mesh.ids import uuid7
from mesh.testing import wait_for
from svc_feed.domain.history import PATIENCE
from svc_feed.domain.ids import UserId
from svc_feed.store.history_cache import history_key

PUBLIC, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_PRIVATE
SEEN, DWELL = feeds.INTERACTION_KIND_SEEN, feeds.INTERACTION_KIND_DWELL
CLICK, HIDE = feeds.INTERACTION_KIND_CLICK, feeds.INTERACTION_KIND_HIDE
LIKED = Statement("UPDATE posts SET like_count = $3 WHERE author_id = $1 AND id = $2", ("author", "post", "n"), "liked")


async def tell(world: Any, member: Any, kind: int, *post_ids: str, seconds: int = 0) -> int:
    told = [feeds.Interaction(post_id=post_id, kind=kind, dwell_ms=seconds * 1_000) for post_id in post_ids]
    request = feeds.RecordInteractionsRequest(interactions=told)
    return (await world.feeds.RecordInteractions(request, metadata=member.metadata)).recorded_count


async def terms(world: Any, member: Any, name: str) -> dict[str, float]:
    """What each post gains or loses by a term."""
    request = feeds.ExplainFeedRequest(user_id=member.id, limit=100)
    items = (await world.feeds.ExplainFeed(request, metadata=world.admin)).items
    return {item.post_id: term.contribution for item in items for term in item.terms if term.name == name}


async def test_what_was_seen_comes_behind_what_was_not(world: Any) -> None:
    """In the ranked order, on each device; it is said to operators, and the order by time knows nothing of it."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = [await world.post(ann, str(number)) for number in range(4)]
    assert made[::-1] == await world.ids(bob)
    for _ in range(2):
        assert 2 == await tell(world, bob, SEEN, made[3], made[2])
    assert [made[1], made[0], made[3], made[2]] == await world.ids(bob)
    recent = feeds.GetFeedRequest(order=feeds.FEED_ORDER_RECENT)
    page = await world.feeds.GetFeed(recent, metadata=bob.metadata)
    assert made[::-1] == [item.post.id for item in page.items]
    told = await world.feeds.ExplainFeed(feeds.ExplainFeedRequest(user_id=bob.id), metadata=world.admin)
    assert {made[2], made[3]} == {item.post_id for item in told.items if item.seen}
    newest = await world.post(ann)

    async def arrived() -> bool:
        return newest in await world.stored(bob)

    await wait_for(arrived)
    assert [newest, made[1], made[0], made[3], made[2]] == await world.ids(bob)


async def test_pages_stand_while_they_are_seen(world: Any) -> None:
    """A token goes on where it was, however much is told of the pages before, and gives the same when asked again."""
    ann = await world.reader(9)
    expected = await world.ids(ann)
    read, token = list[str](), ""
    while True:
        page = await world.page(ann, 2, token=token)
        found = [item.post.id for item in page.items]
        await tell(world, ann, SEEN, *found)
        again = await world.page(ann, 2, token=token) if token else page
        assert found == [item.post.id for item in again.items]
        read += found
        token = page.next_page_token
        if not token:
            break
    assert expected == read == await world.ids(ann)


async def test_news_bring_a_post_back(world: Any) -> None:
    """Once many more have answered it than when it was seen."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    old, new = [await world.post(ann, text) for text in ("old", "new")]
    await world.ids(bob)
    await tell(world, bob, SEEN, old)
    for likes, order in ((20, [new, old]), (400, [old, new])):
        await world.database.execute(LIKED, author=UUID(ann.id), post=UUID(old), n=likes)
        await world.rebuild(bob)
        assert order == await world.ids(bob)


async def test_who_is_passed_over_sinks(world: Any) -> None:
    """After a few posts in a row, until something comes of one; nobody tires of themselves."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = [await world.post(ann, str(number)) for number in range(PATIENCE + 2)]
    own = [await world.post(bob, str(number)) for number in range(PATIENCE + 2)]
    await tell(world, bob, SEEN, *made, *own)
    newest = await world.post(ann, "once more")
    await world.rebuild(bob)
    lost = await terms(world, bob, "fatigue")
    assert {*made, newest} == {*lost}
    assert all(loss < -3_600.0 for loss in lost.values())
    await tell(world, bob, DWELL, newest, seconds=1)
    assert await terms(world, bob, "fatigue")
    await tell(world, bob, DWELL, newest, seconds=30)
    assert {} == await terms(world, bob, "fatigue")
    await tell(world, bob, CLICK, made[0])
    assert {} == await terms(world, bob, "fatigue")


async def test_hiding_is_a_preference(world: Any) -> None:
    """It is gone with the next read; what the caller may not see, or nobody wrote, is not taken in."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post, other, private = await world.post(ann), await world.post(ann), await world.post(ann, "x", PRIVATE)
    for _ in range(2):
        assert 1 == await tell(world, bob, HIDE, post, private, str(uuid7()))
    assert [other] == await world.ids(bob)


async def test_answering_is_not_passing_over(world: Any) -> None:
    """Who reacted to a post they saw has not passed its author over."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = [await world.post(ann, str(number)) for number in range(PATIENCE + 3)]
    await world.ids(bob)
    request = posts.ReactToPostRequest(post_id=made[-1])
    await world.posts.ReactToPost(request, metadata=bob.metadata)
    await tell(world, bob, SEEN, *made)
    assert {} == await terms(world, bob, "fatigue")


async def test_what_was_seen_is_forgotten_with_its_member(world: Any) -> None:
    """One hash and two filters for each member, in Redis alone; without them all is new again."""
    ann = await world.reader(3)
    expected = await world.ids(ann)
    await tell(world, ann, SEEN, expected[0])
    key = "feed:" + history_key(UserId(UUID(ann.id)))
    assert 3 == await world.redis.exists(key, f"{key}:1", f"{key}:2")
    assert [*expected[1:], expected[0]] == await world.ids(ann)
    await world.redis.delete(key, f"{key}:1", f"{key}:2")
    assert expected == await world.ids(ann)
