"""A member signed in: they are about to read their feed."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.users_pb2 import SessionOpened
from mesh.errors import DeadlineExceeded, Unavailable
from mesh.events import Event
from svc_feed.domain.ids import UserId
from svc_feed.usecases.materialise_feeds import MaterialiseFeeds


@dataclass(frozen=True)
class OnSessionOpened:
    """Their read builds the feed where this does not; a repeat finds it fresh."""

    materialise: MaterialiseFeeds

    async def __call__(self, event: Event[SessionOpened]) -> None:
        """Build the feed."""
        with suppress(Unavailable, DeadlineExceeded):
            await self.materialise.ahead(UserId(UUID(event.message.user_id)))
