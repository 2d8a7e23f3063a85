"""Files by HTTP: what a signed address allows, and what has an address for good. Nothing is held whole."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl

from edge import answers, problems
from edge.answers import Answer, Header
from edge.body import ClientGone
from edge.body_stream import BodyStream
from edge.cors import Cors
from edge.etags import Tag
from edge.ranges import range_of
from edge.request import Request
from edge.stream_quota import StreamQuota
from mesh.objects import FOLDER_PATH, PUBLIC_PREFIX, Grant, ObjectMissing, Objects, Span, content_type_of, is_key

ROUTE = FOLDER_PATH + "{key}"
WRITE_SECONDS = 30.0
"""A client that takes nothing for so long is cut off."""
PUBLIC_SECONDS = 300
"""How long such a file may be shown from a cache after it was taken away."""
SWALLOWED_BYTES = 1024 * 1024
"""Of the body of a refused upload that are read and forgotten, so that its client hears why."""
_SWALLOW_SECONDS = 5.0

_SHOWN_IN_PLACE = ("image/", "video/")
_BARE: tuple[Header, ...] = (
    (b"accept-ranges", b"bytes"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"sandbox; default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
"""What members uploaded runs nothing and is taken for nothing else, wherever it is opened; pages may show it."""


@dataclass(frozen=True, slots=True)
class ObjectDoor:
    """Serves `/objects/…`."""

    objects: Objects
    quota: StreamQuota
    cors: Cors

    def takes(self, request: Request) -> bool:
        """Whether a request is for this door."""
        return request.path.startswith(FOLDER_PATH)

    def receive(self, request: Request) -> None:
        """Make ready for the body of an upload, before it comes."""
        if request.verb == "PUT":
            request.body = BodyStream(request.connection.begun)

    async def serve(self, request: Request) -> Answer | None:
        """Take or give a file; raises Refused, or a Failure. None when it was sent already."""
        request.route = ROUTE
        try:
            return await self._serve(request)
        except BaseException:
            if isinstance(request.body, BodyStream):
                await _swallow(request, request.body)
            raise

    async def _serve(self, request: Request) -> Answer | None:
        key = request.path[len(FOLDER_PATH) :]
        if not is_key(key):
            raise problems.no_object()
        if request.verb == "OPTIONS":
            return self.cors.preflight(request.incoming.get(b"origin"), ("GET", "HEAD", "OPTIONS", "PUT"))
        if request.verb == "PUT":
            return await self._take(request, key)
        if request.verb not in {"GET", "HEAD"}:
            raise problems.wrong_method(request.verb, ("GET", "HEAD", "OPTIONS", "PUT"))
        with self.quota.take(request.incoming.address):
            return await self._give(request, key)

    # ── uploads ──

    async def _take(self, request: Request, key: str) -> Answer:
        body = request.body
        assert isinstance(body, BodyStream)  # noqa: S101 - `receive` made it
        with self.quota.take(request.incoming.address):
            grant = self._granted(request, key)
            self._check(request, grant)
            if request.expects and not body.size:
                request.connection.ask()
                request.expects = False
            await self.objects.put(key, body.parts(grant.length))
        return Answer(200, b"{}")

    def _granted(self, request: Request, key: str) -> Grant:
        if not self.objects.is_folder:
            raise problems.no_object()
        query = dict(parse_qsl(request.query.decode("latin-1")))
        return self.objects.signer.granted(request.verb, key, query)

    def _check(self, request: Request, grant: Grant) -> None:
        declared = request.incoming.text(b"content-length")
        if declared and declared != str(grant.length):
            raise problems.other_length(grant.length)
        if request.incoming.text(b"content-type").strip().lower() != grant.content_type:
            raise problems.other_type(grant.content_type)

    # ── downloads ──

    async def _give(self, request: Request, key: str) -> Answer | None:
        keep = self._keep(request, key)
        head = await self.objects.head(key)
        if head is None:
            raise problems.no_object()
        tag = Tag(f'"{head.etag}"')
        headers = [*_BARE, keep, (b"etag", tag.written.encode()), (b"last-modified", _date(head.modified))]
        if (known := request.incoming.text(b"if-none-match")) and tag.is_among(known):
            return Answer(304, b"", tuple(headers), b"")
        if_range = request.incoming.text(b"if-range")
        span = None if if_range and if_range != tag.written else self._span(request, head.size)
        headers += _described(key)
        if span is not None:
            headers.append((b"content-range", b"bytes %d-%d/%d" % (span.start, span.end - 1, head.size)))
        await self._send(request, key, span or Span(0, head.size), 206 if span else 200, headers)
        return None

    def _keep(self, request: Request, key: str) -> Header:
        """How long an answer may be kept, and by whom; raises AddressInvalid for who may not have it."""
        if key.startswith(PUBLIC_PREFIX):
            return b"cache-control", b"public, max-age=%d" % PUBLIC_SECONDS
        if not self.objects.is_folder:
            raise problems.no_object()
        query = dict(parse_qsl(request.query.decode("latin-1")))
        self.objects.signer.granted("GET", key, query)
        return b"cache-control", b"private, max-age=1800, immutable"

    def _span(self, request: Request, size: int) -> Span | None:
        return range_of(request.incoming.text(b"range"), size)

    async def _send(self, request: Request, key: str, span: Span, status: int, headers: list[Header]) -> None:
        length = span.end - span.start
        lines = answers.lines((*headers, *self.cors.headers(request.incoming.get(b"origin")))) + request.headers
        if request.verb == "HEAD" or not length:
            self._begin(request, status, lines, length)
        else:
            try:
                reading = await self.objects.get(key, span)
            except ObjectMissing:
                raise problems.no_object() from None
            self._begin(request, status, lines, length)
            async for part in reading.parts:
                await _write(request, part)
        request.connection.end(request)

    @staticmethod
    def _begin(request: Request, status: int, lines: bytes, length: int) -> None:
        request.status, request.streams = status, True
        request.connection.begin(request, status, lines, length)


async def _write(request: Request, part: bytes) -> None:
    try:
        async with asyncio.timeout(WRITE_SECONDS):
            await request.connection.send(request, part)
    except TimeoutError:
        raise ClientGone from None


async def _swallow(request: Request, body: BodyStream) -> None:
    """Read what is left of a refused body for a moment; close the connection when it is more."""
    body.forget()
    if body.complete or request.gone or request.expects:
        return
    request.keep_alive = False
    left = body.size + SWALLOWED_BYTES
    try:
        async with asyncio.timeout(_SWALLOW_SECONDS):
            while not body.complete and body.size < left:  # noqa: ASYNC110 - the parser tells nobody of what it drops
                await asyncio.sleep(0.01)
    except TimeoutError:
        return


def _described(key: str) -> list[Header]:
    kind = content_type_of(key)
    how = b"inline" if kind.startswith(_SHOWN_IN_PLACE) else b"attachment"
    return [(b"content-type", kind.encode()), (b"content-disposition", how)]


def _date(moment: datetime) -> bytes:
    return format_datetime(moment.astimezone(UTC), usegmt=True).encode()
