"""What members have seen and whom they pass over, in Redis alone: when it is lost they are shown things again.

A member's hash names its version, which of the two filters is asked, since when the other one fills and with how many
posts; and whom the member passed over how often in a row, by "a" and the bytes of an author or "k" and a kind.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from mesh.cache import Cache
from mesh.ids import uuid7
from mesh.uuids import uuid_of
from svc_feed.domain.history import GENERATION, HALF_LIFE, MOST_SEEN, History, Passed, history_of, places
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Kind

_KEEP = 2 * GENERATION
_MOST_PASSED = 300
"""Authors of whom is remembered that they were passed over; those passed over least go first."""
_TIMES_AND_AT = 2

RECORD = """
local key, now = KEYS[1], tonumber(ARGV[1])
local known = redis.call('HMGET', key, 'asked', 'since', 'seen')
local asked, since, seen = tonumber(known[1] or 1), tonumber(known[2] or now), tonumber(known[3] or 0)
if now - since >= tonumber(ARGV[3]) or seen >= tonumber(ARGV[4]) then
  redis.call('UNLINK', key .. ':' .. asked)
  asked, since, seen = 3 - asked, now, 0
end
local function passed(name, acted)
  if acted then return redis.call('HDEL', key, name) end
  local times, at = string.match(redis.call('HGET', key, name) or '0 0', '(%S+) (%S+)')
  times = tonumber(times) * 2 ^ (-math.max(now - tonumber(at), 0) / tonumber(ARGV[6])) + 1
  redis.call('HSET', key, name, string.format('%.3f %.0f', times, now))
end
local fresh = {}
for i = 8, #ARGV, 4 do
  local new = false
  for place in string.gmatch(ARGV[i], '%d+') do
    new = redis.call('SETBIT', key .. ':' .. asked, place, 1) == 0 or new
    redis.call('SETBIT', key .. ':' .. 3 - asked, place, 1)
  end
  local acted = ARGV[i + 3] == '1'
  if new or acted then
    if ARGV[i + 1] ~= '' then passed(ARGV[i + 1], acted) end
    passed(ARGV[i + 2], acted)
  end
  if new then seen = seen + 1 end
  fresh[#fresh + 1] = new and 1 or 0
end
redis.call('HSET', key, 'version', ARGV[2], 'asked', asked, 'since', since, 'seen', seen)
if redis.call('HLEN', key) > tonumber(ARGV[7]) then
  local flat, least = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    if string.sub(flat[i], 1, 1) == 'a' and #flat[i] == 17 then
      least[#least + 1] = {tonumber(string.match(flat[i + 1], '%S+')), flat[i]}
    end
  end
  table.sort(least, function(one, other) return one[1] < other[1] end)
  for i = 1, math.floor(#least / 2) do redis.call('HDEL', key, least[i][2]) end
end
for _, name in ipairs({key, key .. ':1', key .. ':2'}) do redis.call('PEXPIRE', name, ARGV[5]) end
return fresh
"""
"""History; now in seconds, new version, seconds and posts of a generation, milliseconds to live, half-life in seconds,
most fields; then for each post its places, the name of its author or '', the name of its kind, and '1' where the member
did more than see it. Gives for each 1 where it was not seen before."""


class Shown(NamedTuple):
    """A post that came into view, at a stage; `acted` when its reader did more. Nobody tires of themselves."""

    member: bytes
    stage: int
    kind: Kind
    acted: bool
    own: bool


class HistoryCache:
    """Every call raises CacheUnavailable while Redis is down."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._record = cache.script(RECORD)

    async def record(self, user: UserId, shown: Sequence[Shown], now: float) -> list[bool]:
        """Note what a member saw; returns for each post whether it was not seen before, at that stage."""
        arguments = [
            part
            for one in shown
            for part in (
                " ".join(map(str, places(one.member, one.stage))),
                b"" if one.own else b"a" + one.member[:16],
                f"k{one.kind}",
                "1" if one.acted else "",
            )
        ]
        about = (now, uuid7().bytes, _seconds(GENERATION), MOST_SEEN, _seconds(_KEEP) * 1_000, HALF_LIFE, _MOST_PASSED)
        return [fresh == 1 for fresh in await self._record([history_key(user)], [*about, *arguments])]

    async def erase(self, user: UserId) -> int:
        """Drop what is kept of a member."""
        key = history_key(user)
        return await self._cache.delete(key, f"{key}:1", f"{key}:2")


def history_key(user: UserId) -> str:
    """Where it is kept, behind the prefix of the service; it shares a slot with the member's feed."""
    return f"history:{{{user}}}"


def history_from(bits: bytes | None, flat: Sequence[bytes]) -> History:
    """What a filter and the fields of a hash say."""
    authors, kinds = dict[UserId, Passed](), dict[Kind, Passed]()
    for name, value in zip(flat[::2], flat[1::2], strict=True):
        parts = value.split()
        if name.startswith(b"a") and len(name) == 1 + 16 and len(parts) == _TIMES_AND_AT:
            authors[UserId(uuid_of(name[1:]))] = Passed(*map(float, parts))
        elif name.startswith(b"k") and (kind := _KINDS.get(name[1:])) is not None:
            kinds[kind] = Passed(*map(float, parts))
    return history_of(bits or b"", authors, kinds)


_KINDS = {kind.value.encode(): kind for kind in Kind}


def _seconds(time: timedelta) -> int:
    return int(time.total_seconds())


Said = bytes | Sequence[Any] | None
"""What a read of a feed is told of a history: its version, or version, filter and fields; None for none."""
