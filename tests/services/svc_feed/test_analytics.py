"""What authors are told of their posts: counts by day, and of nobody in particular."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guild.feed.v1 import analytics_service_pb2 as pb
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from guild.graph.v1 import follow_pb2 as graph
from mesh.clock import SystemClock
from mesh.data import Transaction
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.testing import wait_for
from svc_feed.domain.analytics import FollowerChange, midnight
from svc_feed.domain.audience import FEWEST
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.tally import PostKey
from svc_feed.store.analytics import AnalyticsRepository
from svc_feed.store.follower_days import FollowerDayRepository
from svc_feed.usecases.count_followers import CountFollowers
from svc_feed.usecases.count_views import CountViews


async def of_post(world: Any, member: Any, post_id: str) -> Any:
    request = pb.GetPostAnalyticsRequest(post_id=post_id)
    return await world.analytics.GetPostAnalytics(request, metadata=member.metadata)


async def of_author(world: Any, member: Any) -> Any:
    return await world.analytics.GetAuthorAnalytics(pb.GetAuthorAnalyticsRequest(days=7), metadata=member.metadata)


def views(world: Any) -> CountViews:
    return next(part for part in world.feed.app.parts if isinstance(part, CountViews))


async def look(world: Any, member: Any, *post_ids: str) -> None:
    told = [feeds.Interaction(post_id=one, kind=feeds.INTERACTION_KIND_SEEN) for one in post_ids]
    await world.feeds.RecordInteractions(feeds.RecordInteractionsRequest(interactions=told), metadata=member.metadata)


async def test_authors_are_told_how_many_saw_a_post(world: Any) -> None:
    """Each member once, however often it is told; the author not at all, and nothing of fewer than five."""
    ann = await world.member()
    first, second = [await world.post(ann, text, model.VISIBILITY_PUBLIC) for text in ("first", "second")]
    readers = [await world.member() for _ in range(FEWEST)]
    await look(world, ann, first, second)
    for reader in readers[1:]:
        for _ in range(2):
            await look(world, reader, first)
    await look(world, readers[1], second)
    await views(world).store()
    found = await of_post(world, ann, first)
    assert not found.total.HasField("views")
    assert not found.days
    await look(world, readers[0], first)
    await views(world).store()
    found = await of_post(world, ann, first)
    assert (FEWEST, FEWEST) == (found.total.views, found.total.unique_viewers)
    today = datetime.now(UTC).date()
    [day] = found.days
    assert (today.year, today.month, today.day) == (day.day.year, day.day.month, day.day.day)
    assert found.total == day.counts
    assert not (await of_post(world, ann, second)).total.HasField("views")
    of_all = (await of_author(world, ann)).total
    assert (FEWEST + 1, FEWEST) == (of_all.views, of_all.unique_viewers)


async def test_answers_are_counted_where_they_stand(world: Any) -> None:
    """Reactions, comments and shares, of one post and of all, as long as they stand."""
    ann, bob = await world.member(), await world.member()
    post = await world.post(ann, "x", model.VISIBILITY_PUBLIC)
    await world.posts.ReactToPost(posts.ReactToPostRequest(post_id=post), metadata=bob.metadata)
    await world.posts.CreateComment(posts.CreateCommentRequest(post_id=post, content="y"), metadata=bob.metadata)
    await world.posts.SharePost(posts.SharePostRequest(post_id=post), metadata=bob.metadata)
    for total in ((await of_post(world, ann, post)).total, (await of_author(world, ann)).total):
        assert (1, 1, 1) == (total.reactions, total.comments, total.shares)
    await world.posts.UnreactToPost(posts.UnreactToPostRequest(post_id=post), metadata=bob.metadata)
    assert 0 == (await of_post(world, ann, post)).total.reactions
    assert 0 == len((await of_author(world, bob)).days)


async def test_nobody_else_is_told(world: Any) -> None:
    """Who may see the post hears that it is not theirs, others that it is not there."""
    ann, bob = await world.member(), await world.member()
    for visibility, reason in (
        (model.VISIBILITY_PUBLIC, "NOT_THE_AUTHOR"),
        (model.VISIBILITY_PRIVATE, "POST_NOT_FOUND"),
    ):
        post = await world.post(ann, "x", visibility)
        with pytest.raises(Failure) as caught:
            await of_post(world, bob, post)
        assert reason == caught.value.reason


async def test_views_of_several_processes_add_up(world: Any) -> None:
    """Those who store the same day at the same moment lose nothing of each other."""
    author, post = UserId(uuid7()), PostId(uuid7())
    counting = [CountViews(world.database, AnalyticsRepository(), SystemClock()) for _ in range(4)]
    for one in counting:
        for _ in range(25):
            one.note(UserId(uuid7()), [PostKey(author, post)])
    await asyncio.gather(*(one.store() for one in counting))
    since = datetime(2020, 1, 1, tzinfo=UTC)
    [seen] = (await AnalyticsRepository().views(world.database, author, post, since)).values()
    assert 100 == seen.times


async def test_authors_are_told_how_followers_come_and_go(world: Any) -> None:
    """By day, of the author alone."""
    ann, bob, cyd = [await world.member() for _ in range(3)]

    async def told(gained: int, lost: int) -> None:
        async def there() -> bool:
            return [(gained, lost)] == [(day.gained, day.lost) for day in (await of_author(world, ann)).follower_days]

        await wait_for(there, timeout=10)

    for who in (bob, cyd):
        await world.graph.FollowUser(graph.FollowUserRequest(user_id=ann.id), metadata=who.metadata)
    await told(2, 0)
    await world.graph.UnfollowUser(graph.UnfollowUserRequest(user_id=ann.id), metadata=bob.metadata)
    await told(2, 1)
    today, [day] = datetime.now(UTC).date(), (await of_author(world, ann)).follower_days
    assert (today.year, today.month, today.day) == (day.day.year, day.day.month, day.day.day)
    assert not (await of_author(world, bob)).follower_days


async def test_a_follower_is_counted_once_on_the_day_they_came(world: Any) -> None:
    """However often the event is delivered, at once or after a try that died; the day is that of the change."""
    author, event_id, today = UserId(uuid7()), uuid7(), midnight(datetime.now(UTC))
    days, before = FollowerDayRepository(), today - timedelta(seconds=1)

    class Dies(FollowerDayRepository):
        def add(self, tx: Transaction, author: UserId, day: datetime, more: FollowerChange) -> None:
            super().add(tx, author, day, more)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await CountFollowers(world.database, Dies())(event_id, author, before, FollowerChange(gained=1))
    count = CountFollowers(world.database, days)
    await asyncio.gather(*(count(event_id, author, before, FollowerChange(gained=1)) for _ in range(4)))
    await asyncio.gather(*(count(uuid7(), author, today, FollowerChange(lost=1)) for _ in range(4)))
    yesterday = today - timedelta(days=1)
    expected = {yesterday.date(): FollowerChange(1, 0), today.date(): FollowerChange(0, 4)}
    assert expected == await days.days(world.database, author, yesterday)
    assert [today.date()] == [*await days.days(world.database, author, today)]
