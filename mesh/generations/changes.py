"""The writing side: a change is told before its commit, and answered when nobody relies on what was before."""

import contextlib
import secrets
from asyncio import sleep as wait
from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import Counter

from mesh.cache import CacheUnavailable
from mesh.data import Transaction
from mesh.generations.fence import RAISE
from mesh.generations.registry import LEASE_SECONDS, Generations
from mesh.telemetry import get_logger

_log = get_logger(__name__)
_waits = Counter("guild_generation_fences", "Changes that could not be told to Redis and waited for the epoch to end.")
_MARGIN_SECONDS = 0.5  # clocks that run at different speeds, and a read that is on its way


@dataclass(frozen=True)
class Changes:
    """Voids what others keep; the service's database has the table of `fence`."""

    generations: Generations

    def touch(self, tx: Transaction, *names: str) -> None:
        """Void, with the commit, all that is kept under these names.

        Also for a call that finds everything as it should be: another may have made it so and not have told yet, and
        whoever is answered relies on it. When Redis cannot be told, the answer waits until the epoch is over.
        """
        change = _Change(self.generations, names)
        tx.before_commit(change.hold)
        tx.on_commit(change.settle)


class _Change:
    """One transaction's change, from right before its commit."""

    def __init__(self, generations: Generations, names: Sequence[str]) -> None:
        self._generations = generations
        self._names = names
        self._token = secrets.token_hex(8)
        self._fenced = False

    async def hold(self, tx: Transaction) -> None:
        try:
            await self._generations.hold(self._names, self._token)
        except Exception as error:  # noqa: BLE001 - whatever keeps the marks away, the fence does without
            self._fenced = True
            _waits.inc()
            _log.warning("a change waits for the epoch to end", error=repr(error))
            await tx.execute(RAISE)

    async def settle(self) -> None:
        if self._fenced:
            await wait(LEASE_SECONDS + _MARGIN_SECONDS)
            return
        with contextlib.suppress(CacheUnavailable):  # the marks stand, or went with the epoch
            await self._generations.release(self._names, self._token)
