"""What a server serves: the handlers that generated code registers, found by path."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

_KNOWN = 4_096
"""Methods kept by path: a generic handler may take any path a client thinks of."""


class Method(NamedTuple):
    """One method, ready to be called."""

    path: str
    serve: Callable[[Any, Any], Any]
    """Of the request, or the iterator of them, and the context: a coroutine function, or one of an async generator."""
    parse: Callable[[bytes], Any] | None
    write: Callable[[Any], bytes] | None
    requests: bool
    """Whether the client sends a stream."""
    replies: bool
    """Whether the server does."""


class _Details(NamedTuple):
    """What generic handlers are asked with."""

    method: str
    invocation_metadata: tuple[tuple[str, str | bytes], ...] = ()


class Methods:
    """By path; generic handlers are asked once for each path they know."""

    def __init__(self) -> None:
        self._known: dict[str, Method] = {}
        self._generic: list[Any] = []

    def add(self, service: str, handlers: Mapping[str, Any]) -> None:
        """Add grpc.RpcMethodHandlers by the bare names of their methods."""
        for name, handler in handlers.items():
            path = f"/{service}/{name}"
            self._known[path] = _method(path, handler)

    def add_generic(self, handlers: Iterable[Any]) -> None:
        """Add grpc.GenericRpcHandlers."""
        self._generic.extend(handlers)

    def find(self, path: str) -> Method | None:
        """Return the method at `path`, None where there is none."""
        method = self._known.get(path)
        if method is not None:
            return method
        for generic in self._generic:
            handler = generic.service(_Details(path))
            if handler is not None:
                method = _method(path, handler)
                if len(self._known) < _KNOWN:
                    self._known[path] = method
                return method
        return None


def _method(path: str, handler: Any) -> Method:
    serve = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    if serve is None:
        raise ValueError(f"the handler of {path} serves nothing")
    return Method(
        path,
        serve,
        handler.request_deserializer,
        handler.response_serializer,
        bool(handler.request_streaming),
        bool(handler.response_streaming),
    )
