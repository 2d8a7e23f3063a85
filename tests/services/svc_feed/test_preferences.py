"""What members want to see less of, or not at all: stated, honoured with the next read, taken back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from guild.feed.v1 import feed_preference_service_pb2 as pb
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from mesh.data import Statement
from mesh.errors import Failure
from mesh.ids import uuid7
from svc_feed.domain.ids import UserId
from svc_feed.domain.preference import MOST_PREFERENCES
from svc_feed.store.wish_cache import wish_key

PUBLIC = model.VISIBILITY_PUBLIC
HIDE, SNOOZE = pb.FEED_PREFERENCE_EFFECT_HIDE, pb.FEED_PREFERENCE_EFFECT_SNOOZE
RECENT = feeds.FEED_ORDER_RECENT
FILL = Statement(
    "INSERT INTO feed_preferences (user_id, id, effect, subject, name, created_at)"
    " SELECT $1, gen_random_uuid(), 'see_less', 'topic', 't' || n, now() FROM generate_series(1, $2::int) n",
    ("me", "count"),
    "fill",
)
END_ALL = Statement(
    "UPDATE feed_preferences SET expires_at = now() - interval '1 second' WHERE user_id = $1", ("me",), "end"
)


async def state(world: Any, member: Any, **wish: Any) -> Any:
    request = pb.SetFeedPreferenceRequest(**wish)
    return (await world.preferences.SetFeedPreference(request, metadata=member.metadata)).preference


async def remove(world: Any, member: Any, preference: Any) -> None:
    request = pb.RemoveFeedPreferenceRequest(preference_id=preference.id)
    await world.preferences.RemoveFeedPreference(request, metadata=member.metadata)


async def listed(world: Any, member: Any, *effects: int, size: int = 0) -> list[Any]:
    found, token = list[Any](), ""
    while True:
        request = pb.ListFeedPreferencesRequest(effect=effects, page_size=size, page_token=token)
        page = await world.preferences.ListFeedPreferences(request, metadata=member.metadata)
        found += page.preferences
        token = page.next_page_token
        if not token:
            return found


async def recent(world: Any, member: Any) -> list[str]:
    page = await world.feeds.GetFeed(feeds.GetFeedRequest(limit=100, order=RECENT), metadata=member.metadata)
    return [item.post.id for item in page.items]


async def new(world: Any, member: Any) -> int:
    request = feeds.CountNewPostsRequest(since=Timestamp(seconds=1))
    return (await world.feeds.CountNewPosts(request, metadata=member.metadata)).count


async def refusal(call: Any) -> str:
    with pytest.raises(Failure) as caught:
        await call
    return caught.value.reason


async def test_a_hidden_post_is_gone_at_once(world: Any) -> None:
    """In each order, from what is new, with its shares, on a later page as well; and back when it is taken back."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    first, second, third = [await world.post(ann, str(n), PUBLIC) for n in range(3)]
    share = (await world.posts.SharePost(posts.SharePostRequest(post_id=first), metadata=ann.metadata)).post.id
    page = await world.page(bob, 1)
    assert [share] == [item.post.id for item in page.items]
    hidden = await state(world, bob, hidden_post_id=first)
    assert (hidden.effect, hidden.post_id) == (HIDE, first)
    following = await world.page(bob, 5, token=page.next_page_token)
    assert [third, second] == [item.post.id for item in following.items]
    assert [third, second] == await world.ids(bob) == await recent(world, bob)
    assert 2 == await new(world, bob)
    await remove(world, bob, hidden)
    assert {share, first, second, third} == {*await world.ids(bob), *await recent(world, bob)}
    assert 4 == await new(world, bob)


