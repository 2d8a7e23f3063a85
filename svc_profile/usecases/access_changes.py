"""Tell those who keep verdicts that they are void."""

from collections.abc import Iterable
from dataclasses import dataclass

from mesh.data import Transaction
from mesh.generations import Changes, Names
from svc_profile.domain.connection import Pair
from svc_profile.domain.ids import UserId


@dataclass(frozen=True)
class AccessChanges:
    """Whatever `domain.access` looks at is changed together with one of these, in the same transaction."""

    changes: Changes
    names: Names

    def between(self, tx: Transaction, *pairs: Pair) -> None:
        """What lies between two, of each pair: a block."""
        self.changes.touch(tx, *map(self.names.subject, _both(pairs)))

    def connected(self, tx: Transaction, *pairs: Pair) -> None:
        """Whether two are connected, of each pair: on it hangs also what others see of one who know the other."""
        both = _both(pairs)
        self.changes.touch(tx, *map(self.names.subject, both), *map(self.names.object, both))

    def for_viewer(self, tx: Transaction, viewer: UserId) -> None:
        """What one member has to do with another who knows nothing of it: a follow, a mute."""
        self.changes.touch(tx, self.names.subject(viewer))

    def shown(self, tx: Transaction, user_id: UserId) -> None:
        """What lists show of a member beside their settings: name, headline, picture."""
        self.changes.touch(tx, self.names.object(user_id))

    def of(self, tx: Transaction, user_id: UserId) -> None:
        """What a member shows to others, or their standing, or that they are there at all."""
        self.changes.touch(tx, self.names.subject(user_id), self.names.object(user_id))


def _both(pairs: Iterable[Pair]) -> set[UserId]:
    return {who for pair in pairs for who in pair}
