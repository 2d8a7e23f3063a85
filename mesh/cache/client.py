"""The cache of a service: Redis or Valkey behind a key prefix, with the commands of one tick sent together."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig

from mesh.cache.breaker import Breaker
from mesh.cache.pipeliner import MAX_IN_FLIGHT, Argument, Pipeliner
from mesh.cache.script import Script
from mesh.settings import RedisSettings

CONNECT_SECONDS = 1.0
COMMAND_SECONDS = 1.0
"""A cache that is slower than this is no help: its caller is better served by the store."""


class Cache:
    """A cache and never a truth: every call raises CacheUnavailable while the server is down, and callers degrade.

    Keys are given without the prefix. Values come back as bytes.
    """

    name = "cache"

    def __init__(self, settings: RedisSettings, prefix: str = "") -> None:
        self.prefix = prefix
        self._cluster = settings.cluster
        self.raw: Redis = _client(settings)
        self._breaker = Breaker(self._ping)
        self._pipeliner = Pipeliner(self.raw, self._breaker)

    async def start(self) -> None:
        """Connect; a server that is down does not keep a service from starting."""
        try:
            await self._ping()
        except (RedisError, OSError) as error:
            self._breaker.trip(error)

    async def stop(self) -> None:
        """Let commands on their way end, close the connections."""
        await self._pipeliner.drain()
        await self._breaker.close()
        await self.raw.aclose()

    async def check(self) -> None:
        """Raise CacheUnavailable unless the server answers (a readiness check)."""
        await self.exists("check")

    @property
    def available(self) -> bool:
        """Whether the server answered last time."""
        return not self._breaker.open

    def key(self, name: str) -> str:
        """Return the key as the server knows it."""
        return self.prefix + name

    async def execute(self, command: str, key: str, *args: Argument) -> Any:
        """Run any command on one key and return the server's RESP3 reply: `execute("ZADD", "feed:1", 3.0, "post")`."""
        return await self._pipeliner.submit((command, self.prefix + key, *args))

    async def get(self, key: str) -> bytes | None:
        """Return the value, None when there is none."""
        return cast("bytes | None", await self.execute("GET", key))

    async def mget(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return the values in the order of the keys, in one round trip; works across the slots of a cluster."""
        replies = [self._pipeliner.submit(("GET", self.prefix + key)) for key in keys]
        return await asyncio.gather(*replies)

    async def set(self, key: str, value: Argument, *, ttl: float | None = None, if_absent: bool = False) -> bool:
        """Store a value for `ttl` seconds (for ever without one); False when `if_absent` found one there."""
        options: list[Argument] = [] if ttl is None else ["PX", max(1, int(ttl * 1000))]
        if if_absent:
            options.append("NX")
        return await self.execute("SET", key, value, *options) is not None

    async def delete(self, *keys: str) -> int:
        """Drop keys; returns how many there were."""
        replies = [self._pipeliner.submit(("UNLINK", self.prefix + key)) for key in keys]
        return sum(await asyncio.gather(*replies))

    async def exists(self, key: str) -> bool:
        """Tell whether there is a value."""
        return await self.execute("EXISTS", key) == 1

    async def expire(self, key: str, ttl: float) -> bool:
        """Let a key live `ttl` seconds from now; False when there is none."""
        return await self.execute("PEXPIRE", key, max(1, int(ttl * 1000))) == 1

    def script(self, lua: str) -> Script:
        """Return a Lua script as a coroutine function of (keys, args); it reloads itself after a flush or restart."""
        return Script(lua, self.prefix, self._pipeliner, cluster=self._cluster)

    async def _ping(self) -> None:
        if not self._cluster:
            await self.raw.execute_command("PING")
            return
        await self.raw.aclose()  # the nodes may have changed their parts: ask them again who serves what
        await self.raw.initialize()
        await self.raw.execute_command("PING", target_nodes=RedisCluster.PRIMARIES)


def _client(settings: RedisSettings) -> Redis:
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": COMMAND_SECONDS,
        "retry": Retry(NoBackoff(), 0),  # a repeated INCR counts twice, and callers degrade anyway
        "max_connections": MAX_IN_FLIGHT * 8,  # the pipelines, and room for who uses the client itself
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),  # a hosted Redis's own protocol
    }
    if settings.cluster:  # of the same methods, though the library gives them no common type
        return cast("Redis", RedisCluster.from_url(settings.url, **options))
    return Redis.from_url(settings.url, **options)
