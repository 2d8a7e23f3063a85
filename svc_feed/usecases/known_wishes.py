"""What members want to see, in the memory of each process that serves feeds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mesh.cache import CacheUnavailable, HotCache
from mesh.clock import Clock
from mesh.data import Database
from svc_feed.domain.ids import UserId
from svc_feed.domain.preference import Held, Wishes
from svc_feed.store.preferences import PreferenceRepository
from svc_feed.store.wish_cache import VERSION_BYTES, WishCache, is_kept, unpacked

_MOST = 200_000  # preferences that are kept, or members who have none: some 40 MB


class _Known(NamedTuple):
    """A version of what somebody wants; some of it ends at `until`, seconds since the epoch."""

    version: bytes
    held: Sequence[Held]
    wishes: Wishes
    until: float


def _kept() -> HotCache[UserId, _Known]:
    return HotCache(_MOST, lambda one: 1 + len(one.held))


@dataclass(frozen=True)
class KnownWishes:
    """A read of a warm feed tells which version holds, in the trip that it makes anyway; only another one travels.

    Without Redis the database is asked for each read.
    """

    db: Database
    preferences: PreferenceRepository
    cache: WishCache
    clock: Clock
    kept: HotCache[UserId, _Known] = field(default_factory=_kept)

    def version(self, user: UserId) -> bytes:
        """The version that is known here, for a read to compare; empty for none."""
        known = self.kept.get(user)
        return known.version if known else b""

    async def of(self, user: UserId, said: bytes | None) -> Wishes:
        """What a member wants, `said` being what the cache told of it: the version that is known here, or all."""
        if said is None or not is_kept(said):
            return await self.load(user)
        known = self.kept.get(user)
        now = self.clock.now().timestamp()
        if known is not None and known.version == said[:VERSION_BYTES] and now < known.until:
            return known.wishes
        if len(said) == VERSION_BYTES:  # something has ended, or it was forgotten meanwhile
            return self._keep(user, said, known.held, now) if known else await self.load(user)
        return self._keep(user, said[:VERSION_BYTES], unpacked(said), now)

    async def load(self, user: UserId) -> Wishes:
        """What a member wants, asked for now."""
        try:
            there = await self.cache.begin(user)
        except CacheUnavailable:
            there = b""
        if is_kept(there):
            return await self.of(user, there)
        now = self.clock.now()
        held = await self.preferences.held(self.db, user, now)
        if there:
            await self._finish(user, there, held)
        return Wishes.of(held, now.timestamp())

    async def _finish(self, user: UserId, ticket: bytes, held: Sequence[Held]) -> None:
        try:
            await self.cache.finish(user, ticket, held)
        except CacheUnavailable:
            return

    def _keep(self, user: UserId, version: bytes, held: Sequence[Held], now: float) -> Wishes:
        wishes = Wishes.of(held, now)
        ends = min((one.until for one in held if one.until > now), default=float("inf"))
        self.kept.put(user, _Known(version, held, wishes, ends))
        return wishes
