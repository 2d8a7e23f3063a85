"""Asks a server whether it serves: grpc.health.v1, of whose messages it reads the one field there is."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import grpc

from mesh.wire.client.outset import Outset
from mesh.wire.client.streams import RepliesCall

if TYPE_CHECKING:
    from mesh.wire.client.channel import Channel
    from mesh.wire.client.protocol import ClientWire

_SERVING = b"\x08\x01"
"""A HealthCheckResponse whose status is SERVING."""


class _Pinned(RepliesCall):
    """A call on one connection, whatever the balancer would choose."""

    __slots__ = ("_pinned",)

    def __init__(self, outset: Outset, request: bytes, wire: "ClientWire") -> None:
        self._pinned = wire
        super().__init__(outset, None, request)

    def _depart(self) -> None:
        self.begin(self._pinned)

    def _try_again(self) -> bool:
        return False


async def watch(channel: "Channel", wire: "ClientWire", service: str) -> AsyncIterator[bool]:
    """Give whether `service` is served, whenever that changes, until the connection is gone.

    A server that has no health service is taken at its word that it listens. One whose answer breaks off does not
    serve until it is heard again; it is asked so with the delays of connecting.
    """
    head = (
        (":method", "POST"),
        (":scheme", channel.scheme),
        (":path", "/grpc.health.v1.Health/Watch"),
        (":authority", channel.authority),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
        ("user-agent", channel.user_agent),
    )
    name = service.encode()
    request = b"\x0a" + bytes((len(name),)) + name if name else b""
    failures = 0
    while not wire.leaving:
        call = _Pinned(Outset(channel, head, None, None, wait=False, zipped=False), request, wire)
        try:
            async for reply in call:
                failures = 0
                yield reply == _SERVING
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.UNIMPLEMENTED:
                yield True
                return
        failures += 1
        yield False
        await asyncio.sleep(channel.backoff.delay(failures))
