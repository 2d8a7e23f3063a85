"""Ends restrictions whose time is over."""

import asyncio
import contextlib
from dataclasses import dataclass, field

from mesh.clock import Clock
from mesh.data import Database
from mesh.errors import Failure
from mesh.telemetry import get_logger
from svc_profile.store.decisions import DecisionRepository
from svc_profile.usecases.restrictions import Restrictions

EVERY_SECONDS = 5.0
_AT_ONCE = 100
_log = get_logger(__name__)


@dataclass
class RestrictionExpiry:
    """A Part of every process of the service.

    What is over counts no more whether this runs or not, since everybody goes by the clock; verdicts that others keep
    are voided by it, and the end is told.
    """

    db: Database
    decisions: DecisionRepository
    restrictions: Restrictions
    clock: Clock
    every_seconds: float = EVERY_SECONDS
    name: str = "restriction_expiry"
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self) -> None:
        """Look from now on, now and then."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop at once; what is left is ended another time."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def expire(self) -> None:
        """End what is over by now."""
        while members := await self.decisions.expired(self.db, self.clock.now(), _AT_ONCE):
            for user_id in members:
                await self.restrictions.expire(user_id)

    async def _run(self) -> None:
        while True:
            try:
                await self.expire()
            except Failure as error:
                _log.warning("restrictions_not_expired", reason=error.reason)
            except Exception:  # noqa: BLE001 - logged; the next round tries again
                _log.exception("restrictions_not_expired")
            await asyncio.sleep(self.every_seconds)
