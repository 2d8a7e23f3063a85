"""Begin an upload, and end it."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.limits.charges import Charges
from mesh.objects import ObjectMissing, Objects, Span, Upload
from svc_feed.domain.facts import MediumUploaded
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.domain.medium import MIB, Announced, MediaNotFound, Medium, State
from svc_feed.domain.sniffing import SNIFFED_BYTES, content_type
from svc_feed.store.events import publish
from svc_feed.store.media import MediaRepository
from svc_feed.store.media_keys import upload_of


@dataclass(frozen=True)
class Uploads:
    """The bytes go to the object store and from there to the worker: none of them come through here."""

    db: Database
    media: MediaRepository
    objects: Objects
    charges: Charges
    clock: Clock

    async def create(self, me: UserId, what: Announced) -> tuple[Medium, Upload]:
        """A medium that waits for its bytes, and where they go.

        Raises MediaTypeNotAllowed, MediaTooLarge, RateLimited.
        """
        medium = Medium.announced(what, by=me, at=self.clock.now())
        await self.charges.charge("media_bytes", cost=-(-medium.size_bytes // MIB))
        size, kind = medium.size_bytes, medium.content_type
        upload = await self.objects.upload_address(
            upload_of(medium.owner_id, medium.id), length=size, content_type=kind
        )

        async def work(tx: Transaction) -> None:
            self.media.add(tx, medium)

        await self.db.transact(work)
        return medium, upload

    async def complete(self, me: UserId, media_id: MediaId) -> Medium:
        """Have the bytes looked at, once; raises MediaNotFound, UploadIncomplete, UploadMismatch.

        Whether they are all there, and what they begin as, is found at once, so that a mistake can be mended at once.
        """
        medium = await self.media.find(self.db, me, media_id)
        if medium is None:
            raise MediaNotFound(media_id)
        if medium.state is State.PENDING:
            await self._check(medium)
            medium = await self.db.transact(lambda tx: self._complete(tx, me, media_id))
        return medium

    async def _check(self, medium: Medium) -> None:
        key = upload_of(medium.owner_id, medium.id)
        try:
            reading = await self.objects.get(key, Span(0, SNIFFED_BYTES))
        except ObjectMissing:
            medium.check_arrived(None, None)
            return
        head = b"".join([part async for part in reading.parts])
        medium.check_arrived(reading.head.size, content_type(head))

    async def _complete(self, tx: Transaction, me: UserId, media_id: MediaId) -> Medium:
        medium = (await self.media.lock(tx, me, [media_id])).get(media_id)
        if medium is None:
            raise MediaNotFound(media_id)
        if medium.state is not State.PENDING:
            return medium
        now = self.clock.now()
        medium = medium.completed(now)
        await self.media.save(tx, medium)
        publish(tx, MediumUploaded(medium, now), by=me)
        return medium
