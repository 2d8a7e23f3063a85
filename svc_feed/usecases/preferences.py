"""State what the feed is to show less of, or not at all, and take it back."""

import contextlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.errors import FieldViolation, InvalidArgument
from mesh.ids import uuid7
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import UserNotFound
from svc_feed.domain.preference import (
    MOST_PREFERENCES,
    Effect,
    Preference,
    PreferenceId,
    Subject,
    TooManyPreferences,
    Wish,
)
from svc_feed.peers.graph import Graph
from svc_feed.store.preferences import PreferenceRepository
from svc_feed.store.wish_cache import WishCache
from svc_feed.usecases.find_post import FindPost

T = TypeVar("T")


@dataclass(frozen=True)
class Preferences:
    """The verbs; every read that begins after a change was answered goes by it, wherever.

    While Redis is away for this process and not for others, they go by what they have for as long as copies are kept.
    """

    db: Database
    preferences: PreferenceRepository
    cache: WishCache
    find: FindPost
    graph: Graph
    pager: Pager
    clock: Clock

    async def state(self, me: UserId, wish: Wish) -> Preference:
        """State one, or begin it anew; raises UserNotFound, PostNotFound, TooManyPreferences."""
        await self._check(me, wish)
        now = self.clock.now()

        async def work(tx: Transaction) -> Preference:
            stated = Preference.stated(PreferenceId(uuid7()), wish, now)
            preference, count = await self.preferences.state(tx, me, stated)
            if count > MOST_PREFERENCES:
                raise TooManyPreferences
            return preference

        return await self._change(me, work)

    async def hide(self, me: UserId, posts: Collection[PostId]) -> None:
        """Hide posts that the caller is known to see; raises TooManyPreferences."""
        now = self.clock.now()
        stated = [Preference.stated(PreferenceId(uuid7()), Wish.without_post(one), now) for one in sorted(posts)]

        async def work(tx: Transaction) -> None:
            if await self.preferences.state_all(tx, me, stated) > MOST_PREFERENCES:
                raise TooManyPreferences

        await self._change(me, work)

    async def remove(self, me: UserId, preference_id: PreferenceId) -> None:
        """Take one back; a repeat changes nothing."""
        await self._change(me, lambda tx: self.preferences.remove(tx, me, preference_id))

    async def list(self, me: UserId, effects: Collection[Effect], *, size: int, token: str) -> Page[Preference]:
        """Those of some effects that hold, stated last first; raises PageTokenInvalid."""
        listing = self.preferences.newest(self.db, me, effects, self.clock.now())
        scope = f"feed/preferences/{me}/{','.join(sorted(effects))}"
        return await self.pager.page(token, size, scope, listing)

    async def _check(self, me: UserId, wish: Wish) -> None:
        if wish.subject is Subject.POST:
            await self.find(me, PostId(UUID(wish.name)))
        elif wish.subject is Subject.AUTHOR:
            author = UserId(UUID(wish.name))
            if author == me:
                violation = FieldViolation("preference", "name somebody else")
                raise InvalidArgument("your own posts are always in your feed", violations=[violation])
            if not (await self.graph.verdicts(me, [author]))[author].may_see_profile:
                raise UserNotFound(author)

    async def _change(self, me: UserId, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Do it between a mark and its end, so that nobody keeps what was read before the commit."""
        mark = b""
        with contextlib.suppress(CacheUnavailable):
            mark = await self.cache.changing(me)
        try:
            return await self.db.transact(work)
        finally:
            if mark:
                with contextlib.suppress(CacheUnavailable):
                    await self.cache.changed(me, mark)
