"""One call as the concerns see it, whichever of the four kinds it is."""

import ipaddress
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from google.protobuf.message import DecodeError, Message

from mesh.contract import MethodSpec
from mesh.errors import Code, Failure, InvalidArgument
from mesh.principal import ANONYMOUS, Principal
from mesh.telemetry import is_unsampled, unsampled_traceparent

Pairs = Iterable[tuple[str, str | bytes]]
"""Metadata as it came, repeated keys included."""

Serve = Callable[[Any, Any], Any]
"""A method of a servicer: of the request, or the iterator of them, and the context."""

_FOREVER = float(sys.maxsize)
_REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)


class Call:
    """What a concern may read, what it may leave for the concerns around it.

    For calls with one request `request` is the message, parsed when it is first read; for streams of requests it is the
    iterator. `context` is the transport's, of which only read, write, abort and trailing metadata are used.
    """

    __slots__ = (
        "_request",
        "_request_id",
        "_traceparent",
        "code",
        "context",
        "deadline",
        "ended",
        "failure",
        "keyed",
        "metadata",
        "method",
        "pairs",
        "principal",
        "raw",
        "serve",
        "started",
        "trailers",
        "unproven",
        "written",
    )

    def __init__(self, method: MethodSpec, raw: Any, context: Any, serve: Serve | None = None) -> None:
        self.method = method
        self.serve: Serve = serve or _nobody
        """What answers it in the end: the servicer's method."""
        self.context = context
        self.pairs: Pairs = context.invocation_metadata()
        self.metadata: Mapping[str, str | bytes] = dict(self.pairs)
        """The last value where a key was sent more than once."""
        self.principal: Principal = ANONYMOUS
        """Who calls; set by authentication, read by every concern, the ones around it included."""
        self.started = time.perf_counter()
        self.deadline: float | None = _deadline(context)
        """On the clock of time.monotonic()."""
        self.trailers: list[tuple[str, str | bytes]] = []
        """Metadata sent with the status."""
        self.code = Code.OK
        """How the call ended; final when the errors concern is left."""
        self.failure: Failure | None = None
        self.keyed: Any = None
        """The use of an idempotency key that was looked up and not found."""
        self.unproven: UUID | None = None
        """The session, as long as it is not known that it goes on: nothing was charged or answered for the call."""
        self.written: tuple[str, ...] = ()
        """Consistency tokens of what was written at peers for it."""
        self.ended = False
        """Whether the reply was given: a task that outlives the call it was started in has no deadline any more."""
        self.raw = raw
        """The one request as it came, or the iterator of them."""
        self._request: Any = raw if method.client_streaming else None
        self._request_id = self._traceparent = ""

    @property
    def request_id(self) -> str:
        """What joins all that is told about the call: the id its caller sent when it is a sane one, else a new one."""
        if not self._request_id:
            self._request_id = sane_request_id(self.text("x-request-id"))
        return self._request_id

    @property
    def traceparent(self) -> str:
        """What peers are told of the trace while no span is: that it is not recorded."""
        if not self._traceparent:
            sent = self.text("traceparent")
            self._traceparent = sent if is_unsampled(sent) else unsampled_traceparent()
        return self._traceparent

    @property
    def request(self) -> Any:
        """The request message, or the iterator of them; raises InvalidArgument for bytes that are no such message."""
        if self._request is None:
            self._request = _parse(self.method.input, self.raw)
        return self._request

    @request.setter
    def request(self, value: Any) -> None:
        self._request = value

    def text(self, key: str) -> str:
        """Return the metadata value under `key`, or an empty string."""
        value = self.metadata.get(key, "")
        return value if isinstance(value, str) else ""

    def remaining(self) -> float | None:
        """Return the seconds left, None when there is no deadline."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def peer_address(self) -> str | None:
        """Return the network address of the other end of the connection, None for a local socket."""
        return _address(self.context.peer())


current_call: ContextVar[Call | None] = ContextVar("guild_call", default=None)
"""The call this task works for; the client side forwards its deadline, its identity, its ids."""


def sane_request_id(sent: object) -> str:
    """Return the id that a client sent when it is a sane one, else a new one of sixteen characters."""
    return sent if isinstance(sent, str) and _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)


def _nobody(_request: Any, _context: Any) -> Any:
    raise NotImplementedError("this call is forwarded, not served")


def _parse(message: type[Message], raw: bytes) -> Message:
    try:
        return message.FromString(raw)
    except DecodeError as error:
        raise InvalidArgument(f"the request is not a serialised {message.DESCRIPTOR.full_name}") from error


def _deadline(context: Any) -> float | None:
    remaining: float | None = context.time_remaining()
    return None if remaining is None or remaining >= _FOREVER else time.monotonic() + remaining


@lru_cache(maxsize=4096)
def _address(peer: str) -> str | None:
    kind, _, rest = unquote(peer).partition(":")
    if kind not in {"ipv4", "ipv6"}:
        return None
    host = rest.rpartition(":")[0].strip("[]")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
