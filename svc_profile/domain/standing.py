"""What operators restrict about a member, until when; by the clock, so that nothing has to happen for it to end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Until when a restriction holds that does not end by itself."""


class RestrictionKind(StrEnum):
    """What may be restricted, by the names of the contract."""

    SHADOW_BAN = "shadow_ban"
    SUSPENDED = "suspended"
    LIMITED = "limited"

    @property
    def ends_sessions(self) -> bool:
        """Whether tokens say so: those that were given out before, and do not, must die."""
        return self is not RestrictionKind.SHADOW_BAN


@dataclass(frozen=True, slots=True)
class Standing:
    """Each kind holds until a moment; None where nothing of the kind was ever set, or it was lifted."""

    shadow_ban_until: datetime | None = None
    suspended_until: datetime | None = None
    limited_until: datetime | None = None

    @classmethod
    def of(cls, restrictions: Iterable[tuple[RestrictionKind, datetime | None]]) -> Self:
        """The sum of restrictions that were not lifted: of each kind the longest counts."""
        until: dict[str, datetime] = {}
        for kind, end in restrictions:
            name = f"{kind}_until"
            until[name] = max(until.get(name, end or FOREVER), end or FOREVER)
        return cls(**until)

    def is_shadow_banned(self, at: datetime) -> bool:
        """Whether nobody else sees what the member publishes."""
        return self.shadow_ban_until is not None and at < self.shadow_ban_until

    def is_suspended(self, at: datetime) -> bool:
        """Whether the member is there for nobody."""
        return self.suspended_until is not None and at < self.suspended_until

    def is_limited(self, at: datetime) -> bool:
        """Whether the member has a tenth of the rate limits, and sees reduced profiles."""
        return self.limited_until is not None and at < self.limited_until


GOOD = Standing()
"""Nothing is restricted, as about nearly everybody."""
