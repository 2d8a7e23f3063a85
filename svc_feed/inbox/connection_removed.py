"""Two members parted: their feeds hold posts they may not see, which only cost a look at each read."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.graph_pb2 import ConnectionRemoved
from mesh.events import Event
from svc_feed.domain.ids import UserId
from svc_feed.store.feed_cache import FeedCache


@dataclass(frozen=True)
class OnConnectionRemoved:
    """Both feeds are built anew at their next read."""

    feeds: FeedCache

    async def __call__(self, event: Event[ConnectionRemoved]) -> None:
        """Drop both feeds."""
        pair = event.message
        await self.feeds.drop(UserId(UUID(pair.remover_id)), UserId(UUID(pair.removed_id)))
