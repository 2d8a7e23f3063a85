"""The stored feeds of a system, as Redis has them: to take them away, and to see what came into them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from bench.system.running import System


class StoredFeeds:
    """Feeds of the ranking that a reply names: `feed:v<version>:{<member>}`, members of 32 bytes (author and post)."""

    def __init__(self, system: System, scoring: str) -> None:
        self._redis: Any = Redis.from_url(system.redis_url)
        self._scoring = scoring

    async def drop(self, user: str) -> None:
        """Make a feed cold."""
        await self._redis.delete(self._key(user))

    async def hold(self, users: Sequence[str], author: str, post: str) -> int:
        """In how many of some feeds a post is."""
        member = UUID(author).bytes + UUID(post).bytes
        async with self._redis.pipeline(transaction=False) as asked:
            for user in users:
                asked.zscore(self._key(user), member)
            return sum(score is not None for score in await asked.execute())

    async def close(self) -> None:
        """Disconnect."""
        await self._redis.aclose()

    def _key(self, user: str) -> str:
        return f"feed:v{self._scoring}:{{{user}}}"
