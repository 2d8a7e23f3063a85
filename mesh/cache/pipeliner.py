"""Gathers the commands of one event-loop tick into one pipeline."""

import asyncio
from collections import deque
from typing import Any

from prometheus_client import Counter, Histogram
from redis.asyncio import Redis
from redis.exceptions import ClusterError, OutOfMemoryError, ReadOnlyError, RedisClusterException, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from mesh.cache.breaker import Breaker
from mesh.cache.errors import CacheUnavailable
from mesh.telemetry import BATCH_BUCKETS

MAX_BATCH = 512
"""Commands in one pipeline: more only makes the first reply wait for the last."""

MAX_IN_FLIGHT = 4
"""Pipelines on the wire at once, each on a connection of its own; while all are out the next one grows."""

MAX_WAITING = 20_000
"""Commands that wait for a pipeline; above it the cache counts as unavailable instead of growing without end."""

_batches = Histogram("guild_cache_batch_commands", "Commands sent in one pipeline.", buckets=BATCH_BUCKETS)
_failures = Counter("guild_cache_failures", "Pipelines the cache did not answer.")

_LOST = (RedisConnectionError, RedisTimeoutError, ClusterError, OSError)
"""What a server that is gone leads to, or a cluster that misses a part."""
_UNAVAILABLE = (*_LOST, OutOfMemoryError, ReadOnlyError)

Argument = str | bytes | int | float
Command = tuple[Argument, ...]


class Pipeliner:
    """Sends commands in batches; replies are those of the server, with no conversion by the client library."""

    def __init__(self, client: Redis, breaker: Breaker) -> None:
        self._client = client
        self._breaker = breaker
        self._waiting: deque[tuple[Command, asyncio.Future[Any]]] = deque()
        self._in_flight: set[asyncio.Task[None]] = set()
        self._scheduled = False

    def submit(self, command: Command) -> asyncio.Future[Any]:
        """Queue a command for the pipeline of this tick; raises CacheUnavailable at once while the cache is down.

        Raises TypeError for an argument the protocol has no form for, which would fail the whole pipeline.
        """
        for argument in command:
            if not isinstance(argument, (str, bytes, int, float)) or isinstance(argument, bool):
                raise TypeError(f"{command[0]!r} takes str, bytes, int, float, not {argument!r}")
        if self._breaker.open or len(self._waiting) >= MAX_WAITING:
            raise CacheUnavailable("the cache does not answer: go on without it", retry_after=1.0)
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((command, reply))
        if not self._scheduled:
            self._scheduled = True
            loop.call_soon(self._flush)
        return reply

    async def drain(self) -> None:
        """Wait for the commands that are on their way."""
        while self._in_flight:
            await asyncio.wait(self._in_flight)

    def _flush(self) -> None:
        self._scheduled = False
        while self._waiting and len(self._in_flight) < MAX_IN_FLIGHT:
            batch = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
            task = asyncio.create_task(self._send(batch))
            self._in_flight.add(task)
            task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        if self._waiting and not self._scheduled:
            self._flush()

    async def _send(self, batch: list[tuple[Command, asyncio.Future[Any]]]) -> None:
        _batches.observe(len(batch))
        try:
            pipeline = self._client.pipeline(transaction=False)
            pipeline.response_callbacks = {}
            for command, _ in batch:
                pipeline.execute_command(*command)
            replies: list[Any] = await pipeline.execute(raise_on_error=False)
        except (RedisError, RedisClusterException, OSError) as error:  # of the pipeline as a whole
            lost = RedisConnectionError("the pipeline did not get through")
            lost.__cause__ = error
            replies = [lost] * len(batch)
        if down := next((reply for reply in replies if isinstance(reply, _LOST)), None):
            _failures.inc()
            self._breaker.trip(down)
        _settle(batch, replies)


def _settle(batch: list[tuple[Command, asyncio.Future[Any]]], replies: list[Any]) -> None:
    for (_, reply), value in zip(batch, replies, strict=True):
        if reply.done():
            continue  # its caller went away
        if isinstance(value, _UNAVAILABLE):
            failure = CacheUnavailable("the cache does not answer: go on without it", retry_after=1.0)
            failure.__cause__ = value
            reply.set_exception(failure)
        elif isinstance(value, BaseException):
            reply.set_exception(value)
        else:
            reply.set_result(value)
