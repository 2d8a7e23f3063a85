"""Ends requests to connect that nobody answered in time."""

import asyncio
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database
from svc_profile.domain.connection import Connection, Pair
from svc_profile.store.connections import ConnectionRepository
from svc_profile.usecases.connection_writes import ConnectionWrites, Step

EVERY_SECONDS = 60.0
_AT_ONCE = 100
_BATCHES = 50  # of one round; what is left is for the next
_MOST_FAILED = 100
"""Requests that could not be ended, after which a round is: so many are no fault of theirs."""


@dataclass(frozen=True)
class InvitationExpiry:
    """Run by every process of the service.

    A request that is over is over whether this runs or not: lists leave it out, and whoever does anything about it
    finds it expired. This writes it down, as history and as an event.
    """

    db: Database
    connections: ConnectionRepository
    writes: ConnectionWrites
    clock: Clock

    async def expire(self) -> None:
        """End what is over by now; raises the first failure once all that is within reach was tried."""
        failed: dict[Pair, BaseException] = {}
        for _ in range(_BATCHES):
            size = _AT_ONCE + len(failed)
            over = await self.connections.over(self.db, self.clock.now(), size)
            left = [one for one in over if one.pair not in failed]
            tried = await asyncio.gather(*(self.writes.answer(_noticed(one)) for one in left), return_exceptions=True)
            for one, outcome in zip(left, tried, strict=True):
                if isinstance(outcome, BaseException):
                    failed[one.pair] = outcome
            if len(over) < size or len(failed) >= _MOST_FAILED:
                break
        for failure in failed.values():
            raise failure


def _noticed(request: Connection) -> Step:
    """A step that changes nothing, before which the pair is brought up to date as before any other."""
    return Step(request.requested_by or request.pair.lo, request.pair, lambda state, _: state)
