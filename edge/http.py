"""REST: an HTTP request becomes a call of the contract, its reply becomes JSON."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from edge import answers, problems
from edge.access_log import AccessLog
from edge.addresses import ClientAddresses
from edge.answers import Answer
from edge.bindings import Binding, Bindings, Found
from edge.body import ClientGone, Intake
from edge.cors import Cors
from edge.etags import expected
from edge.event_stream import EventStreams
from edge.incoming import Incoming
from edge.lag import LoopLag
from edge.metrics import refused, request_seconds
from edge.object_door import ObjectDoor
from edge.request import Request
from edge.routes import MethodMismatch
from edge.trace_ids import Tracing
from mesh.errors import Failure
from mesh.limits.door import Door, Overloaded, overloaded
from mesh.rpc.ended import Ended
from mesh.telemetry import bind_request_id, get_logger

CLIENT_GONE = 499
"""Written nowhere but into metrics: nobody is there to read it."""
LATE_SECONDS = 0.05
"""While the loop is so late, it is worth a system call to see whether a client still waits for its answer."""

_log = get_logger(__name__)
_READS = frozenset({"GET", "HEAD"})
_VERBS = ("GET", "POST", "PATCH", "DELETE", "PUT")
_BUSY = answers.of_problem(problems.of_failure(overloaded(), ""), "", "")
"""What is refused at the door is told, in bytes that are made once."""
_BUSY_LINES = _BUSY.lines()
_NO_ANSWERS = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
"""Statuses of requests that no service worked on to the end."""

Page = Callable[[], Awaitable[Answer]]
"""Answers GET at one exact path that is no method of the contract."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Serves requests: `pages` by path, files by `objects`, everything else by the bindings of the contract."""

    bindings: Bindings
    pages: Mapping[str, Page]
    objects: ObjectDoor
    streams: EventStreams
    addresses: ClientAddresses
    tracing: Tracing
    cors: Cors
    door: Door
    access_log: AccessLog
    lag: LoopLag = field(default_factory=LoopLag)
    intake: Intake = field(default_factory=Intake)

    def find(self, request: Request) -> None:
        """Note which method a request calls, if it calls one."""
        if self.objects.takes(request):
            self.objects.receive(request)
            return
        verb = "GET" if request.verb == "HEAD" else request.verb
        try:
            found = self.bindings.find(verb, request.raw_path)
        except ValueError:
            return
        if isinstance(found, Found):
            request.found, request.route = found, found.binding.template
            if found.binding.transcoder.takes_body:
                request.body.limit = found.binding.transcoder.most_bytes

    def arrive(self, request: Request) -> None:
        """Serve a request now, or when the door lets it in, or refuse it; drop one whose client has left."""
        lag, found = self.lag, request.found
        lag.note()
        if lag.seconds > LATE_SECONDS and request.connection.has_left():
            refused.labels("left").inc()
            request.connection.transport.abort()
            return
        request.arrive(time.monotonic() - lag.seconds)
        if found is None or found.binding.method.server_streaming:
            request.start(self.serve(request))
        elif found.binding.call.holds_back():
            self.refuse(request)
        else:
            request.waits = True
            self.door.arrive(request, found.binding.lane)

    def refuse(self, request: Request) -> None:
        """Answer a request that there is no time for."""
        origin = next((value for name, value in request.pairs if name == b"origin"), None)
        lines = _BUSY_LINES + answers.lines(self.cors.headers(origin))
        request_seconds(request.route, _BUSY.status).observe(time.monotonic() - request.arrived)
        self.access_log.refusal(request.route, Overloaded.reason)
        request.connection.respond(request, _BUSY.status, lines, b"" if request.verb == "HEAD" else _BUSY.body)

    async def serve(self, request: Request) -> None:
        """Serve a request that was let in."""
        try:
            request.running = True
            incoming = request.incoming = Incoming(request.pairs, request.connection.host, self.addresses)
            bind_request_id(incoming.request_id)
            request.trace = self.tracing.begin(request.verb, incoming.text(b"traceparent"))
            answer = await self._answer(request)
            if answer is not None:
                self._leave(request, answer.status)  # the work is done; its client may take its time
                await request.write(answer, self.cors.headers(incoming.get(b"origin")))
        except ClientGone:
            request.status = CLIENT_GONE
        except asyncio.CancelledError:
            if not request.gone:
                raise
        finally:
            request.running = False
            if request.gone:
                request.status = CLIENT_GONE
            self._leave(request, request.status)
            request.finish(self.access_log)
            if not request.answered:
                request.connection.transport.abort()

    def _leave(self, request: Request, status: int) -> None:
        """Give back its place at the door, if it has one."""
        since, request.since = request.since, None
        if since is not None and request.found is not None:
            answered = not request.gone and status not in _NO_ANSWERS
            self.door.leave(request.found.binding.lane, since, request.expires, answered=answered)

    async def _answer(self, request: Request) -> Answer | None:
        """Return the answer, or what tells of the failure; None when a stream was sent already."""
        request_id = request.incoming.request_id
        try:
            return None if request.gone else await self._serve(request)  # gone before this task began
        except ClientGone:
            raise
        except problems.Refused as no:
            return request.problem(no.problem)
        except Ended as ended:
            return request.problem(problems.of_failure(ended.failure, request_id), ended.trailers)
        except Failure as failure:
            return request.problem(problems.of_failure(failure, request_id))
        except Exception:  # noqa: BLE001 - it is logged, and told
            _log.exception("request failed unexpectedly", route=request.route)
            if request.status:  # in the midst of a stream: nothing can be said any more
                return None
            return request.problem(problems.internal(request_id))

    async def _serve(self, request: Request) -> Answer | None:
        if request.found is not None:
            return await self._call(request.found, request)
        if self.objects.takes(request):
            return await self.objects.serve(request)
        if request.verb == "OPTIONS":
            return self._options(request)
        page = self.pages.get(request.path)
        if page is not None:
            request.route = request.path
            if request.verb not in _READS:
                raise problems.wrong_method(request.verb, self._allowed(request))
            return await page()
        if self._find(request.verb, request.raw_path) is None:
            raise problems.no_route(request.path[:200])
        raise problems.wrong_method(request.verb, self._allowed(request))

    async def _call(self, found: Found, request: Request) -> Answer | None:
        binding, incoming = found.binding, request.incoming
        assert request.trace is not None, "it began with the request"  # noqa: S101
        metadata = incoming.metadata(request.trace.traceparent)
        body = b""
        if binding.transcoder.takes_body:
            if not request.body.complete:
                await self._wait_for_body(found, request)
            body = request.body.read(incoming)
        etag = "" if request.verb in _READS else expected(incoming.text(b"if-match"))
        last_event_id = incoming.text(b"last-event-id")
        sent = binding.transcoder.request(found.variables, request.query, body, last_event_id, etag)
        if binding.method.server_streaming:
            await self.streams.serve(binding, sent, metadata, request, self.cors.headers(incoming.get(b"origin")))
            return None
        reply = await binding.call(sent, metadata)
        return _success(binding, *binding.transcoder.reply(reply.body), incoming, answers.told(reply.trailers))

    async def _wait_for_body(self, found: Found, request: Request) -> None:
        """Wait without a place at the door, which is asked again: how slow a client is costs nobody else anything."""
        if request.expects and not request.body.size:
            request.connection.ask()
            request.expects = False
        placed = request.since is not None
        self._leave(request, HTTPStatus.SERVICE_UNAVAILABLE)
        began = time.monotonic()
        await request.body.come(request.incoming, self.intake)
        now = time.monotonic()
        request.arrived += now - began  # how long its client took says nothing of the work
        if placed and request.expires is not None:
            request.since = await self.door.enter(found.binding.lane, request.expires - now)

    def _find(self, verb: str, raw_path: bytes) -> Found | MethodMismatch | None:
        try:
            return self.bindings.find(verb, raw_path)
        except ValueError:
            raise problems.bad_path() from None

    def _options(self, request: Request) -> Answer:
        allowed = self._allowed(request)
        if not allowed:
            raise problems.no_route(request.path[:200])
        return self.cors.preflight(request.incoming.get(b"origin"), allowed)

    def _allowed(self, request: Request) -> tuple[str, ...]:
        """Return the HTTP methods that a path takes, none for a path that is not served."""
        found = {verb for verb in _VERBS if isinstance(self._find(verb, request.raw_path), Found)}
        if request.path in self.pages:
            found.add("GET")
        if "GET" in found:
            found.add("HEAD")
        return (*sorted(found), "OPTIONS") if found else ()


def _success(binding: Binding, body: bytes, etag: str, incoming: Incoming, also: tuple[answers.Header, ...]) -> Answer:
    if binding.tagged and not binding.cacheable:
        return answers.with_etag(body, etag, incoming.text(b"if-none-match"), also)
    return answers.success(body, also, shared=binding.cacheable)
