"""One call that is forwarded as bytes."""

import time
from typing import Any

import grpc

from mesh.contract import MethodSpec
from mesh.rpc.call import Call
from mesh.rpc.ended import Pairs


class RawCall:
    """What a forwarder may read of a call, with the two ends of its stream."""

    __slots__ = ("_call", "_context", "method", "pairs", "started", "trailers")

    def __init__(self, method: MethodSpec, context: Any) -> None:
        self._call = Call(method, None, context)
        self._context = context
        self.method = method
        self.pairs: Pairs = tuple(self._call.pairs)
        """The metadata of the client, repeated keys included."""
        self.trailers: Pairs = ()
        """Metadata to send with the status."""
        self.started = time.perf_counter()

    @property
    def request_id(self) -> str:
        """The id the client sent when it is a sane one, else a new one."""
        return self._call.request_id

    @property
    def connection(self) -> str:
        """What tells the client's connection from others."""
        return str(self._context.peer())

    def address(self) -> str | None:
        """Return the network address of the other end of the connection, None for a local socket."""
        return self._call.peer_address()

    def text(self, key: str) -> str:
        """Return the metadata value under `key`, or an empty string."""
        return self._call.text(key)

    def remaining(self) -> float | None:
        """Return the seconds left, None when the client set no deadline."""
        return self._call.remaining()

    async def read(self) -> bytes | None:
        """Return the client's next message, None after its last."""
        message = await self._context.read()
        return None if message is grpc.aio.EOF else message

    async def write(self, message: bytes) -> None:
        """Send a message, waiting while the client is slow."""
        await self._context.write(message)
