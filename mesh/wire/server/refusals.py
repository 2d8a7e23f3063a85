"""Answers to what never becomes a call."""

from typing import TYPE_CHECKING

import grpc

from mesh.wire import status
from mesh.wire.server.heads import HEAD
from mesh.wire.stream import Stream

if TYPE_CHECKING:
    from mesh.wire.server.protocol import ServerWire


class NotGrpc(Exception):  # noqa: N818 - it is an answer
    """The request is HTTP and no call: this is the status and the text to say so with."""

    def __init__(self, http_status: str, text: str) -> None:
        super().__init__(text)
        self.http_status = http_status
        self.text = text


def refuse(wire: "ServerWire", stream: Stream, code: grpc.StatusCode, details: str) -> None:
    """End a call that never began."""
    number = str(code.value[0])
    fields = (*HEAD, ("grpc-status", number), ("grpc-message", status.encode_message(details)))
    wire.http.send_fields(stream, fields, end=True)


class HttpRefusal:
    """Answers what is no gRPC call in the words of HTTP, once the request is complete: it may yet be malformed."""

    __slots__ = ("_refusal", "_stream", "_wire")

    def __init__(self, wire: "ServerWire", stream: Stream, refusal: NotGrpc) -> None:
        self._wire = wire
        self._stream = stream
        self._refusal = refusal

    def on_data(self, _data: bytes, *, ended: bool) -> None:
        """Let the request pass by."""
        http, stream, refusal = self._wire.http, self._stream, self._refusal
        if not ended:
            http.credit(stream)
            return
        stream.call = None
        http.send_fields(stream, ((":status", refusal.http_status), ("content-type", "text/plain")))
        http.send_data(stream, f"{refusal.text}\n".encode(), end=True)

    def on_reset(self) -> None:
        """Nobody wants the answer."""
