"""The `Range` header of RFC 9110: one range of bytes."""

import re

from edge import problems
from mesh.objects import Span

_ONE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def range_of(written: str, size: int) -> Span | None:
    """Return the bytes a header asks for of `size`; None for all, as for several ranges, which nobody has to serve.

    Raises Refused for a range of which there is nothing.
    """
    found = _ONE.fullmatch(written.strip())
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found.groups()
    if not first:  # the last so many
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return None  # no range at all, so it is ignored
    if start >= end:
        raise problems.no_such_range(size)
    return Span(start, end)
