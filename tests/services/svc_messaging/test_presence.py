"""Who is here is asked for all at once."""

from typing import Any
from uuid import UUID

from mesh.cache import Cache
from mesh.clock import SystemClock
from mesh.ids import uuid7
from mesh.settings import RedisSettings
from svc_messaging.domain.ids import UserId
from svc_messaging.store.presence import Presence


class Watched(Cache):
    """A cache that knows how many commands were on their way together."""

    waiting = most = 0

    async def execute(self, command: str, key: str, *args: Any) -> Any:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            return await super().execute(command, key, *args)
        finally:
            self.waiting -= 1


async def test_members_are_asked_about_together(redis_settings: RedisSettings) -> None:
    """One round trip for fifty partners, one for all who are said to be here still."""
    cache = Watched(redis_settings, prefix=f"{uuid7()}:")
    await cache.start()
    presence = Presence(cache, SystemClock(), uuid7())
    members = [UserId(UUID(int=number)) for number in range(50)]
    await presence.refresh(members[::2])
    assert 25 <= cache.most
    cache.most = 0
    assert members[::2] == await presence.online(members)
    assert 50 == cache.most
    await cache.stop()
