"""Names and faces of authors, from the profile service."""

import contextlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.cache import LocalCache
from mesh.errors import DeadlineExceeded, NotFound, Unavailable
from mesh.events import Bus, BusSubscription
from svc_feed.domain.author import Author
from svc_feed.domain.ids import UserId

CHANGED = "guild.feed.author_changed"
"""Signal to all instances: the profile of the member whose id is the payload changed."""

_KEPT = 50_000
_SECONDS = 60.0
_MOST_AT_ONCE = 200  # members in one BatchGetUsers, which the contract bounds


class Authors:
    """A Part that keeps authors for a minute, or until a signal says that one changed.

    Whoever may not see a member is not shown the member's posts either, so what is kept is the same for all viewers.
    """

    name = "authors"

    def __init__(self, channel: Any, bus: Bus) -> None:
        self._stub = ProfileServiceStub(channel)
        self._bus = bus
        self._kept: LocalCache[UserId, Author] = LocalCache(_KEPT, _SECONDS)
        self._subscription: BusSubscription | None = None

    async def start(self) -> None:
        """Listen for changes."""
        self._subscription = await self._bus.subscribe(CHANGED, self._changed)

    async def stop(self) -> None:
        """Listen no more."""
        if self._subscription is not None:
            await self._subscription.stop()

    async def __call__(self, ids: Iterable[UserId]) -> dict[UserId, Author]:
        """An author for each id; without a name where the profile service has none or does not answer."""
        found: dict[UserId, Author] = {}
        missing: list[UserId] = []
        for user_id in dict.fromkeys(ids):
            author = self._kept.get(user_id)
            if author is None:
                missing.append(user_id)
            else:
                found[user_id] = author
        if missing:
            with contextlib.suppress(Unavailable, DeadlineExceeded):  # a post without a name is better than none
                found |= await self._fetch(missing)
            for user_id in missing:
                found.setdefault(user_id, Author(user_id))
        return found

    async def for_nobody(self, user_id: UserId) -> Author:
        """An author as somebody who is not signed in may see them; without a name where there is no answer."""
        with contextlib.suppress(Unavailable, DeadlineExceeded, NotFound):
            return _author((await self._stub.GetUser(pb.GetUserRequest(user_id=str(user_id)))).user)
        return Author(user_id)

    async def _fetch(self, ids: list[UserId]) -> dict[UserId, Author]:
        found: dict[UserId, Author] = {}
        for start in range(0, len(ids), _MOST_AT_ONCE):
            request = pb.BatchGetUsersRequest(user_ids=[str(user_id) for user_id in ids[start : start + _MOST_AT_ONCE]])
            for user in (await self._stub.BatchGetUsers(request)).users:
                author = _author(user)
                found[author.id] = author
                self._kept.put(author.id, author)
        return found

    async def _changed(self, message: Any) -> None:
        self._kept.drop(UserId(UUID(bytes=message.data)))


def _author(person: Any) -> Author:
    return Author(UserId(UUID(person.id)), person.name, person.headline, person.profile_picture_url)


async def tell_changed(bus: Bus, user_id: UserId) -> None:
    """Let every instance forget an author it keeps; who misses the signal is a minute behind."""
    await bus.publish(CHANGED, user_id.bytes)
