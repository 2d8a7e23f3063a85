"""Two members connected: their feeds lack each other's posts."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.graph_pb2 import ConnectionAccepted
from mesh.events import Event
from svc_feed.domain.ids import UserId
from svc_feed.store.feed_cache import FeedCache


@dataclass(frozen=True)
class OnConnectionAccepted:
    """Both feeds are built anew at their next read."""

    feeds: FeedCache

    async def __call__(self, event: Event[ConnectionAccepted]) -> None:
        """Drop both feeds."""
        pair = event.message
        await self.feeds.drop(UserId(UUID(pair.requester_id)), UserId(UUID(pair.addressee_id)))
