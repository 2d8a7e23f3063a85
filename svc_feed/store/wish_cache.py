"""What members want, kept in Redis for those who read their feeds: a cache and never a truth.

A key holds one of three things, told apart by its first byte: what a member wants, behind 16 bytes that name this
version of it; the ticket of who is reading it from the database; or the mark of a change that is about to be committed.
What was read is stored only where the reader's ticket still is (a lease: Nishtala et al., "Scaling Memcache at
Facebook", NSDI 2013), so nothing older is written over a change. A mark of a process that died ends by itself.
"""

from collections.abc import Iterable, Sequence

import orjson

from mesh.cache import Cache
from mesh.ids import uuid7
from svc_feed.domain.ids import UserId
from svc_feed.domain.preference import Effect, Held, Subject, Wish

KEEP_SECONDS = 3_600.0
"""How long a copy is used; what Redis was not told of, because it was away, is honoured after this time."""
_MARK_MS = 10_000  # a transaction that takes longer has been rolled back
_READING_MS = 10_000
_KEPT, _TICKET, _MARK = b"=", b"?", b"!"
VERSION_BYTES = 17
"""The first byte and the name of the version: enough for who knows it already."""

BEGIN = """
local now = redis.call('GET', KEYS[1])
if not now then
  now = ARGV[1]
  redis.call('SET', KEYS[1], now, 'PX', ARGV[2])
end
return now
"""
"""Key; ticket, milliseconds it is good for. Gives what is there."""

FINISH = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
"""Key; ticket, value, milliseconds to live. 0 where the ticket is no longer good."""

END = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('UNLINK', KEYS[1]) end
return 1
"""
"""Key; mark. Leaves the mark of another change."""


class WishCache:
    """Every call raises CacheUnavailable while Redis is down."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._begin, self._finish, self._end = cache.script(BEGIN), cache.script(FINISH), cache.script(END)

    async def begin(self, user: UserId) -> bytes:
        """What is kept of a member; else the ticket to `finish` with what is about to be read, or a mark."""
        return await self._begin([wish_key(user)], [_TICKET + uuid7().bytes, _READING_MS])

    async def finish(self, user: UserId, ticket: bytes, held: Iterable[Held]) -> None:
        """Keep what was read since `begin` gave the ticket, unless a change came meanwhile."""
        if ticket.startswith(_TICKET):
            await self._finish([wish_key(user)], [ticket, _packed(held), int(KEEP_SECONDS * 1_000)])

    async def changing(self, user: UserId) -> bytes:
        """Say, before its commit, that something changes; returns the mark to `changed` with."""
        mark = _MARK + uuid7().bytes
        await self._cache.execute("SET", wish_key(user), mark, "PX", _MARK_MS)
        return mark

    async def changed(self, user: UserId, mark: bytes) -> None:
        """Say, after its commit, that what is in the database is good again."""
        await self._end([wish_key(user)], [mark])

    async def erase(self, user: UserId) -> int:
        """Drop what is kept of a member."""
        return await self._cache.delete(wish_key(user))


def wish_key(user: UserId) -> str:
    """Where it is kept, behind the prefix of the service; it shares a slot with the member's feed."""
    return f"wishes:{{{user}}}"


def is_kept(value: bytes | None) -> bool:
    """Whether a value says what its member wants."""
    return value is not None and value.startswith(_KEPT)


def unpacked(value: bytes) -> list[Held]:
    """What a member wants, as a whole value says."""
    said: Sequence[tuple[str, str, str, float]] = orjson.loads(value[VERSION_BYTES:])
    return [Held(Wish(Effect(effect), Subject(subject), name), until) for effect, subject, name, until in said]


def _packed(held: Iterable[Held]) -> bytes:
    return _KEPT + uuid7().bytes + orjson.dumps([(*one.wish, one.until) for one in held])
