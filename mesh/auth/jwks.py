"""Where a verifier finds public keys: a ring of its own, or the JWKS another service publishes."""

import asyncio
import contextlib
import random
import ssl
import time
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mesh.auth.download import DownloadError, download
from mesh.auth.keyring import KeyRing
from mesh.auth.public_keys import from_jwks
from mesh.settings import PeerSettings, SettingsError
from mesh.telemetry import get_logger
from mesh.tls import client_context

REFRESH_SECONDS = 300.0
"""How often keys are fetched when all is well; a key is published 10 minutes before it signs."""

MIN_INTERVAL_SECONDS = 5.0
"""Tokens with made-up key ids cause one fetch per interval and no more."""

MAX_BYTES = 64 * 1024
_SECONDS = 3.0  # for the whole answer
_PAUSE_WITHOUT_KEYS = 0.1
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_log = get_logger(__name__)


class KeySource(Protocol):
    """Public keys by id; `generation` changes with the set of keys."""

    generation: int

    def find(self, kid: str) -> Ed25519PublicKey | None:
        """Return the key, if it is known now."""
        ...

    def available(self) -> bool:
        """Tell whether any key is known at all."""
        ...

    async def refresh(self) -> None:
        """Look again for keys, unless that was done a moment ago; never raises."""
        ...


class LocalKeys:
    """The keys of a ring in this process."""

    def __init__(self, ring: KeyRing) -> None:
        self.generation = 0
        self._ring = ring

    def find(self, kid: str) -> Ed25519PublicKey | None:
        """Return the key, if the ring holds it."""
        return self._ring.public_key(kid)

    def available(self) -> bool:
        """Tell whether any key is known: a ring always has one."""
        return True

    async def refresh(self) -> None:
        """Look whether another process added a key."""
        self._ring.reload_if_changed()


class JwksSource:
    """Keys fetched over HTTP, refreshed in the background, kept while the publisher is away (a Part)."""

    name = "jwks"

    def __init__(
        self,
        url: str,
        peers: PeerSettings | None = None,
        *,
        min_interval: float = MIN_INTERVAL_SECONDS,
        every: float = REFRESH_SECONDS,
    ) -> None:
        """Raise SettingsError for a URL whose answer could be forged on a network where calls are made over TLS."""
        self.generation = 0
        self._url = url
        self._peers = peers or PeerSettings()
        parts = urlsplit(url)
        if self._peers.tls and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise SettingsError(f"GUILD_AUTH_JWKS_URL must be https where GUILD_PEERS_TLS_CA is set, not {url}")
        self._min_interval = min_interval
        self._every = every
        self._keys: Mapping[str, Ed25519PublicKey] = {}
        self._fetched_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._loop: asyncio.Task[None] | None = None
        self._tls: ssl.SSLContext | None = None

    async def start(self) -> None:
        """Begin to fetch; does not wait, since the publisher may start after us."""
        self._tls = client_context(self._peers) if urlsplit(self._url).scheme == "https" else None
        self._loop = asyncio.create_task(self._keep_fresh(), name="jwks-refresh")

    async def stop(self) -> None:
        """Stop fetching."""
        for task in (self._loop, self._fetching):
            if task:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def find(self, kid: str) -> Ed25519PublicKey | None:
        """Return the key, if it was in the last document fetched."""
        return self._keys.get(kid)

    def available(self) -> bool:
        """Tell whether any document was fetched so far."""
        return bool(self._keys)

    async def check(self) -> None:
        """Raise when no keys are known yet (a readiness check)."""
        if not self._keys:
            raise RuntimeError(f"no signing keys fetched from {self._url} yet")

    async def refresh(self) -> None:
        """Fetch once for all who wait, at most once per interval."""
        if self._fetching is None:
            pause = self._min_interval if self._keys else _PAUSE_WITHOUT_KEYS
            if time.monotonic() - self._fetched_at < pause:
                return
            self._fetched_at = time.monotonic()
            self._fetching = asyncio.create_task(self._fetch(), name="jwks-fetch")
        await asyncio.shield(self._fetching)

    async def _fetch(self) -> None:
        try:
            document = await download(self._url, tls=self._tls, most=MAX_BYTES, seconds=_SECONDS)
            self._adopt(_keys(document))
        except (DownloadError, ValueError) as error:
            _log.warning("cannot fetch the signing keys", url=self._url, error=repr(error))
        finally:
            self._fetching = None

    def _adopt(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        if _raw(keys) != _raw(self._keys):
            self._keys = keys
            self.generation += 1

    async def _keep_fresh(self) -> None:
        delay = 0.1
        while True:
            await self.refresh()
            delay = self._every if self._keys else min(delay * 2, 5.0)
            await asyncio.sleep(delay * random.uniform(0.8, 1.2))  # noqa: S311 -- spreads load, hides nothing


def _keys(document: bytes) -> Mapping[str, Ed25519PublicKey]:
    keys = from_jwks(orjson.loads(document))
    if not keys:
        raise ValueError("the key set holds no Ed25519 key")
    return keys


def _raw(keys: Mapping[str, Ed25519PublicKey]) -> dict[str, bytes]:
    return {kid: key.public_bytes_raw() for kid, key in keys.items()}
