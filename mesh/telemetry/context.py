"""The id of the request this task works for, carried by a context variable."""

from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("guild_request_id", default="")


def bind_request_id(value: str) -> None:
    """Make `value` the request id of this context, for as long as its task lives."""
    _request_id.set(value)


def current_request_id() -> str:
    """Return the request id of this context, or an empty string outside any request."""
    return _request_id.get()
