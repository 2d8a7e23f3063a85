"""Where data lies: tables, and what is beside them."""

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from mesh.ids import UserId


class PlaceKind(enum.Enum):
    """What kind of place data lies in, by the names of the contract."""

    TABLE = "table"
    CACHE = "cache"
    FILES = "files"
    SEARCH = "search"
    STREAM = "stream"


class Place(NamedTuple):
    """What became of the data in one place; `period` is how long what is kept is kept, None: with what others own."""

    kind: PlaceKind
    name: str
    erased: int
    kept: int = 0
    why: str = ""
    period: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Wipe:
    """Erases what lies beside the tables: cache entries, files. `run` says how many went, and may be repeated."""

    kind: PlaceKind
    name: str
    run: Callable[[UserId], Awaitable[int]]
