"""The part of a channel that generated stubs use."""

from typing import Any

from mesh.rpc.client.duplex import DuplexCallable
from mesh.rpc.client.line import Line
from mesh.rpc.client.replies import UnaryStreamCallable
from mesh.rpc.client.single import StreamUnaryCallable, UnaryCallable


class PeerChannel:
    """Hands out callables; stubs may be made from it before the peer starts."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def unary_unary(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> UnaryCallable:
        """One request, one reply; without a codec both are bytes."""
        return UnaryCallable(self._line, method, request_serializer, response_deserializer)

    def unary_stream(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> UnaryStreamCallable:
        """One request, a stream of replies."""
        return UnaryStreamCallable(self._line, method, request_serializer, response_deserializer)

    def stream_unary(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> StreamUnaryCallable:
        """A stream of requests, one reply."""
        return StreamUnaryCallable(self._line, method, request_serializer, response_deserializer)

    def stream_stream(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> DuplexCallable:
        """Streams both ways."""
        return DuplexCallable(self._line, method, request_serializer, response_deserializer)
