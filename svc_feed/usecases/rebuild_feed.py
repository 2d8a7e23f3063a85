"""Throw a member's stored feed away and build it anew."""

from dataclasses import dataclass

from svc_feed.domain.feed import Feed
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import UserNotFound
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.usecases.build_feed import BuildFeed


@dataclass(frozen=True)
class RebuildFeed:
    """For operators."""

    graph: Graph
    feeds: FeedCache
    build: BuildFeed

    async def __call__(self, user: UserId) -> Feed:
        """The new feed.

        Raises:
            UserNotFound: there is no such member.
            CacheUnavailable: there is nowhere to store it.
        """
        if not await self.graph.knows(user):
            raise UserNotFound(user)
        await self.feeds.drop(user)
        return await self.build(user)
