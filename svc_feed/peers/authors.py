"""Names and faces of authors, from the profile service."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.cache import HotCache
from mesh.contract import batch_size
from mesh.errors import DeadlineExceeded, NotFound, Unavailable
from mesh.events import Bus, BusSubscription
from svc_feed.domain.author import Author
from svc_feed.domain.ids import UserId

CHANGED = "guild.feed.author_changed"
"""Signal to all instances: the profile of the member whose id is the payload changed."""

_KEPT = 50_000
_SECONDS = 60.0
_MOST_AT_ONCE = batch_size(pb.BatchGetUsersRequest, "user_ids")


class Found(NamedTuple):
    """An author for each id that was asked for; not `complete` while the profile service does not answer."""

    found: dict[UserId, Author]
    complete: bool


class _Kept(NamedTuple):
    author: Author
    until: float


class Authors:
    """A Part that keeps authors for a minute, or until a signal says that one changed.

    Whoever may not see a member is not shown the member's posts either, so what is kept is the same for all viewers;
    what is not the same, because the author shows it to some only, is not kept.
    """

    name = "authors"

    def __init__(self, channel: Any, bus: Bus, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._stub = ProfileServiceStub(channel)
        self._bus = bus
        self._kept: HotCache[UserId, _Kept] = HotCache(_KEPT)
        self._subscription: BusSubscription | None = None

    async def start(self) -> None:
        """Listen for changes."""
        self._subscription = await self._bus.subscribe(CHANGED, self._changed)

    async def stop(self) -> None:
        """Listen no more."""
        if self._subscription is not None:
            await self._subscription.stop()

    async def __call__(self, viewer: UserId | None, ids: Iterable[UserId]) -> Found:
        """An author for each id; without a name where the profile service has none or does not answer.

        What somebody who is not signed in (None) may see of an author is less, and is not kept.
        """
        wanted = dict.fromkeys(ids)
        known = self._known(wanted) if viewer else {}
        if len(known) == len(wanted):
            return Found(known, complete=True)
        missing = [user_id for user_id in wanted if user_id not in known]
        complete = True
        try:
            async for author in self._fetch(missing) if viewer else self._fetch_public(missing):
                known[author.id] = author
        except (Unavailable, DeadlineExceeded):
            complete = False  # a post without a name is better than none
        return Found({user_id: known.get(user_id) or Author(user_id) for user_id in wanted}, complete)

    def _known(self, ids: Iterable[UserId]) -> dict[UserId, Author]:
        now = self._timer()
        return {user_id: kept.author for user_id in ids if (kept := self._kept.get(user_id)) and now < kept.until}

    async def _fetch(self, ids: list[UserId]) -> AsyncIterator[Author]:
        until = self._timer() + _SECONDS
        for start in range(0, len(ids), _MOST_AT_ONCE):
            request = pb.BatchGetUsersRequest(user_ids=[str(user_id) for user_id in ids[start : start + _MOST_AT_ONCE]])
            reply = await self._stub.BatchGetUsers(request)
            for user in reply.users:
                author = _author(user)
                if user.id not in reply.for_caller_only_ids:
                    self._kept.put(author.id, _Kept(author, until))
                yield author

    async def _fetch_public(self, ids: list[UserId]) -> AsyncIterator[Author]:
        for user_id in ids:
            with contextlib.suppress(NotFound):
                yield _author((await self._stub.GetUser(pb.GetUserRequest(user_id=str(user_id)))).user)

    async def _changed(self, message: Any) -> None:
        self._kept.drop(UserId(UUID(bytes=message.data)))


def _author(person: Any) -> Author:
    return Author(UserId(UUID(person.id)), person.name, person.headline, person.profile_picture_url)


async def tell_changed(bus: Bus, user_id: UserId) -> None:
    """Let every instance forget an author it keeps; who misses the signal is a minute behind."""
    await bus.publish(CHANGED, user_id.bytes)
