"""The port to the object store."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, final

from mesh.clock import Clock, SystemClock
from mesh.objects import backend
from mesh.objects.backend import PART_SECONDS, REQUEST_SECONDS, head_of, operation, parts_of
from mesh.objects.errors import ObjectMissing
from mesh.objects.keys import content_type_of
from mesh.objects.reading import Head, Reading, Span
from mesh.objects.signing import Grant, Signer
from mesh.settings import ObjectSettings, SettingsError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

FOLDER_PATH = "/objects/"
"""Where the edge serves the folder."""
PUBLIC_PREFIX = "public/"
"""Objects whose keys nobody guesses, with an address for good: the edge serves them from every store."""
UPLOAD_SECONDS = 3600
"""How long an address takes an upload: a slow line needs half of it for the largest."""
WINDOW_SECONDS = 1800
"""Addresses to read from are the same for everybody within such a window, so that browsers keep what they lead to. They
work for one to two windows."""

_PUT_SECONDS = 900.0
_PART_BYTES = 256 * 1024  # held for each transfer, up and down
_S3_PART_BYTES = 5 * 1024 * 1024  # less an S3 API does not take
_KEPT = 100_000  # signed addresses of one window, some 40 MB; one of the folder is not worth keeping


class Upload(NamedTuple):
    """Where to PUT an object, with which headers, until when (seconds since 1970)."""

    url: str
    headers: dict[str, str]
    expires: int


@final
class Objects:
    """The objects of a store, by key. Raises ObjectsUnavailable while it does not answer.

    Nothing is opened before the first use. Keys are ours, `is_key`; their endings say what objects are.
    """

    def __init__(
        self, settings: ObjectSettings, *, clock: Clock | None = None, store: "ObjectStore | None" = None
    ) -> None:
        """`store` stands in for that of the settings."""
        self.signer = Signer(settings.secret, clock or SystemClock())
        self.is_folder = not settings.url
        """Whether addresses lead to the edge, and not to the store itself."""
        self._settings = settings
        self._clock = clock or SystemClock()
        self._opened = store
        self._opening = asyncio.Lock()
        self._public_url = settings.public_url.rstrip("/")
        self._window = 0
        self._addresses: dict[str, str] = {}

    async def put(self, key: str, body: bytes | Path | AsyncIterator[bytes]) -> None:
        """Store an object whole, in place of one that is there; what a body raises leaves that one as it is."""
        store = await self._store()
        import obstore

        size = _PART_BYTES if self.is_folder else _S3_PART_BYTES
        labels: Any = {} if self.is_folder else {"attributes": {"Content-Type": content_type_of(key)}}
        async with operation("put", key, _PUT_SECONDS):
            await obstore.put_async(store, key, body, chunk_size=size, max_concurrency=2, **labels)

    async def copy(self, key: str, to: str) -> None:
        """Copy an object within the store; raises ObjectMissing."""
        store = await self._store()
        import obstore

        async with operation("copy", key, PART_SECONDS):
            await obstore.copy_async(store, key, to)

    async def get(self, key: str, span: Span | None = None) -> Reading:
        """Begin to read an object, all of it or the bytes of `span` that it has; raises ObjectMissing."""
        store = await self._store()
        import obstore

        options: Any = {"range": tuple(span)} if span else {}
        async with operation("get", key, REQUEST_SECONDS):
            found = await obstore.get_async(store, key, options=options)
        return Reading(
            head_of(found.meta), Span(*found.range), parts_of(key, aiter(found.stream(min_chunk_size=_PART_BYTES)))
        )

    async def head(self, key: str) -> Head | None:
        """What is known of an object, None where there is none."""
        store = await self._store()
        import obstore

        try:
            async with operation("head", key, REQUEST_SECONDS):
                return head_of(await obstore.head_async(store, key))
        except ObjectMissing:
            return None

    async def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; one that is gone already is no matter."""
        store = await self._store()
        import obstore

        for key in keys:
            try:
                async with operation("delete", key, REQUEST_SECONDS):
                    await obstore.delete_async(store, key)
            except ObjectMissing:
                continue

    async def list(self, prefix: str) -> AsyncIterator[Head]:
        """All objects whose keys begin with the segments of a prefix, in no order."""
        store = await self._store()
        import obstore

        pages = obstore.list(store, prefix=prefix, chunk_size=200)
        while True:
            async with operation("list", prefix, PART_SECONDS):
                page = await anext(pages, None)
            if page is None:
                return
            for meta in page:
                yield head_of(meta)

    async def delete_all(self, prefix: str) -> int:
        """Delete all objects below a prefix; returns how many there were."""
        found = [one.key async for one in self.list(prefix)]
        await self.delete(found)
        return len(found)

    async def upload_address(self, key: str, *, length: int, content_type: str) -> Upload:
        """An address to PUT an object of so many bytes to, for an hour.

        The edge takes nothing else than was said. An S3 API takes whatever comes, so whoever uses it looks again.
        """
        expires = int(self._clock.now().timestamp()) + UPLOAD_SECONDS
        headers = {"content-type": content_type}
        if self.is_folder:
            return Upload(self._signed(Grant("PUT", key, expires, length, content_type)), headers, expires)
        return Upload(await self._presigned("PUT", key, UPLOAD_SECONDS), headers, expires)

    async def addresses(self, keys: Iterable[str]) -> dict[str, str]:
        """Addresses to read objects from, whether or not they are there, by key."""
        wanted = dict.fromkeys(keys)
        now = int(self._clock.now().timestamp())
        window = now // WINDOW_SECONDS
        if self.is_folder:
            return {key: self._signed(Grant("GET", key, (window + 2) * WINDOW_SECONDS)) for key in wanted}
        if window != self._window or len(self._addresses) > _KEPT:
            self._window, self._addresses = window, {}
        kept = self._addresses
        for key in wanted:
            if key not in kept:
                kept[key] = await self._presigned("GET", key, 2 * WINDOW_SECONDS)
        return {key: kept[key] for key in wanted}

    def public_address(self, key: str) -> str:
        """The address, for as long as it is there, of an object below PUBLIC_PREFIX."""
        return f"{self._public_url}{FOLDER_PATH}{key}"

    def _signed(self, grant: Grant) -> str:
        return f"{self._public_url}{FOLDER_PATH}{grant.key}?{self.signer.query(grant)}"

    async def _presigned(self, method: Any, key: str, seconds: int) -> str:
        store: Any = await self._store()
        import obstore

        async with operation("sign", key, REQUEST_SECONDS):
            return await obstore.sign_async(store, method, key, timedelta(seconds=seconds))

    async def _store(self) -> "ObjectStore":
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(backend.opened, self._settings)
        return self._opened


def open_objects(settings: ObjectSettings, *, production: bool, clock: Clock | None = None) -> Objects:
    """Return the objects of the settings; raises SettingsError for a folder of a production system without a key."""
    if production and not settings.url and not settings.secret:
        raise SettingsError("GUILD_OBJECTS_SECRET signs the addresses of files: set it, or GUILD_OBJECTS_URL=s3://…")
    return Objects(settings, clock=clock)
