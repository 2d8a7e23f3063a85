"""What campaigns are aimed by, from members' own profiles."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.cache import HotCache
from svc_feed.domain.ids import UserId
from svc_feed.domain.targeting import Audience

_KEPT = 20_000  # some 30 MB
_SECONDS = 600.0


class _Kept(NamedTuple):
    audience: Audience
    until: float


class Audiences:
    """Kept for ten minutes: who changes a profile is aimed at a little later. Nothing of it leaves this process."""

    def __init__(self, channel: Any, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._stub = ProfileServiceStub(channel)
        self._timer = timer
        self._kept: HotCache[UserId, _Kept] = HotCache(_KEPT)

    async def mine(self, me: UserId) -> Audience:
        """What the member who makes the current call is; raises Unavailable, DeadlineExceeded."""
        now, kept = self._timer(), self._kept.get(me)
        if kept is not None and now < kept.until:
            return kept.audience
        user = (await self._stub.GetMe(pb.GetMeRequest())).user
        audience = Audience.of(
            location=user.location, skills=[skill.name for skill in user.skills], headline=user.headline
        )
        self._kept.put(me, _Kept(audience, now + _SECONDS))
        return audience
