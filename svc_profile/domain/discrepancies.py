"""What an audit of the graph finds."""

from enum import Enum
from typing import NamedTuple

from svc_profile.domain.ids import UserId


class Relation(Enum):
    """What is kept on both sides, a row for each; the names are those of the contract."""

    CONNECTION = 1
    FOLLOW = 2
    BLOCK = 3
    AUDIENCE_LIST = 4


class Kind(Enum):
    """What does not agree; the names are those of the contract."""

    MIRROR_MISSING = 1
    MIRROR_DIFFERS = 2
    INCOHERENT = 3
    DESPITE_BLOCK = 4
    MEMORY_DIFFERS = 5


class Discrepancy(NamedTuple):
    """Something that does not agree, with the names of what differs; in memory it has no relation and no other side."""

    kind: Kind
    relation: Relation | None
    user_id: UserId
    other_id: UserId | None
    differing: tuple[str, ...] = ()
