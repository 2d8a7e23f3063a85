"""Look at the bytes of a medium, and make of them what is shown."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.errors import Unavailable
from mesh.objects import ObjectMissing, Objects
from mesh.telemetry import get_logger
from svc_feed.domain.facts import MediumSettled
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.domain.medium import MOST_TRIES, Failed, Found, Kind, Medium, State, Variant
from svc_feed.domain.sniffing import SNIFFED_BYTES, content_type
from svc_feed.rendering.renderer import Refused, Renderer, RenderingFailed
from svc_feed.store.events import publish
from svc_feed.store.media import MediaRepository
from svc_feed.store.media_keys import folder_of, key_of, upload_of

_log = get_logger(__name__)


@dataclass(frozen=True)
class ProcessMedium:
    """At least once, whatever crashes; three tries, then the medium failed.

    A try is counted before it begins, so that bytes which take this process down with them are given up too. What is
    looked at, and shown later, is one copy: what is uploaded meanwhile changes nothing.
    """

    db: Database
    media: MediaRepository
    objects: Objects
    render: Renderer
    clock: Clock

    async def __call__(self, owner: UserId, media_id: MediaId) -> None:
        """Settle a medium that waits for it; raises RenderingFailed when it is to be tried again, Unavailable."""
        medium = await self.db.transact(lambda tx: self._begin(tx, owner, media_id))
        if medium is None:
            return
        try:
            found = await self._look(medium)
        except Refused as refused:
            await self._settle(medium, refused.why)
        except Unavailable:
            await self.db.transact(lambda tx: self._uncount(tx, medium))  # the store's fault, not that of the bytes
            raise
        except RenderingFailed as error:
            _log.warning("medium_failed", media_id=str(media_id), tries=medium.tries, problem=str(error))
            if medium.tries < MOST_TRIES:
                raise
            await self._settle(medium, Failed.PROCESSING)
        else:
            await self._settle(medium, found)

    async def _begin(self, tx: Transaction, owner: UserId, media_id: MediaId) -> Medium | None:
        medium = (await self.media.lock(tx, owner, [media_id])).get(media_id)
        if medium is None or medium.state is not State.PROCESSING:
            return None
        if medium.tries >= MOST_TRIES:  # the process died with the last of them
            await self._store(tx, medium.failed(Failed.PROCESSING, self.clock.now()))
            return None
        medium = medium.tried()
        await self.media.save(tx, medium)
        return medium

    async def _uncount(self, tx: Transaction, medium: Medium) -> None:
        here = (await self.media.lock(tx, medium.owner_id, [medium.id])).get(medium.id)
        if here is not None and (here.state, here.tries) == (medium.state, medium.tries):
            await self.media.save(tx, here.untried())

    async def _look(self, medium: Medium) -> Found:
        with tempfile.TemporaryDirectory(prefix="medium-") as folder:
            source = Path(folder) / "source"
            await self._fetch(medium, source)
            found = await self._make(medium, source, Path(folder))
            for variant in found.variants:
                made = source if variant.name == "original" else Path(folder) / variant.name
                await self.objects.put(key_of(medium, variant), made)
        return found

    async def _fetch(self, medium: Medium, source: Path) -> None:
        """Copy the bytes, and compare them with what was announced."""
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            reading = await self.objects.get(upload_of(medium.owner_id, medium.id))
        except ObjectMissing:
            raise Refused(Failed.MISMATCH) from None
        with source.open("wb") as file:
            async for part in reading.parts:
                size += len(part)
                if size > medium.size_bytes:
                    raise Refused(Failed.MISMATCH)
                head = head or part[:SNIFFED_BYTES]
                digest.update(part)
                file.write(part)
        announced = medium.sha256 in {None, digest.hexdigest()}
        if size != medium.size_bytes or content_type(head) != medium.content_type or not announced:
            raise Refused(Failed.MISMATCH)

    async def _make(self, medium: Medium, source: Path, folder: Path) -> Found:
        if medium.kind is Kind.IMAGE:
            return Found(await self.render.picture(source, medium.content_type, folder))
        pages = await self.render.pages(source) if medium.kind is Kind.DOCUMENT else None
        return Found((Variant("original", medium.content_type, medium.size_bytes),), pages)

    async def _settle(self, medium: Medium, outcome: Found | Failed) -> None:
        async def work(tx: Transaction) -> bool:
            here, now = (await self.media.lock(tx, medium.owner_id, [medium.id])).get(medium.id), self.clock.now()
            if here is not None and here.state is State.PROCESSING:
                await self._store(
                    tx, here.failed(outcome, now) if isinstance(outcome, Failed) else here.ready(outcome, now)
                )
            return here is not None

        if not await self.db.transact(work):  # deleted meanwhile, with all that was there then
            await self.forget(medium.owner_id, medium.id)
        await self.objects.delete([upload_of(medium.owner_id, medium.id)])

    async def _store(self, tx: Transaction, medium: Medium) -> None:
        await self.media.save(tx, medium)
        publish(tx, MediumSettled(medium, self.clock.now()), by=medium.owner_id)

    async def forget(self, owner: UserId, media_id: MediaId) -> None:
        """Delete all that was made of a medium, and its upload."""
        await self.objects.delete_all(folder_of(owner, media_id))
        await self.objects.delete([upload_of(owner, media_id)])
