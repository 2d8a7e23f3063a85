"""Notice who writes to many strangers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from svc_profile.domain.ids import UserId
from svc_profile.domain.signals import LATE, Doing
from svc_profile.usecases.access import Access
from svc_profile.usecases.signals import Signals


@dataclass(frozen=True)
class Approaches:
    """Whom a conversation is begun with counts once, however much is written in it; connections do not count."""

    access: Access
    signals: Signals

    async def note(self, member: UserId, others: Collection[UserId], at: datetime) -> None:
        """A member began a conversation; one of long ago, heard of late, would count with those of now and does not."""
        if not self.signals.counts(member) or self.access.clock.now() - at > LATE:
            return
        known = await self.access.verdicts([(member, other) for other in others], closeness=False)
        if strangers := sum(not one.connected for one in known):
            self.signals.note(member, Doing.APPROACHED, strangers)
