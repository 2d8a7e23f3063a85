"""The id of the request this task works for, carried by a context variable."""

from contextvars import ContextVar, Token

_request_id: ContextVar[str] = ContextVar("guild_request_id", default="")


def bind_request_id(value: str) -> Token[str]:
    """Make `value` the request id of this context; hand the token to `unbind_request_id` to undo it."""
    return _request_id.set(value)


def unbind_request_id(token: Token[str]) -> None:
    """Restore the request id that was bound before."""
    _request_id.reset(token)


def current_request_id() -> str:
    """Return the request id of this context, or an empty string outside any request."""
    return _request_id.get()
