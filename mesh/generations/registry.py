"""Generations as Redis has them: every call raises CacheUnavailable while it is down."""

import secrets
from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

from mesh.cache import Cache
from mesh.generations import scripts

LEASE_SECONDS = 3.0
"""How long an epoch is in force after its last heart-beat: what a change waits that could not be told to Redis."""

HOLD_SECONDS = 10.0
"""A commit is over so soon after its mark, also when the process that made it is gone: twice the longest deadline of a
method that changes what others may see."""

KEPT_SECONDS = 600.0
"""How long a generation stands at most, so that changes made past this service, by hand, are honoured as well."""

_EPOCH = "epoch"
_HELD, _IN_FORCE = b"!", b"="


class Standing(NamedTuple):
    """What holds now: the epoch, and the generation of each name in their order; None where nothing may be kept."""

    epoch: bytes | None
    generations: list[bytes | None]


class Generations:
    """All services give a cache of the same prefix."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._epoch = cache.key(_EPOCH)
        self._open = cache.script(scripts.OPEN)
        self._hold = cache.script(scripts.HOLD)
        self._release = cache.script(scripts.RELEASE)
        self._beat = cache.script(scripts.BEAT)

    async def open(self, names: Sequence[str]) -> Standing:
        """What holds now; a generation that is not there is begun.

        Mostly all are there, and it takes only to read them.
        """
        held = await self._cache.mget([_EPOCH, *names])
        there = list(filter(None, held))
        if len(there) == len(held) and all(map(bytes.startswith, there, repeat(_IN_FORCE))):
            return Standing(held[0], held[1:])
        shared = (self._epoch, "=" + secrets.token_hex(8), _ms(KEPT_SECONDS), _ms(HOLD_SECONDS))
        runs = await self._open.each([_EPOCH, *names], shared, own=range(len(names) + 1))
        found: list[bytes | None] = [None] * (len(names) + 1)
        for run in runs:
            for at, value in zip(run[::2], run[1::2], strict=True):
                found[at] = value if value is not None and value.startswith(_IN_FORCE) else None
        return Standing(found[0], found[1:])

    async def hold(self, names: Sequence[str], token: str) -> None:
        """Let nothing be kept of these until `release` with the same token, or HOLD_SECONDS are over."""
        await self._hold.each(names, (token, _ms(HOLD_SECONDS)))

    async def release(self, names: Sequence[str], token: str) -> None:
        """Let what is begun from now on be kept, unless another change holds it; what was before is void."""
        await self._release.each(names, (token, _ms(HOLD_SECONDS)))

    async def time(self) -> int:
        """Milliseconds on the clock of Redis."""
        return await self.beat(0, 0)

    async def beat(self, fence: int, ends: int) -> int:
        """Keep the epoch in force until `ends` on the clock of Redis; gives the time.

        With a higher fence than it was begun with another one is begun; with a lower one, or when `ends` is over,
        nothing happens. Where there is none, what Redis knew is gone, marks included: the new one is in force when the
        commits under way are over.
        """
        return await self._beat([_EPOCH], (fence, secrets.token_hex(8), ends, _ms(HOLD_SECONDS)))


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
