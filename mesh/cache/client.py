"""The cache of a service: Redis or Valkey behind a key prefix, with the commands of one tick sent together."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from mesh.cache.packing import Argument
from mesh.cache.script import Script
from mesh.cache.sender import Sender
from mesh.cache.slots import runs
from mesh.settings import RedisSettings


class Cache:
    """A cache and never a truth: every call raises CacheUnavailable while the server is down, and callers degrade.

    Keys are given without the prefix. Values come back as bytes.
    """

    name = "cache"

    def __init__(self, settings: RedisSettings, prefix: str = "") -> None:
        """Raises ValueError for a URL that is not one of a Redis."""
        self.prefix = prefix
        self._sender = Sender(settings.url, cluster=settings.cluster)

    async def start(self) -> None:
        """Connect; a server that is down does not keep a service from starting."""
        await self._sender.reach()

    async def stop(self) -> None:
        """Let commands on their way end, close the connections."""
        await self._sender.close()

    async def check(self) -> None:
        """Raise CacheUnavailable unless the server answers (a readiness check)."""
        await self.exists("check")

    @property
    def available(self) -> bool:
        """Whether the server answered last time."""
        return not self._sender.breaker.open

    def key(self, name: str) -> str:
        """Return the key as the server knows it."""
        return self.prefix + name

    async def execute(self, command: str, key: str, *args: Argument) -> Any:
        """Run any command on one key and return the server's RESP3 reply: `execute("ZADD", "feed:1", 3.0, "post")`.

        None that blocks: whoever shares the connection would wait for it. Raises CommandRefused for an error reply.
        """
        name = self.prefix + key
        return await self._sender.run(name, (command, name, *args))

    async def execute_all(self, *commands: tuple[str, str, *tuple[Argument, ...]]) -> list[Any]:
        """Run several in one round trip, each as `execute` takes it; raises what the first that failed did."""
        named = [(command, self.prefix + key, *args) for command, key, *args in commands]
        return await self._sender.run_all([(command[1], command) for command in named])

    def ask(self, command: str, key: str, *args: Argument) -> asyncio.Future[Any]:
        """Send a command with those of this tick, and return its reply to come, which several may wait for.

        Each of them within `asyncio.shield`. On a cluster it may be Redirected: `execute` it then.
        """
        name = self.prefix + key
        return self._sender.submit(name, (command, name, *args))

    async def get(self, key: str) -> bytes | None:
        """Return the value, None when there is none."""
        return cast("bytes | None", await self.execute("GET", key))

    async def mget(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return the values in the order of the keys, in one round trip; works across the slots of a cluster."""
        replies = await self._run_on("MGET", keys)
        if len(replies) == 1:
            return replies[0][1]
        values: list[bytes | None] = [None] * len(keys)
        for run, reply in replies:
            for at, value in zip(run, reply, strict=True):
                values[at] = value
        return values

    async def set(self, key: str, value: Argument, *, ttl: float | None = None, if_absent: bool = False) -> bool:
        """Store a value for `ttl` seconds (for ever without one); False when `if_absent` found one there."""
        options: list[Argument] = [] if ttl is None else ["PX", max(1, int(ttl * 1000))]
        if if_absent:
            options.append("NX")
        return await self.execute("SET", key, value, *options) is not None

    async def delete(self, *keys: str) -> int:
        """Drop keys; returns how many there were."""
        return sum(reply for _, reply in await self._run_on("UNLINK", keys))

    async def exists(self, key: str) -> bool:
        """Tell whether there is a value."""
        return await self.execute("EXISTS", key) == 1

    async def expire(self, key: str, ttl: float) -> bool:
        """Let a key live `ttl` seconds from now; False when there is none."""
        return await self.execute("PEXPIRE", key, max(1, int(ttl * 1000))) == 1

    def script(self, lua: str) -> Script:
        """Return a Lua script as a coroutine function of (keys, args); it reloads itself after a flush or restart."""
        return Script(lua, self.prefix, self._sender)

    async def _run_on(self, command: str, keys: Sequence[str]) -> list[tuple[list[int], Any]]:
        """Run a command of many keys; gives the replies with the positions of their keys."""
        names = [self.prefix + key for key in keys]
        parts = runs(names, cluster=self._sender.cluster)
        if len(parts) == 1:
            return [(parts[0], await self._sender.run(names[0], (command, *names)))]
        replies = await self._sender.run_all([(names[run[0]], (command, *(names[at] for at in run))) for run in parts])
        return list(zip(parts, replies, strict=True))
