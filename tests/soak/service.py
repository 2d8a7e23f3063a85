"""The servicers of the soak: they do what the plan says, and say DATA_LOSS when a request is not what it should be."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from typing import Any

import grpc

from tests.soak.plan import CODES, SERVICE, End, Plan

TRAILER = ("soak-end-bin", b"\x00\xff")


class Soak:
    """Four methods, one of each kind; knows how many of its calls are running."""

    def __init__(self) -> None:
        self.running = 0

    def handler(self) -> Any:
        """What a server is given."""
        methods = {
            "Unary": grpc.unary_unary_rpc_method_handler(self.unary),
            "Replies": grpc.unary_stream_rpc_method_handler(self.replies),
            "Requests": grpc.stream_unary_rpc_method_handler(self.requests),
            "Duplex": grpc.stream_stream_rpc_method_handler(self.duplex),
        }
        return grpc.method_handlers_generic_handler(SERVICE, methods)

    async def unary(self, request: bytes, context: Any) -> bytes:
        with self._running(context) as plan:
            await _check(plan, 0, request, context)
            await _pause(plan)
            await _end(plan, context)
            return b"" if plan.end is End.SET_CODE else plan.reply(0)

    async def replies(self, request: bytes, context: Any) -> AsyncIterator[bytes]:
        with self._running(context) as plan:
            await _check(plan, 0, request, context)
            for number in range(plan.replies):
                if number == plan.half:
                    await _end(plan, context)
                await _pause(plan)
                yield plan.reply(number)

    async def requests(self, requests: AsyncIterator[bytes], context: Any) -> bytes:
        with self._running(context) as plan:
            number = checksum = 0
            async for request in requests:
                if number == plan.half and plan.end is not End.OK:
                    await _end(plan, context)
                    break
                await _check(plan, number, request, context)
                checksum = zlib.crc32(request, checksum)
                number += 1
                await _pause(plan)
            return summary(number, checksum)

    async def duplex(self, requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
        with self._running(context) as plan:
            number = 0
            async for request in requests:
                if number == plan.half and plan.end is not End.OK:
                    await _end(plan, context)
                    break
                await _check(plan, number, request, context)
                await _pause(plan)
                yield plan.reply(number)
                number += 1

    @contextmanager
    def _running(self, context: Any) -> Generator[Plan]:
        self.running += 1
        try:
            plan = Plan.of(context)
            if plan.zipped:
                context.set_compression(grpc.Compression.Gzip)
            yield plan
        finally:
            self.running -= 1


def summary(count: int, checksum: int) -> bytes:
    """The one reply to a stream of requests."""
    return b"%d %08x" % (count, checksum)


async def _check(plan: Plan, number: int, request: bytes, context: Any) -> None:
    if request != plan.request(number):
        await context.abort(grpc.StatusCode.DATA_LOSS, f"request {number} of {plan} has {len(request)} wrong octets")


async def _pause(plan: Plan) -> None:
    if plan.pause:
        await asyncio.sleep(plan.pause / 1000)


async def _end(plan: Plan, context: Any) -> None:
    if plan.end is End.ABORT:
        await context.abort(CODES[plan.end], plan.details, (TRAILER,))
    elif plan.end is End.RAISE:
        raise PlannedError
    elif plan.end is End.SET_CODE:
        context.set_code(CODES[plan.end])
        context.set_details(plan.details)
    elif plan.end is End.HANG:
        await asyncio.Event().wait()


class PlannedError(Exception):
    """What a servicer raises that was told to."""
