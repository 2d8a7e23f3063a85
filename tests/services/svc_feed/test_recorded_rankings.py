"""Requests of the feed that are recorded, and what operators do with them."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from guild.feed.v1 import feed_preference_service_pb2 as wishes
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_service_pb2 as pb
from guildctl import feed_replay
from mesh.clock import SystemClock
from mesh.ids import UserId, uuid7
from mesh.privacy import PersonalData
from mesh.testing import wait_for
from svc_feed.domain.recorded import RecordedRanking
from svc_feed.domain.scoring import SCORINGS
from svc_feed.store.personal import RULES
from svc_feed.store.recorded_rankings import RecordedRankings
from svc_feed.usecases.record_rankings import RecordRankings

REQUESTS = 1_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recording(new_world: Callable[..., Awaitable[Any]]) -> Any:
    """A feed service that records every first page."""
    return await new_world(recorded_rankings_share=1.0, recorded_rankings_per_hour=10 * REQUESTS)


def part_of(world: Any) -> RecordRankings:
    return next(part for part in world.feed.app.parts if isinstance(part, RecordRankings))


async def stored(world: Any, at_most: int = 10 * REQUESTS) -> list[RecordedRanking]:
    await asyncio.gather(*part_of(world).tasks)
    return [one async for one in RecordedRankings().newest(world.database, at_most)]


async def friends(world: Any, number: int, posts: int) -> list[Any]:
    """Members in a ring of connections, who posted and answered each other."""
    members = [await world.member() for _ in range(number)]
    for one, other in zip(members, [*members[1:], members[0]], strict=True):
        await world.connect(one, other)
    rand = random.Random(7)
    for post in range(posts):
        author = members[post % len(members)]  # each may write ten a minute
        post_id = await world.post(author, str(post))
        for reader in rand.sample(members, 2):
            reaction = world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id), metadata=reader.metadata)
            await asyncio.gather(reaction, return_exceptions=True)  # some may not see it
    return members


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def members(recording: Any) -> AsyncIterator[list[Any]]:
    yield await friends(recording, 4, 24)


async def test_what_is_recorded_is_what_was_given(recording: Any, members: list[Any]) -> None:
    """The order of the whole feed, read to its end; later pages and the order by time are not recorded."""
    reader = members[0]
    before = len(await stored(recording))
    page = await recording.page(reader, 7)
    given = [item.post.id for item in page.items]
    while page.next_page_token:
        page = await recording.page(reader, 7, token=page.next_page_token)
        given += [item.post.id for item in page.items]
    request = feeds.GetFeedRequest(order=feeds.FEED_ORDER_RECENT)
    await recording.feeds.GetFeed(request, metadata=reader.metadata)
    [recorded, *earlier] = await stored(recording)
    assert (before, reader.id) == (len(earlier), str(recorded.viewer_id))
    assert given == [str(entry.post_id) for entry in recorded.order]
    assert any(found.signals.likes and found.signals.affinity for found in recorded.candidates)


async def test_what_the_reader_said_and_saw_is_recorded(recording: Any, members: list[Any]) -> None:
    """The second pass went by it, for this request as for one that is not recorded; and so does a replay."""
    reader = members[1]
    page = await recording.page(reader)
    seen = [item.post.id for item in page.items[:3]]
    told = [feeds.Interaction(post_id=post, kind=feeds.INTERACTION_KIND_SEEN) for post in seen]
    request = feeds.RecordInteractionsRequest(interactions=told)
    await recording.feeds.RecordInteractions(request, metadata=reader.metadata)
    less = wishes.SetFeedPreferenceRequest(less_of_author_id=page.items[-1].author.id)
    await recording.preferences.SetFeedPreference(less, metadata=reader.metadata)

    given = await recording.ids(reader)
    [recorded, *_] = await stored(recording, 1)
    assert given == [str(entry.post_id) for entry in recorded.order]
    assert {*seen} == {*given[-3:]}
    passed = zip(recorded.candidates, recorded.passed, strict=True)
    assert {*seen} == {str(found.post_id) for found, one in passed if one.seen}
    assert any(one.see_less for one in recorded.passed)
    assert [] == [*feed_replay.unlike([recorded])]


@pytest.mark.timeout(120)
async def test_a_thousand_requests_come_out_alike(recording: Any, members: list[Any], tmp_path: Path) -> None:
    """From the database and from a file, which knows nobody; another ranking changes something, and it is told."""
    recorder = part_of(recording)
    while recorder._recorded < REQUESTS:
        await asyncio.gather(*(recording.page(member, 1) for member in members))
    found = await stored(recording, REQUESTS)
    assert REQUESTS == len(found)
    assert [] == [*feed_replay.unlike(found)]

    path = tmp_path / "requests"
    feed_replay.write(found, path)
    read = feed_replay.in_file(path, REQUESTS)
    assert REQUESTS == len(read)
    assert [] == [*feed_replay.unlike(read)]
    assert not any(member.id in path.read_text() for member in members)

    told = list[str]()
    one, two = (feed_replay.compare(each, SCORINGS["1"], 20, told.append) for each in (found, read))
    assert one == two
    assert REQUESTS == one.requests == one.unchanged + len(told) // 2
    assert 0.0 < one.tau < 1.0
    assert f"{REQUESTS:,} requests" in next(feed_replay.report(one))


async def test_nothing_is_recorded_unless_it_is_asked_for(world: Any) -> None:
    """By the defaults."""
    await world.page(await world.reader())
    assert [] == await stored(world)


async def test_no_more_than_so_many_an_hour(new_world: Callable[..., Awaitable[Any]]) -> None:
    """Who comes later reads the stored list, as ever."""
    world = await new_world(recorded_rankings_share=1.0, recorded_rankings_per_hour=2)
    reader = await world.reader()
    for _ in range(4):
        await world.page(reader)
        await asyncio.gather(*part_of(world).tasks)
    assert 2 == len(await stored(world))


async def test_an_erasure_takes_what_was_recorded(recording: Any) -> None:
    """Of who is erased nothing is left; before, it is theirs to have."""
    reader = await recording.reader()
    await recording.page(reader)
    await wait_for(lambda: recorded_of(recording, reader), timeout=10)
    data = PersonalData(recording.database, RULES, SystemClock(), [])
    await data.erase(UserId(UUID(reader.id)), uuid7())
    assert not await recorded_of(recording, reader)


async def recorded_of(world: Any, member: Any) -> bool:
    return any(str(one.viewer_id) == member.id for one in await stored(world, 50))
