"""REST: an HTTP request becomes a call of the contract, its reply becomes JSON."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from edge import answers, problems
from edge.access_log import AccessLog
from edge.addresses import ClientAddresses
from edge.answers import Answer, Send
from edge.bindings import Binding, Bindings, Found
from edge.body import ClientGone, Receive, read_body
from edge.cors import Cors
from edge.etags import expected
from edge.event_stream import EventStreams
from edge.exchange import Exchange
from edge.incoming import Incoming
from edge.leaving import LeavingWatch
from edge.routes import MethodMismatch
from edge.trace_ids import Tracing
from mesh.errors import Failure
from mesh.limits.door import Door
from mesh.rpc.ended import Ended
from mesh.telemetry import bind_request_id, get_logger

CLIENT_GONE = 499
"""Written nowhere but into metrics: nobody is there to read it."""

_log = get_logger(__name__)
_READS = frozenset({"GET", "HEAD"})
_VERBS = ("GET", "POST", "PATCH", "DELETE", "PUT")

Page = Callable[[], Awaitable[Answer]]
"""Answers GET at one exact path that is no method of the contract."""


@dataclass(frozen=True, slots=True)
class Rest:
    """An ASGI application for the type http: `pages` by path, everything else by the bindings of the contract."""

    bindings: Bindings
    pages: Mapping[str, Page]
    streams: EventStreams
    addresses: ClientAddresses
    tracing: Tracing
    cors: Cors
    door: Door
    access_log: AccessLog

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = time.perf_counter()
        incoming = Incoming(scope, self.addresses)
        bind_request_id(incoming.request_id)
        with self.tracing.begin(scope["method"], incoming.text(b"traceparent")) as trace:
            also = self.cors.headers(incoming.get(b"origin"))
            exchange = Exchange(scope, receive, send, incoming, trace, also)
            try:
                answer = await self._answer(exchange)
                if answer is not None:
                    await exchange.write(answer)
            except ClientGone:
                exchange.status = CLIENT_GONE
            finally:
                exchange.finish(time.perf_counter() - started, self.access_log)

    async def _answer(self, exchange: Exchange) -> Answer | None:
        """Return the answer, or what tells of the failure; None when a stream was sent already."""
        request_id = exchange.incoming.request_id
        try:
            return await self._serve(exchange)
        except ClientGone:
            raise
        except problems.Refused as refused:
            return exchange.problem(refused.problem)
        except Ended as ended:
            return exchange.problem(problems.of_failure(ended.failure, request_id), ended.trailers)
        except Failure as failure:
            return exchange.problem(problems.of_failure(failure, request_id))
        except Exception:
            _log.exception("request failed unexpectedly", route=exchange.route)
            if exchange.status:
                raise  # in the midst of a stream: nothing can be said any more
            return exchange.problem(problems.internal(request_id))

    async def _serve(self, exchange: Exchange) -> Answer | None:
        scope = exchange.scope
        verb: str = scope["method"]
        page = self.pages.get(scope["path"])
        looked_up = "GET" if verb == "HEAD" else verb
        if verb == "OPTIONS":
            return self._options(exchange)
        if page is not None:
            exchange.route = scope["path"]
            if looked_up != "GET":
                raise problems.wrong_method(verb, self._allowed(scope))
            return await page()
        found = self._find(looked_up, scope["raw_path"])
        if found is None:
            raise problems.no_route(scope["path"][:200])
        if isinstance(found, MethodMismatch):
            raise problems.wrong_method(verb, self._allowed(scope))
        exchange.route = found.binding.template
        if found.binding.method.server_streaming:
            return await self._call(found, exchange)
        lane = found.binding.lane
        since = await self.door.enter(lane, None)
        try:
            return await self._call(found, exchange)
        finally:
            self.door.leave(lane, since, None)

    async def _call(self, found: Found, exchange: Exchange) -> Answer | None:
        binding, incoming = found.binding, exchange.incoming
        metadata = incoming.metadata(exchange.trace.traceparent)
        body = b""
        if binding.transcoder.takes_body:
            body = await read_body(exchange.receive, incoming, binding.transcoder.most_bytes)
        query, last_event_id = exchange.scope["query_string"], incoming.text(b"last-event-id")
        etag = expected(incoming.text(b"if-match")) if exchange.scope["method"] not in _READS else ""
        request = binding.transcoder.request(found.variables, query, body, last_event_id, etag)
        if binding.method.server_streaming:
            await self.streams.serve(binding, request, metadata, exchange)
            return None
        with LeavingWatch(exchange.cycle):
            reply = await binding.call(request, metadata)
        return _success(binding, *binding.transcoder.reply(reply.body), incoming, answers.told(reply.trailers))

    def _find(self, verb: str, raw_path: bytes) -> Found | MethodMismatch | None:
        try:
            return self.bindings.find(verb, raw_path)
        except ValueError:
            raise problems.bad_path() from None

    def _options(self, exchange: Exchange) -> Answer:
        allowed = self._allowed(exchange.scope)
        if not allowed:
            raise problems.no_route(exchange.scope["path"][:200])
        return self.cors.preflight(exchange.incoming.get(b"origin"), allowed)

    def _allowed(self, scope: Any) -> tuple[str, ...]:
        """Return the HTTP methods that a path takes, none for a path that is not served."""
        found = {verb for verb in _VERBS if isinstance(self._find(verb, scope["raw_path"]), Found)}
        if scope["path"] in self.pages:
            found.add("GET")
        if "GET" in found:
            found.add("HEAD")
        return (*sorted(found), "OPTIONS") if found else ()


def _success(binding: Binding, body: bytes, etag: str, incoming: Incoming, also: tuple[answers.Header, ...]) -> Answer:
    if binding.cacheable:
        return Answer(200, body, (answers.JSON, answers.PUBLIC, *also))
    if binding.tagged:
        return answers.with_etag(body, etag, incoming.text(b"if-none-match"), also)
    return Answer(200, body, (answers.JSON, answers.NO_STORE, *also))
