"""Entity tags: of what an answer shows, which holds the etag of the resource itself.

A member's view of a resource changes more often than the resource, with every reaction to it: `If-None-Match` compares
the view, `If-Match` the resource alone.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

from edge.faults import MalformedRequest
from mesh.errors import FieldViolation

_ETAG = re.compile(r"[!#-~]{1,64}")
_TAG = re.compile(r'(?:W/)?"(?P<etag>[!#-~]{1,64}?)(?:\.[0-9a-f]{24})?"')


@dataclass(frozen=True, slots=True)
class Tag:
    """The tag of an answer as its header holds it."""

    written: str

    @classmethod
    def of(cls, body: bytes, etag: str) -> Self:
        """Return the tag of a body that shows a resource with this etag; weak when it has none a header can hold."""
        view = blake2b(body, digest_size=12).hexdigest()
        return cls(f'"{etag}.{view}"' if _ETAG.fullmatch(etag) else f'W/"{view}"')

    def is_among(self, if_none_match: str) -> bool:
        """Tell whether an `If-None-Match` names it; weak and strong are the same there."""
        bare = self.written.removeprefix("W/")
        return any(one.strip().removeprefix("W/") in {bare, "*"} for one in if_none_match.split(","))


def expected(if_match: str) -> str:
    """Return the etag of the resource that an `If-Match` asks for, empty for any; raises MalformedRequest."""
    if if_match.strip() in {"", "*"}:
        return ""
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        advice = "must be one tag in double quotes, from `ETag` or from the field `etag`"
        raise MalformedRequest(f"the header if-match {advice}", violations=(FieldViolation("if-match", advice),))
    return found["etag"]
