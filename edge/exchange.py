"""One HTTP request with its answer."""

from typing import Any

from edge import answers, problems
from edge.answers import Answer, Header, Send
from edge.body import Receive
from edge.incoming import Incoming
from edge.metrics import request_seconds
from edge.trace_ids import Trace
from mesh.telemetry import get_logger

NO_ROUTE = "none"
SLOW_SECONDS = 1.0
"""A request that takes longer is logged although it succeeded."""
_SERVER_ERRORS = 500

_log = get_logger(__name__)


class Exchange:
    """What is known of a request, and the way back to its client."""

    __slots__ = ("headers", "incoming", "receive", "route", "scope", "send", "status", "trace")

    def __init__(
        self, scope: Any, receive: Receive, send: Send, incoming: Incoming, trace: Trace, also: tuple[Header, ...]
    ) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.incoming = incoming
        self.trace = trace
        self.headers: tuple[Header, ...] = (
            (b"x-request-id", incoming.request_id.encode()),
            (b"traceparent", trace.traceparent.encode()),
            *also,
        )
        """Every answer has these."""
        self.route = NO_ROUTE
        self.status = 0
        """What was answered; 0 until then."""

    async def write(self, answer: Answer) -> None:
        """Send a whole answer."""
        self.status = answer.status
        await answer.write(self.send, self.headers, headless=self.scope["method"] == "HEAD")

    def problem(self, problem: problems.Problem) -> Answer:
        """Return the answer that tells of a problem of this request."""
        return answers.of_problem(problem, self.scope["path"][:200], self.incoming.request_id)

    def finish(self, seconds: float) -> None:
        """Count the request; log it when it failed or took long."""
        status = self.status or _SERVER_ERRORS
        request_seconds(self.route, status).observe(seconds)
        self.trace.note(**{"http.route": self.route, "http.response.status_code": status})
        if status >= _SERVER_ERRORS or seconds >= SLOW_SECONDS:
            _log.info("request", route=self.route, status=status, ms=round(seconds * 1e3, 2))
