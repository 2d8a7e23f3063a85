"""Notice accounts that look made up, without anybody waiting for it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.errors import Failure
from mesh.lifecycle import Rounds
from svc_profile.domain.completeness import completeness
from svc_profile.domain.ids import UserId
from svc_profile.domain.signals import MOST, Doing, is_young, signal
from svc_profile.domain.user import AccountGone
from svc_profile.store.doings import Doings
from svc_profile.usecases.flags import Flags
from svc_profile.usecases.users import Users

EVERY_SECONDS = 5.0
_MOST_WAITING = 10_000
"""Members and what they did, that wait to be counted: what comes while there are more is not."""


@dataclass
class Signals:
    """A Part: what young accounts do is noted in memory, and counted together with all other processes now and then.

    A member whose count passes a bound is looked at once in its window: one read of the profile, and a flag where it is
    empty. What waits in a process that is killed, or while Redis is away, is lost: a robot does it again.
    """

    users: Users
    doings: Doings
    flags: Flags
    clock: Clock
    name: str = "signals"
    _waiting: Counter[tuple[UserId, Doing]] = field(default_factory=Counter[tuple[UserId, Doing]], init=False)
    _rounds: Rounds = field(init=False)

    def __post_init__(self) -> None:
        """Count in rounds."""
        self._rounds = Rounds(self.name, self.flush, EVERY_SECONDS)

    def counts(self, member: UserId) -> bool:
        """Whether it is counted what a member does."""
        return is_young(member, self.clock.now())

    def note(self, member: UserId, doing: Doing, times: int = 1) -> None:
        """A member did something, so often."""
        one = member, doing
        if self.counts(member) and (one in self._waiting or len(self._waiting) < _MOST_WAITING):
            self._waiting[one] += times

    async def flush(self) -> None:
        """Count what waits, and look at those who do too much; raises Unavailable."""
        if not self._waiting:
            return
        counts, self._waiting = self._waiting, Counter()
        now = self.clock.now()
        try:
            for (member, doing), count in (await self.doings.add(now, counts)).items():
                if count >= MOST[doing] and await self.doings.claim(now, member, doing):
                    await self._look(now, member, doing, count)
        except CacheUnavailable:
            return

    async def start(self) -> None:
        """Count from now on."""
        await self._rounds.start()

    async def stop(self) -> None:
        """Count what waits, and no more."""
        await self._rounds.stop()
        await self.flush()

    async def _look(self, at: datetime, member: UserId, doing: Doing, count: int) -> None:
        try:
            percent = completeness(await self.users.own(member)).percent
            if suspected := signal(doing, count, percent):
                await self.flags.signal(member, suspected)
        except AccountGone:
            return
        except Failure:
            await self.doings.release(at, member, doing)
            raise
