"""What a part of the composition root gives its role."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mesh.data import Kept
from mesh.lifecycle import Part


@dataclass(frozen=True, slots=True)
class Room:
    """What the role serves of it, starts before and after it serves, and sweeps out of its tables."""

    servicers: Sequence[tuple[Any, Any]] = ()
    before: Sequence[Part] = ()
    after: Sequence[Part] = ()
    swept: Sequence[Kept] = ()
