"""What goes back over HTTP: whole answers with the headers that every one of them has."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge import problems
from edge.etags import Tag
from edge.incoming import CONSISTENCY_TOKEN
from edge.problems import Problem
from mesh.rpc.ended import Pairs

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


def lines(headers: Iterable[Header]) -> bytes:
    """Return headers as they are sent; raises ValueError for one that would end its line, or the head, too early."""
    written = [b"%s: %s\r\n" % header for header in headers]
    text = b"".join(written)
    if not text.count(b"\r") == text.count(b"\n") == len(written) or b"\0" in text:
        raise ValueError("a header with a line break in it")
    return text


_BARE = lines(SECURITY)
_UNSTORED = lines((JSON, NO_STORE)) + _BARE
_TAGGED = lines((JSON, REVALIDATE)) + _BARE
_UNCHANGED = lines((REVALIDATE,)) + _BARE
_SHARED = lines((JSON, PUBLIC)) + _BARE
_PROBLEM = lines(((b"content-type", problems.CONTENT_TYPE.encode()), NO_STORE)) + _BARE
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a whole body, headers; `fixed` are lines that are the same for all answers of a kind."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ()
    fixed: bytes = _UNSTORED

    def lines(self, also: tuple[Header, ...] = ()) -> bytes:
        """Return the lines of its head; raises ValueError for a header with a line break in it."""
        length = b"" if self.status in _BODILESS else b"content-length: %d\r\n" % len(self.body)
        return self.fixed + length + lines((*self.headers, *also))


def page(body: bytes, kind: Header) -> Answer:
    """Return a document that everybody may keep."""
    return Answer(200, body, (kind, PUBLIC), _BARE)


def allowing(headers: tuple[Header, ...]) -> Answer:
    """Return what OPTIONS is answered."""
    return Answer(204, b"", headers, _BARE)


def success(body: bytes, also: tuple[Header, ...], *, shared: bool) -> Answer:
    """Return a reply that nobody may keep, or all may for a minute because it is the same for all."""
    return Answer(200, body, also, _SHARED if shared else _UNSTORED)


def of_problem(problem: Problem, instance: str, request_id: str, trailers: Pairs = ()) -> Answer:
    """Return the answer that tells of a problem."""
    headers = tuple((name.encode(), value.encode()) for name, value in problem.headers)
    return Answer(problem.status, problem.document(instance, request_id), (*headers, *told(trailers)), _PROBLEM)


def told(trailers: Pairs) -> tuple[Header, ...]:
    """Return what a service says about a call that its HTTP caller is told too."""
    return tuple((key.encode(), value.encode()) for key, value in trailers if key in _TOLD and isinstance(value, str))


def with_etag(body: bytes, etag: str, if_none_match: str, also: tuple[Header, ...]) -> Answer:
    """Return a resource under the tag of what it shows, or 304 when the caller has it already."""
    tag = Tag.of(body, etag)
    headers = ((b"etag", tag.written.encode()), *also)
    if if_none_match and tag.is_among(if_none_match):
        return Answer(304, b"", headers, _UNCHANGED)
    return Answer(200, body, headers, _TAGGED)
