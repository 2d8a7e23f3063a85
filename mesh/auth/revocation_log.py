"""The log of ended sessions in Redis, for processes that have not heard of them by the bus."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from mesh.cache import Cache, CacheUnavailable

_GENERATION = "{ended}:generation"
_LOG = "{ended}:sessions"
_TOGETHER = 1_000
"""Sessions read or given back at once: keeps a script below a millisecond."""

_WHOLE = b"+"

# KEYS generation, log; ARGV the new generation, the age in milliseconds past which entries go, what for, sessions.
# A generation begins with "+" where the log is whole: somebody who knew all ended sessions began it. "restore" gives
# sessions back to a log that is not, "whole" says that it is now. Replies whether the log took them.
_ADD = """
local time = redis.call('TIME')
local whole = string.sub(redis.call('GET', KEYS[1]) or '-', 1, 1) == '+'
if ARGV[3] == 'restore' and whole then return 0 end
local oldest = string.format('%d', math.max(0, time[1] * 1000 - ARGV[2]))
for at = 4, #ARGV do redis.call('XADD', KEYS[2], 'MINID', oldest, '*', 'id', ARGV[at]) end
redis.call('SET', KEYS[1], ((whole or ARGV[3] == 'whole') and '+' or '-') .. ARGV[1])
return 1
"""

# KEYS generation, log; ARGV the last entry that was read, how many to read. All are read where that one is no more:
# it went with its time, or with a server that was replaced.
_READ = """
local from = '-'
if ARGV[1] ~= '' and #redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1]) == 1 then from = '(' .. ARGV[1] end
return {redis.call('GET', KEYS[1]), redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', ARGV[2])}
"""


class RevocationLog:
    """Kept for `keep`, as long as an access token may live. Its generation is another one after each addition."""

    def __init__(self, cache: Cache, keep: timedelta) -> None:
        self._cache = cache
        self._keep_ms = int(keep.total_seconds() * 1000)
        self._add = cache.script(_ADD)
        self._read = cache.script(_READ)
        self._asked: asyncio.Future[bytes | None] | None = None
        self._generation: bytes | None = None
        self._last = b""

    @property
    def whole(self) -> bool:
        """Whether the log, when it was read, held all sessions that were ended within its time."""
        return self._generation is not None and self._generation.startswith(_WHOLE)

    def ask(self) -> "asyncio.Future[bytes | None] | None":
        """Ask for the generation, once for all who ask in this tick; None while Redis is away.

        Whoever shares the question asked before it was sent, or in the turn of the loop in which it was: nothing that a
        caller could have learnt before that call is missed.
        """
        if self._asked is None:
            try:
                self._asked = self._cache.ask("GET", _GENERATION)
            except CacheUnavailable:
                return None
            self._asked.add_done_callback(_look_at)
            asyncio.get_running_loop().call_soon(self._ask_anew)
        return self._asked

    def is_read(self, asked: "asyncio.Future[bytes | None] | None") -> bool:
        """Whether the answer is there, and nothing was added since the log was read; also where Redis was away."""
        if asked is None:
            return True
        if not asked.done():
            return False
        if asked.exception() is not None:
            return isinstance(asked.exception(), CacheUnavailable)
        return asked.result() == self._generation

    async def answered(self, asked: "asyncio.Future[bytes | None] | None") -> None:
        """Wait for the answer, whatever it is."""
        if asked is not None and not asked.done():
            await asyncio.wait((asked,))

    async def read(self) -> list[UUID]:
        """Return the sessions that were added since the last reading, or all; raises CacheUnavailable."""
        sessions: list[UUID] = []
        while True:
            generation, entries = await self._read(_KEYS, [self._last, _TOGETHER])
            sessions += _sessions(entries)
            if entries:
                self._last = entries[-1][0]
            if len(entries) < _TOGETHER:
                self._generation = generation
                return sessions

    async def add(self, sessions: Sequence[UUID]) -> None:
        """Add sessions; raises CacheUnavailable."""
        for at in range(0, len(sessions), _TOGETHER):
            await self._extend("end", sessions[at : at + _TOGETHER])

    async def restore(self, sessions: Sequence[UUID]) -> None:
        """Make an emptied log whole again with all sessions that were ended; raises CacheUnavailable."""
        for at in range(0, len(sessions), _TOGETHER):
            if not await self._extend("restore", sessions[at : at + _TOGETHER]):
                return  # somebody else did it
        await self._extend("whole", ())

    async def _extend(self, purpose: str, sessions: Sequence[UUID]) -> bool:
        return await self._add(_KEYS, [uuid4().hex, self._keep_ms, purpose, *map(str, sessions)]) == 1

    def _ask_anew(self) -> None:
        self._asked = None


_KEYS = (_GENERATION, _LOG)


def _sessions(entries: Sequence[Any]) -> Iterator[UUID]:
    for _, (_, session_id) in entries:
        yield UUID(session_id.decode())


def _look_at(asked: "asyncio.Future[bytes | None]") -> None:
    if not asked.cancelled():
        asked.exception()
