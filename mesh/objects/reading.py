"""An object as it is read."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Head(NamedTuple):
    """What is known of an object without its bytes."""

    key: str
    size: int
    modified: datetime
    etag: str = ""


class Span(NamedTuple):
    """Bytes of an object: from `start` up to, and without, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """An object whose bytes come; `span` are those that do."""

    head: Head
    span: Span
    parts: AsyncIterator[bytes]
