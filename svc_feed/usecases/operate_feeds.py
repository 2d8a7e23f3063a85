"""What operators do with a member's feed: tell why it is as it is, and build it anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.data import Database, page_size
from svc_feed.domain.feed import MAX_ENTRIES, Entry, Feed, Window
from svc_feed.domain.ids import PostId, UserId, first_id_at
from svc_feed.domain.post import UserNotFound
from svc_feed.domain.reach import Reach
from svc_feed.domain.scoring import Scoring, Signals, Term
from svc_feed.peers.audit import OperatorLog
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.hydration import Hydration
from svc_feed.store.ranking import RankingRepository
from svc_feed.store.reach import ReachRepository
from svc_feed.usecases.build_feed import AFFINITY_DEPTH, BuildFeed
from svc_feed.usecases.known_histories import KnownHistories
from svc_feed.usecases.known_wishes import KnownWishes
from svc_feed.usecases.ranked_feed import Ranked
from svc_feed.usecases.second_pass import SecondPass


class Source(StrEnum):
    """How a post came into a feed."""

    BUILD = "build"
    FAN_OUT = "fan_out"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class ExplainedEntry:
    """An entry with the terms its score would have now; without any when the post is gone.

    Behind them come those of the second pass, which the `score` of the stored entry knows nothing of.
    """

    entry: Entry
    terms: tuple[Term, ...]
    source: Source
    visible: bool
    seen: bool


class ExplainedReach(NamedTuple):
    """Since when the member's own posts are merged into feeds, None while they are written; and what was measured."""

    merged_since: datetime | None
    measure: Reach | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`built_at` is None for a feed that was cold; `scoring` is the version of the ranking."""

    scoring: str
    items: list[ExplainedEntry]
    built_at: datetime | None
    item_count: int
    reach: ExplainedReach


@dataclass(frozen=True)
class OperateFeeds:
    """Both raise UserNotFound for a member who is not there."""

    db: Database
    graph: Graph
    audit: OperatorLog
    feeds: FeedCache
    build: BuildFeed
    ranking: RankingRepository
    reach: ReachRepository
    wishes: KnownWishes
    histories: KnownHistories
    second_pass: SecondPass
    hydrate: Hydration
    clock: Clock
    scoring: Scoring

    async def rebuild(self, user: UserId) -> Feed:
        """Throw the stored feed away and build it anew; raises CacheUnavailable when there is nowhere to store it.

        It is on record first: Unavailable where it cannot be.
        """
        await self._check(user)
        await self.audit.note_rebuild(user)
        await self.feeds.drop(user)
        return await self.build(user)

    async def explain(self, user: UserId, *, limit: int) -> Explanation:
        """The first entries with their reasons: what the member's own read would read, with nothing left out."""
        await self._check(user)
        stored = await self._stored(user)
        feed = stored or await self.build(user)
        entries = feed.entries[: page_size(limit)]
        signals = await self._signals(user, entries)
        verdicts = await self.graph.verdicts(user, {entry.author_id for entry in entries})
        posts = await self.hydrate(user, [entry.key for entry in entries])
        wishes, history = await self.wishes.load(user), self.histories.of(user, feed.history)
        read = Ranked(entries, feed.build, feed.built_at, feed.often, wishes, history=history)
        lowered, passed = await self.second_pass(user, read, entries), self.second_pass.seen(read)
        items: list[ExplainedEntry] = []
        for entry, seen in zip(entries, posts, strict=True):
            found = signals.get(entry.post_id)
            visible = (
                seen is not None
                and seen.post.under(verdicts[entry.author_id]).feeds(seen.post.visibility, seen.post.list_id)
                and not wishes.leave_out(seen.post)
            )
            terms = (*(self.scoring.terms(found) if found else ()), *lowered.get(entry.member, ()))
            items.append(ExplainedEntry(entry, terms, _source(feed, entry), visible, entry.member in passed))
        built_at = datetime.fromtimestamp(feed.built_at, UTC) if stored else None
        reach = ExplainedReach(await self.reach.merged_since(self.db, user), await self.reach.find(self.db, user))
        return Explanation(self.scoring.version, items, built_at, len(feed.entries), reach)

    async def _check(self, user: UserId) -> None:
        if not await self.graph.knows(user):
            raise UserNotFound(user)

    async def _stored(self, user: UserId) -> Feed | None:
        try:
            return await self.feeds.read(user, Window(MAX_ENTRIES), past=b"")
        except CacheUnavailable:
            return None

    async def _signals(self, user: UserId, entries: tuple[Entry, ...]) -> Mapping[PostId, Signals]:
        since = first_id_at(self.clock.now() - AFFINITY_DEPTH)
        keys = [entry.key for entry in entries]
        found = await self.ranking.candidates_among(self.db, user, keys, affinity_since=since)
        return {candidate.post_id: candidate.signals for candidate in found}


def _source(feed: Feed, entry: Entry) -> Source:
    if entry.published_at <= feed.built_at:
        return Source.BUILD
    return Source.MERGE if entry.author_id in feed.wide else Source.FAN_OUT
