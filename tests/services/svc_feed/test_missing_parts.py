"""A feed that lacks a part of itself: it is shown, in its order, and says what is missing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from guild.common.v1 import answer_quality_pb2 as quality
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.feed.v1 import promotion_service_pb2 as ads
from guild.feed.v1 import topic_service_pb2 as topics
from mesh.cache import CacheUnavailable, HotCache
from mesh.data import Statement
from mesh.errors import DeadlineExceeded, Unavailable
from mesh.generations import Generations
from mesh.generations.memory import Memory
from mesh.ids import uuid7
from mesh.objects import Objects, ObjectsUnavailable
from mesh.testing import wait_for
from svc_feed.peers.audience import Audiences
from svc_feed.peers.authors import Authors
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.impressions import ImpressionRepository
from svc_feed.store.media import MediaRepository
from svc_feed.store.preferences import PreferenceRepository
from svc_feed.store.ranking import RankingRepository
from svc_feed.store.recorded_rankings import RecordedRankings
from svc_feed.store.wish_cache import WishCache
from svc_feed.usecases.promote import Promote
from svc_feed.usecases.record_rankings import RecordRankings
from svc_feed.usecases.second_pass import SecondPass
from svc_feed.usecases.show_posts import ShowPosts
from tests.services.svc_feed.campaigns import launch
from tests.services.svc_feed.test_media import MP4, Shelf

AWAY, LATE, NO_CACHE = Unavailable("away"), DeadlineExceeded("too late"), CacheUnavailable("away")
COLD, WARM = ("cold",), ("warm",)
OF_OTHERS = "topic connection share medium"
FORGET_IMPRESSIONS = Statement("DELETE FROM impressions", (), "forget impressions")


class Part(NamedTuple):
    """Where a read may fail and how, what the answer says then, and which posts are not there; `when` it is asked."""

    where: Any
    name: str
    error: Exception
    missing: str = ""
    lost: str = ""
    when: tuple[str, ...] = ("cold", "warm")


PARTS = {
    "the stored feed": Part(FeedCache, "read", NO_CACHE, "cache", when=WARM),
    "the place of a build": Part(FeedCache, "begin", NO_CACHE, when=COLD),
    "storing a feed": Part(FeedCache, "finish", NO_CACHE, when=COLD),
    "posts of wide authors": Part(FeedCache, "recent", NO_CACHE, "cache", when=WARM),
    "forgetting what is gone": Part(FeedCache, "forget", NO_CACHE, when=WARM),
    "generations of verdicts": Part(Generations, "open", NO_CACHE),
    "names": Part(Authors, "_fetch", AWAY, "profile"),
    "names in time": Part(Authors, "_fetch", LATE, "profile"),
    "what is shared": Part(ShowPosts, "_originals", AWAY, "profile"),
    "addresses of media": Part(Objects, "addresses", ObjectsUnavailable("away"), "media"),
    "which media there are": Part(MediaRepository, "ready", AWAY, "media"),
    "topics": Part(RankingRepository, "of_topics", AWAY, "topics", "topic", COLD),
    "posts of topics in time": Part(RankingRepository, "candidates_among", LATE, "topics", "topic", COLD),
    "what the reader wants": Part(PreferenceRepository, "held", AWAY, "preferences", when=COLD),
    "what is kept of that": Part(WishCache, "begin", NO_CACHE, when=COLD),
    "terms of the second pass": Part(SecondPass, "__call__", LATE, "preferences"),
    "an auction": Part(Promote, "_find", AWAY),
    "an impression": Part(ImpressionRepository, "serve", AWAY),
    "who campaigns are aimed at": Part(Audiences, "mine", LATE),
    "a recorded ranking": Part(RecordedRankings, "add", AWAY, when=COLD),
    "verdicts": Part(Graph, "_ask", AWAY, "profile", OF_OTHERS),
    "verdicts in time": Part(Graph, "_ask", LATE, "profile", OF_OTHERS),
    "the graph": Part(Graph, "followed", AWAY, "profile", "connection share medium", COLD),
}


class Scene(NamedTuple):
    """A reader, and the posts of their feed by what brings them there, newest first."""

    world: Any
    reader: Any
    posts: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(new_world: Callable[..., Awaitable[Any]]) -> Scene:
    """A feed with all that one may have: everything is recorded, a campaign runs."""
    world = await new_world(recorded_rankings_share=1.0, recorded_rankings_per_hour=10_000, fan_out_threshold=0)
    reader, friend, stranger, advertiser = [await world.member() for _ in range(4)]
    await world.connect(reader, friend)
    topic = f"t{uuid7().hex}"
    await world.topics.FollowTopic(topics.FollowTopicRequest(topic=topic), metadata=reader.metadata)
    shelf = Shelf(world, Objects(world.config.objects))
    medium = await shelf.uploaded(friend, MP4, "video/mp4")
    public = {"visibility": model.VISIBILITY_PUBLIC}
    original = await world.post(stranger, **public)
    share = pb.SharePostRequest(post_id=original)
    posts = {
        "connection": await world.post(friend),
        "topic": await world.post(stranger, f"#{topic}", **public),
        "share": (await world.posts.SharePost(share, metadata=friend.metadata)).post.id,
        "medium": await shelf.post(friend, medium.id),
        "own": await world.post(reader),
    }
    await launch(world, advertiser, targeting=ads.Targeting(headline_words=["captain"]))
    await launch(world, advertiser)
    return Scene(world, reader, dict(reversed(posts.items())))


@pytest.mark.parametrize("state", ["cold", "warm"])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
async def test_a_feed_without_a_part_of_it(
    scene: Scene, part: Part, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Never fails, and is whole again as soon as the part is there."""
    if state not in part.when:
        return
    world, reader = scene.world, scene.reader
    await begin(scene, monkeypatch, state, gone=part.name == "forget")
    asked = list[str]()
    with monkeypatch.context() as patch:
        patch.setattr(part.where, part.name, failing(part, asked))
        page = await world.page(reader)
        await wait_for(lambda: bool(asked), timeout=10)
    shown = [scene.posts[name] for name in scene.posts if name not in part.lost.split()]
    missing = [part.missing] if part.missing else []
    assert (shown, missing) == (ids(page), [*page.quality.missing_sources])
    assert (quality.COMPLETENESS_PARTIAL if missing else quality.COMPLETENESS_FULL) == page.quality.completeness
    page = await world.page(reader)
    assert ([*scene.posts.values()], []) == (ids(page), [*page.quality.missing_sources])


