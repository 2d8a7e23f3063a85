"""What goes back over HTTP: whole answers with the headers that every one of them has."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from edge import problems
from edge.etags import Tag
from edge.http_cycle import Cycle
from edge.incoming import CONSISTENCY_TOKEN
from edge.problems import Problem
from mesh.rpc.ended import Pairs

Send = Callable[[Any], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON = (b"content-type", b"application/json")
NO_STORE = (b"cache-control", b"no-store")
REVALIDATE = (b"cache-control", b"private, no-cache")
"""For answers with an ETag: a browser may keep it, and must ask each time whether it still holds."""
PUBLIC = (b"cache-control", b"public, max-age=60")

SECURITY: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
)
"""What a browser is tricked into showing runs nothing, is framed by nobody, tells nobody where it came from; styles are
for /docs."""

_TOLD = frozenset(
    {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "idempotency-replayed", CONSISTENCY_TOKEN}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers, a whole body."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = (JSON, NO_STORE)

    async def write(self, cycle: Cycle, also: Collection[Header], *, headless: bool) -> None:
        """Send it; a HEAD request gets the headers of what GET would get."""
        empty = self.status in _BODILESS
        length = () if empty else ((b"content-length", b"%d" % len(self.body)),)
        lines = _lines((*self.headers, *length, *also)) + _SECURITY_LINES
        await cycle.answer(self.status, lines, b"" if headless or empty else self.body)


def _lines(headers: Collection[Header]) -> bytes:
    """Return headers as they are sent; raises ValueError for one that would end its line, or the head, too early."""
    lines = b"".join([b"%s: %s\r\n" % header for header in headers])
    if not lines.count(b"\r") == lines.count(b"\n") == len(headers) or b"\0" in lines:
        raise ValueError("a header with a line break in it")
    return lines


_SECURITY_LINES = _lines(SECURITY)
_BODILESS = frozenset({204, 304})


def of_problem(problem: Problem, instance: str, request_id: str, trailers: Pairs = ()) -> Answer:
    """Return the answer that tells of a problem."""
    headers = [(b"content-type", problems.CONTENT_TYPE.encode()), NO_STORE]
    headers += [(name.encode(), value.encode()) for name, value in problem.headers]
    return Answer(problem.status, problem.document(instance, request_id), (*headers, *told(trailers)))


def told(trailers: Pairs) -> tuple[Header, ...]:
    """Return what a service says about a call that its HTTP caller is told too."""
    return tuple((key.encode(), value.encode()) for key, value in trailers if key in _TOLD and isinstance(value, str))


def with_etag(body: bytes, etag: str, if_none_match: str, also: tuple[Header, ...]) -> Answer:
    """Return a resource under the tag of what it shows, or 304 when the caller has it already."""
    tag = Tag.of(body, etag)
    headers = (JSON, REVALIDATE, (b"etag", tag.written.encode()), *also)
    if if_none_match and tag.is_among(if_none_match):
        return Answer(304, b"", headers[1:])
    return Answer(200, body, headers)
