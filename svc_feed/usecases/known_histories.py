"""What members have seen, in the memory of each process that serves feeds."""

from dataclasses import dataclass, field
from typing import NamedTuple

from mesh.cache import HotCache
from svc_feed.domain.history import NO_HISTORY, History
from svc_feed.domain.ids import UserId
from svc_feed.store.history_cache import Said, history_from

_KEPT_BYTES = 32 * 1024 * 1024
_ENTRY_BYTES = 300


class _Known(NamedTuple):
    version: bytes
    history: History


def _weight(known: _Known) -> int:
    return len(known.history.bits) + _ENTRY_BYTES * (1 + len(known.history.authors))


def _kept() -> HotCache[UserId, _Known]:
    return HotCache(_KEPT_BYTES, _weight)


@dataclass(frozen=True)
class KnownHistories:
    """The first page of a warm feed tells which version there is; only another one travels."""

    kept: HotCache[UserId, _Known] = field(default_factory=_kept)

    def version(self, user: UserId) -> bytes:
        """The version that is known here, for a read to compare; empty for none."""
        known = self.kept.get(user)
        return known.version if known else b""

    def of(self, user: UserId, said: Said) -> History:
        """What a member has seen; nothing where that was forgotten meanwhile."""
        if said is None:
            return NO_HISTORY
        if isinstance(said, bytes):
            known = self.kept.get(user)
            return known.history if known is not None and known.version == said else NO_HISTORY
        version, bits, flat = said
        history = history_from(bits, flat)
        self.kept.put(user, _Known(version, history))
        return history
