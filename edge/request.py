"""One HTTP request with its answer: what the parser read, what the door, the service and the access log make of it."""

import asyncio
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from edge import answers, problems
from edge.access_log import SLOW_SECONDS, AccessLog
from edge.answers import Answer, Header
from edge.body import Body
from edge.incoming import Incoming
from edge.metrics import request_seconds
from edge.trace_ids import Trace
from mesh.rpc.ended import Pairs

if TYPE_CHECKING:
    from edge.bindings import Found
    from edge.http import Rest
    from edge.http_protocol import HttpConnection

NO_ROUTE = "none"
PATIENCE = 0.5
"""The part of its policy's deadline that a client is taken to wait, as it does not say: the door decides by it, whom it
lets in may take all of the deadline."""
_CLIENT_ERRORS, _SERVER_ERRORS = 400, 500


class Request:
    """An entrant at the door: there is no task for it before it is let in.

    `rest` routes it at once, and serves or refuses it when the answers before it on its connection have left.
    """

    __slots__ = (
        "_began",
        "_reason",
        "_task",
        "answered",
        "arrived",
        "body",
        "chunked",
        "connection",
        "expects",
        "found",
        "gone",
        "incoming",
        "keep_alive",
        "pairs",
        "path",
        "query",
        "raw_path",
        "rest",
        "route",
        "running",
        "since",
        "status",
        "streams",
        "trace",
        "verb",
        "version",
        "waits",
    )

    def __init__(
        self,
        connection: "HttpConnection",
        verb: str,
        version: str,
        target: tuple[str, bytes, bytes],
        pairs: list[tuple[bytes, bytes]],
    ) -> None:
        """`target` is the decoded path, the path as it was sent, and the query."""
        self.connection = connection
        self.rest: Rest = connection.rest
        self.verb = verb
        self.version = version
        self.path, self.raw_path, self.query = target
        self.pairs = pairs
        """The headers in their order, names in lower case."""
        self.keep_alive = True
        self.expects = version != "1.0" and any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in pairs
        )
        """Whether its body is sent only when it is asked for."""
        self.body = Body()
        self.found: Found | None = None
        self.incoming: Incoming
        self.trace: Trace | None = None
        self.route = NO_ROUTE
        self.status = 0
        """What was answered; 0 until then."""
        self.streams = False
        """Whether it lives until its client leaves."""
        self.chunked = False
        """Whether the stream that answers it is sent in chunks that tell their length."""
        self.answered = False
        """Whether all of the answer was handed to the connection."""
        self.waits = False
        """Whether it stands at the door."""
        self.running = self.gone = False
        self.arrived = self._began = 0.0
        self.since: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._reason = ""

    # ── at the door ──

    @property
    def expires(self) -> float | None:
        """When its client is taken to have lost patience, on time.monotonic()."""
        return None if self.found is None else self.arrived + self.found.binding.lane.deadline * PATIENCE

    def is_over(self) -> bool:
        """Tell whether its client has left."""
        return self.gone

    def admit(self, now: float) -> None:
        """Begin; what it waited in its socket counts as time it takes."""
        self.since = now - self.rest.lag.seconds
        self.start(self.rest.serve(self))

    def refuse(self) -> None:
        """Tell its client that there is more work than time."""
        self.rest.refuse(self)

    # ── while it is served ──

    def arrive(self, now: float) -> None:
        """Begin to count its time; `now` is on time.monotonic()."""
        self.arrived, self._began = now, time.perf_counter()

    def start(self, serving: Coroutine[Any, Any, None]) -> None:
        """Serve it in a task of its own."""
        self.waits = False
        self.connection.begun()
        self._task = self.connection.loop.create_task(serving)

    def leave(self) -> None:
        """Note that its client has left, and end its task; one that has not begun looks by itself."""
        self.gone = True
        self.cancel()

    def cancel(self) -> None:
        """End its task, if it runs."""
        if self.running and self._task is not None:
            self._task.cancel()

    @property
    def headers(self) -> bytes:
        """Header lines that every answer has beside its own."""
        assert self.trace is not None, "it is being served"  # noqa: S101
        ids = f"x-request-id: {self.incoming.request_id}\r\ntraceparent: {self.trace.traceparent}\r\n"
        return ids.encode()

    async def write(self, answer: Answer, also: tuple[Header, ...]) -> None:
        """Send a whole answer; a HEAD request gets the headers of what GET would get."""
        if self.connection.is_full:
            await self.connection.drained()
        self.status = answer.status
        lines = answer.lines(also) + self.headers
        self.connection.respond(self, answer.status, lines, b"" if self.verb == "HEAD" else answer.body)

    def problem(self, problem: problems.Problem, trailers: Pairs = ()) -> Answer:
        """Return the answer that tells of a problem of this request."""
        self._reason = problem.reason
        return answers.of_problem(problem, problems.instance(self.path), self.incoming.request_id, trailers)

    def finish(self, access_log: AccessLog) -> None:
        """Count the request; log it when it failed or took long, count it there when it was refused."""
        seconds, status = time.perf_counter() - self._began, self.status or _SERVER_ERRORS
        request_seconds(self.route, status).observe(seconds)
        if self.trace is not None:
            self.trace.note(**{"http.route": self.route, "http.response.status_code": status})
            self.trace.end()
        if status >= _SERVER_ERRORS or (seconds >= SLOW_SECONDS and not self.streams):
            access_log.fault(self.route, self._reason or str(status), seconds)
        elif status >= _CLIENT_ERRORS:
            access_log.refusal(self.route, self._reason or str(status))
