"""Profiles that are counted while Redis is away."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from mesh.cache import Cache, CacheUnavailable
from mesh.testing import ManualClock
from svc_profile.domain.browsing import Looked
from svc_profile.domain.ids import UserId
from svc_profile.store.profile_looks import ProfileLooks

ME, *OTHERS = (UserId(UUID(int=n)) for n in range(1, 6))


class Away:
    """No Redis."""

    async def execute_all(self, *_: Any) -> Any:
        raise CacheUnavailable("away")


async def test_a_process_counts_what_it_shows_itself_day_by_day() -> None:
    """Different profiles once, members apart, passes unknown."""
    clock = ManualClock()
    looks = ProfileLooks(cast("Cache", Away()), clock)
    assert [Looked(1), Looked(2), Looked(2)] == [await looks.count(ME, OTHERS[n]) for n in (0, 1, 0)]
    assert Looked(1) == await looks.count(OTHERS[0], ME)
    await looks.allow(ME)
    clock.advance(timedelta(days=1))
    assert Looked(1) == await looks.count(ME, OTHERS[2])
