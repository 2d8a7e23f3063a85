"""The pictures of profiles: what the profile service shows by an address for good."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.objects import ObjectMissing, Objects
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.domain.medium import USED_WITHIN, MediaNotFound, Medium
from svc_feed.store.media import PICTURE, Claim, MediaRepository, Use
from svc_feed.store.media_keys import key_of, picture_of

SHOWN = "small"
"""The variant that profiles show."""


@dataclass(frozen=True)
class Pictures:
    """A picture is claimed before a profile shows it, and let go when the event says that it shows another."""

    db: Database
    media: MediaRepository
    objects: Objects
    clock: Clock

    async def claim(self, owner: UserId, media_id: MediaId) -> str:
        """The address of a picture, the same as long as it is claimed.

        Raises MediaNotFound, MediaNotReady, MediaNotAPicture.
        """
        medium = await self.media.find(self.db, owner, media_id)
        if medium is None:
            raise MediaNotFound(media_id)
        medium.check_picture()
        for claim in await self.media.pictures(self.db, owner):
            if claim.medium == media_id:
                return self.objects.public_address(picture_of(owner, claim.token))
        return await self._claim(medium)

    async def _claim(self, medium: Medium) -> str:
        owner = medium.owner_id
        token = uuid4()  # random in all of its bits: it is what keeps the picture from strangers
        [shown] = [variant for variant in medium.variants if variant.name == SHOWN]
        target = picture_of(owner, token)
        try:
            await self.objects.copy(key_of(medium, shown), target)
        except ObjectMissing:  # deleted meanwhile
            raise MediaNotFound(medium.id) from None

        async def work(tx: Transaction) -> None:
            if medium.id not in await self.media.lock(tx, owner, [medium.id]):
                raise MediaNotFound(medium.id)
            self.media.use(tx, owner, Use(PICTURE, token), [medium.id], self.clock.now())

        try:
            await self.db.transact(work)
        except MediaNotFound:
            await self.objects.delete([target])
            raise
        return self.objects.public_address(target)

    async def release(self, owner: UserId, shown: str, until: datetime) -> None:
        """Let go what was claimed until then, but for what the profile shows: its address leads nowhere from now on.

        What was claimed later may be for a change that is still to come. Repeats find nothing.
        """
        for claim in await self.media.pictures(self.db, owner):
            key = picture_of(owner, claim.token)
            if claim.since < until and self.objects.public_address(key) != shown:
                await self.objects.delete([key])  # first: what is left over is found by the claim
                await self._forget(owner, claim)

    async def _forget(self, owner: UserId, claim: Claim) -> None:
        async def work(tx: Transaction) -> None:
            await self.media.lock(tx, owner, [claim.medium])
            until = self.clock.now() + USED_WITHIN
            self.media.release(tx, owner, Use(PICTURE, claim.token), [claim.medium], until)

        await self.db.transact(work)