async def begin(scene: Scene, monkeypatch: pytest.MonkeyPatch, state: str, *, gone: bool) -> None:
    """Bring the feed into a state; nothing else is remembered, so that everything is asked for."""
    world, reader = scene.world, scene.reader
    post = await world.post(reader) if gone else ""
    await world.redis.flushdb()
    recorder = next(part for part in world.feed.app.parts if isinstance(part, RecordRankings))
    recorder.share = 0.0
    if state == "warm":
        await world.page(reader)
    if post:
        await world.posts.DeletePost(pb.DeletePostRequest(post_id=post), metadata=reader.metadata)
    recorder.share = 1.0 if state == "cold" else 0.0
    await wait_for(lambda: not world.offers._preparing, timeout=10)
    await world.database.execute(FORGET_IMPRESSIONS)
    world.offers._ready.clear()
    monkeypatch.setattr(HotCache, "get", lambda *_: None)
    monkeypatch.setattr(Memory, "of", lambda *_: None)


def failing(part: Part, asked: list[str]) -> Any:
    """What takes the place of a part."""

    async def fails(*_: Any, **__: Any) -> Any:
        asked.append(part.name)
        raise part.error

    async def fails_as_a_stream(*_: Any) -> AsyncIterator[Any]:
        asked.append(part.name)
        raise part.error
        yield

    return fails_as_a_stream if part.name == "_fetch" else fails


def ids(page: Any) -> list[str]:
    return [item.post.id for item in page.items if not item.promoted]
