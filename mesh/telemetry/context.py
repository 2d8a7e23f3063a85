"""The request this task works for, carried by a context variable: its id is made when somebody wants to know it."""

from contextvars import ContextVar
from typing import NamedTuple, Protocol


class Identified(Protocol):
    """A request, a call."""

    @property
    def request_id(self) -> str:
        """What joins all that is told about it."""
        ...


class _Named(NamedTuple):
    request_id: str


_request: ContextVar[Identified | None] = ContextVar("guild_request", default=None)


def bind_request(request: Identified) -> None:
    """Make `request` that of this context, for as long as its task lives."""
    _request.set(request)


def bind_request_id(value: str) -> None:
    """Make `value` the request id of this context, for as long as its task lives."""
    _request.set(_Named(value))


def current_request_id() -> str:
    """Return the request id of this context, or an empty string outside any request."""
    request = _request.get()
    return "" if request is None else request.request_id
