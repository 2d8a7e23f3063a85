"""One HTTP request with its answer."""

from typing import Any

from edge import answers, problems
from edge.access_log import SLOW_SECONDS, AccessLog
from edge.answers import Answer, Header, Send
from edge.body import Receive
from edge.http_cycle import EXTENSION, Cycle
from edge.incoming import Incoming
from edge.metrics import request_seconds
from edge.trace_ids import Trace
from mesh.rpc.ended import Pairs

NO_ROUTE = "none"
_CLIENT_ERRORS, _SERVER_ERRORS = 400, 500


class Exchange:
    """What is known of a request, and the way back to its client."""

    __slots__ = (
        "_reason",
        "cycle",
        "headers",
        "incoming",
        "receive",
        "route",
        "scope",
        "send",
        "status",
        "streams",
        "trace",
    )

    def __init__(
        self, scope: Any, receive: Receive, send: Send, incoming: Incoming, trace: Trace, also: tuple[Header, ...]
    ) -> None:
        self.scope = scope
        self.cycle: Cycle = scope["extensions"][EXTENSION]
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
        self.streams = False
        """Whether it lives until its client leaves."""
        self._reason = ""

    async def write(self, answer: Answer) -> None:
        """Send a whole answer."""
        self.status = answer.status
        await answer.write(self.cycle, self.headers, headless=self.scope["method"] == "HEAD")

    def problem(self, problem: problems.Problem, trailers: Pairs = ()) -> Answer:
        """Return the answer that tells of a problem of this request."""
        self._reason = problem.reason
        return answers.of_problem(problem, problems.instance(self.scope["path"]), self.incoming.request_id, trailers)

    def finish(self, seconds: float, access_log: AccessLog) -> None:
        """Count the request; log it when it failed or took long, count it there when it was refused."""
        status = self.status or _SERVER_ERRORS
        request_seconds(self.route, status).observe(seconds)
        self.trace.note(**{"http.route": self.route, "http.response.status_code": status})
        if status >= _SERVER_ERRORS or (seconds >= SLOW_SECONDS and not self.streams):
            access_log.fault(self.route, self._reason or str(status), seconds)
        elif status >= _CLIENT_ERRORS:
            access_log.refusal(self.route, self._reason or str(status))
