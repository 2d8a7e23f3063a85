"""Drop media that were not completed, or that nothing shows, when their time is over."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.lifecycle import one_by_one
from mesh.objects import Objects
from svc_feed.domain.medium import USED_WITHIN
from svc_feed.store.media import Key, MediaRepository
from svc_feed.store.media_keys import UPLOADS
from svc_feed.usecases.media_library import drop

ROUND_SECONDS = 600.0
UPLOADS_ROUND_SECONDS = 6 * 3600.0
_AT_ONCE = 200


@dataclass(frozen=True)
class SweepMedia:
    """Any number of processes may; what is used in the meantime stays."""

    db: Database
    media: MediaRepository
    objects: Objects
    clock: Clock

    async def __call__(self) -> None:
        """A round; what is left is for the next one."""
        await one_by_one("media", await self.media.expired(self.db, self.clock.now(), _AT_ONCE), self._drop)

    async def _drop(self, key: Key) -> None:
        async def work(tx: Transaction) -> None:
            medium = (await self.media.lock(tx, key.owner, [key.medium])).get(key.medium)
            if medium is not None and medium.expires_at is not None and medium.expires_at < self.clock.now():
                drop(self.media, tx, key, self.clock)

        await self.db.transact(work)

    async def uploads(self) -> None:
        """A round for what came by an address that was still good, after its medium was settled or deleted."""
        until = self.clock.now() - USED_WITHIN
        await self.objects.delete([one.key async for one in self.objects.list(UPLOADS) if one.modified < until])
