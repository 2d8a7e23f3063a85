"""Server streams over HTTP: server-sent events for browsers, JSON lines for everybody else, files as they are."""

import asyncio

import orjson

from edge import problems
from edge.answers import NO_STORE, SECURITY, Header, lines
from edge.bindings import Binding
from edge.body import ClientGone
from edge.incoming import Metadata
from edge.metrics import open_streams
from edge.request import Request
from edge.stream_quota import StreamQuota
from mesh.errors import Failure
from mesh.rpc.client import RawStream
from mesh.rpc.ended import Ended
from mesh.telemetry import get_logger

FIRST_SECONDS = 1.0
"""How long the answer's head waits for a first message: a refusal within it is a problem with its own status."""
IDLE_SECONDS = 15.0
"""A sign of life goes out after so long: proxies close what is silent for a minute."""
WRITE_SECONDS = 30.0
"""A client that takes nothing for so long is cut off."""

_log = get_logger(__name__)
_SSE = b"text/event-stream"
_LINES = b"application/x-ndjson"


class EventStreams:
    """Answers requests for streams."""

    def __init__(self, quota: StreamQuota) -> None:
        self._quota = quota

    async def serve(
        self, binding: Binding, sent: bytes, metadata: Metadata, request: Request, also: tuple[Header, ...]
    ) -> None:
        """Send the stream to its end; raises Ended or a Failure only as long as nothing was sent."""
        with self._quota.take(request.incoming.address), open_streams.labels("http").track_inprogress():
            stream = binding.peer.stream(binding.method.full_name, metadata, request=sent)
            kind = _FileWriter if binding.transcoder.gives_file else _Writer
            try:
                await kind(binding, stream, request, also).run()
            finally:
                stream.cancel()


class _Writer:
    def __init__(self, binding: Binding, stream: RawStream, request: Request, also: tuple[Header, ...]) -> None:
        self._binding = binding
        self._stream = stream
        self._request = request
        self._also = also
        self._events = _SSE in (request.incoming.get(b"accept") or b"")

    async def run(self) -> None:
        reading = asyncio.ensure_future(self._stream.read())
        try:
            await asyncio.wait((reading,), timeout=FIRST_SECONDS)
            if reading.done() and (error := reading.exception()) is not None:
                raise error
            self._begin(_SSE if self._events else _LINES)
            while (message := await self._next(reading)) is not None:
                await self._send(self._message(message))
                reading = asyncio.ensure_future(self._stream.read())
        except Ended as ended:
            if not self._request.status:
                raise
            await self._send(self._failure(ended.failure))
        finally:
            reading.cancel()
        self._request.connection.end(self._request)

    def _begin(self, kind: bytes, *more: Header) -> None:
        headers = [(b"content-type", kind), NO_STORE, (b"x-accel-buffering", b"no"), *SECURITY, *more, *self._also]
        self._request.status, self._request.streams = 200, True
        self._request.connection.begin(self._request, 200, lines(headers) + self._request.headers)

    async def _next(self, reading: "asyncio.Future[bytes | None]") -> bytes | None:
        """Wait for the next message, with signs of life meanwhile."""
        while not reading.done():
            await asyncio.wait((reading,), timeout=IDLE_SECONDS)
            if not reading.done():
                await self._send(b": \n\n" if self._events else b"\n")
        return reading.result()

    async def _send(self, text: bytes) -> None:
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await self._request.connection.send(self._request, text)
        except TimeoutError:
            raise ClientGone from None

    def _message(self, serialized: bytes) -> bytes:
        event_id, text = self._binding.transcoder.event(serialized)
        if not self._events:
            return text + b"\n"
        return (b"id: %s\ndata: %s\n\n" % (event_id.encode(), text)) if event_id else b"data: " + text + b"\n\n"

    def _failure(self, failure: Failure) -> bytes:
        request_id = self._request.incoming.request_id
        document = problems.of_failure(failure, request_id).document(problems.instance(self._request.path), request_id)
        return b"event: error\ndata: " + document + b"\n\n" if self._events else _line(document)


class _FileWriter(_Writer):
    """A file has nothing but its bytes: one that breaks off is cut off, so that nobody takes it for whole."""

    async def run(self) -> None:
        try:
            while (message := await self._stream.read()) is not None:
                kind, data = self._binding.transcoder.piece(message)
                if not self._request.status:
                    self._begin(kind.encode(), (b"content-disposition", b"attachment"))
                await self._send(data)
        except Ended as ended:
            if not self._request.status:
                raise
            _log.warning("file broke off", route=self._request.route, reason=ended.failure.reason)
            raise ClientGone from None
        if not self._request.status:
            self._begin(b"application/octet-stream")
        self._request.connection.end(self._request)


def _line(document: bytes) -> bytes:
    return orjson.dumps({"error": orjson.Fragment(document)}) + b"\n"