async def test_a_snoozed_author_is_silent_for_a_month(world: Any) -> None:
    """It is begun anew when it is stated again, and over when it ends."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post, own = await world.post(ann), await world.post(bob)
    assert {post, own} == {*await world.ids(bob)}
    first = await state(world, bob, snoozed_author_id=ann.id)
    again = await state(world, bob, snoozed_author_id=ann.id)
    assert (SNOOZE, first.id, first.created_at) == (again.effect, again.id, again.created_at)
    left = again.expires_at.ToDatetime(UTC) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)
    assert again.expires_at.ToNanoseconds() > first.expires_at.ToNanoseconds()
    assert [own] == await world.ids(bob) == await recent(world, bob)
    await world.database.execute(END_ALL, me=bob.id)
    await world.redis.delete("feed:" + wish_key(UserId(bob.id)))
    assert {post, own} == {*await world.ids(bob)}
    assert [] == await listed(world, bob)


@pytest.mark.parametrize("subject", ["less_of_author_id", "less_of_topic", "less_of_kind"])
async def test_who_wants_less_sees_it_later(world: Any, subject: str) -> None:
    """Behind older posts in the ranked order, where it was in the order by time; operators are told why."""
    ann, bob, cat = [await world.member() for _ in range(3)]
    await world.connect(ann, cat)
    await world.connect(bob, cat)
    topic = f"t{uuid7().hex}"
    other = await world.post(bob, "x", PUBLIC)
    post = await world.post(ann, f"#{topic}", PUBLIC, kind=model.POST_KIND_ARTICLE, title="About")
    assert [post, other] == await world.ids(cat)
    wish = {"less_of_author_id": ann.id, "less_of_topic": topic.upper(), "less_of_kind": model.POST_KIND_ARTICLE}
    stated = await state(world, cat, **{subject: wish[subject]})
    assert [other, post] == await world.ids(cat)
    assert [post, other] == await recent(world, cat)
    request = feeds.ExplainFeedRequest(user_id=cat.id)
    told = (await world.feeds.ExplainFeed(request, metadata=world.admin)).items
    assert {post: True, other: False} == {
        item.post_id: any(term.name == "see_less" and term.contribution < 0 for term in item.terms) for item in told
    }
    await remove(world, cat, stated)
    assert [post, other] == await world.ids(cat)


async def test_preferences_are_listed(world: Any) -> None:
    """Those stated last first, page by page, by what they do; nobody else's; taking one back twice changes nothing."""
    ann, bob = await world.member(), await world.member()
    post = await world.post(ann, "x", PUBLIC)
    made = [
        await state(world, bob, less_of_topic="#Go"),
        await state(world, bob, less_of_kind=model.POST_KIND_POST),
        await state(world, bob, less_of_author_id=ann.id),
        await state(world, bob, snoozed_author_id=ann.id),
        await state(world, bob, hidden_post_id=post),
    ]
    assert made[::-1] == await listed(world, bob) == await listed(world, bob, size=2)
    assert [made[4], made[3]] == await listed(world, bob, HIDE, SNOOZE)
    assert [] == await listed(world, ann)
    assert ("go", model.POST_KIND_POST, ann.id) == (made[0].topic, made[1].kind, made[2].author_id)
    await remove(world, ann, made[4])
    for _ in range(2):
        await remove(world, bob, made[0])
    assert made[:0:-1] == await listed(world, bob)


async def test_what_nobody_may_want(world: Any) -> None:
    """Somebody who is not there, oneself, a post that may not be seen, no topic, and more than is kept."""
    ann, bob = await world.member(), await world.member()
    private = await world.post(ann, "x", model.VISIBILITY_PRIVATE)
    assert "USER_NOT_FOUND" == await refusal(state(world, bob, snoozed_author_id=str(uuid7())))
    assert "INVALID_ARGUMENT" == await refusal(state(world, bob, less_of_author_id=bob.id))
    assert "POST_NOT_FOUND" == await refusal(state(world, bob, hidden_post_id=private))
    assert "TOPIC_INVALID" == await refusal(state(world, bob, less_of_topic="?"))
    await world.database.execute(FILL, me=bob.id, count=MOST_PREFERENCES)
    assert "TOO_MANY_FEED_PREFERENCES" == await refusal(state(world, bob, less_of_topic="one_more"))
    assert await state(world, bob, less_of_topic="t1")


async def test_a_hot_read_asks_no_database_for_them(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wanted comes with the feed; it is read once, and again after a change."""
    ann = await world.reader(1)
    asked: list[str] = []
    run = world.database.run

    async def counted(read: Any, statement: Any, parameters: Any) -> Any:
        if "feed_preferences" in statement.name:
            asked.append(statement.name)
        return await run(read, statement, parameters)

    monkeypatch.setattr(world.database, "run", counted)
    for _ in range(3):
        await world.page(ann)
    await state(world, ann, less_of_topic="go")
    for _ in range(3):
        await world.page(ann)
    assert 2 == len(asked)


async def test_changes_and_reads_at_once(world: Any) -> None:
    """However reads fall between changes, the next read after a change goes by it."""
    ann = await world.reader(1)
    [post] = await world.ids(ann)
    for _ in range(5):
        reads = [asyncio.create_task(world.ids(ann)) for _ in range(4)]
        hidden = await state(world, ann, hidden_post_id=post)
        assert [] == await world.ids(ann)
        await remove(world, ann, hidden)
        assert [post] == await world.ids(ann)
        await asyncio.gather(*reads)
