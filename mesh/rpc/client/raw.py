"""Calls as bytes, whatever their kind: attempts, deadlines, statuses. Everything typed stands on this."""

import asyncio
from typing import Any, NamedTuple

import grpc

from mesh.errors import Code
from mesh.rpc.client.gate import Attempt, retried
from mesh.rpc.client.line import Line
from mesh.rpc.client.outgoing import Metadata, Outgoing, issues_tokens, policy_of, prepare
from mesh.rpc.ended import Ended, Pairs, ended_with, pairs_of
from mesh.rpc.status import of_transport


class RawReply(NamedTuple):
    """A serialised reply with the metadata that came with its status."""

    body: bytes
    trailers: Pairs


class RawMethod:
    """One method of a peer; make it once."""

    def __init__(self, line: Line, path: str) -> None:
        self.line = line
        self._path = path
        self._policy = policy_of(path)
        self._gate = line.gate(path)
        self.issues_tokens = issues_tokens(self._policy)

    def prepare(self, timeout: float | None, metadata: Metadata | None) -> Outgoing:
        """Settle what all attempts of one call have in common."""
        return prepare(self.line.name, self._policy, self.line.credentials, timeout, metadata)

    def open(self, outgoing: Outgoing, request: bytes | None = None) -> "RawStream":
        """Open one attempt of a method with a stream of replies; raises Ended when it cannot be made.

        A method with one request is given it here, so that nothing is left to be written to a call that may be over.
        """
        left = outgoing.remaining(self._path)
        if request is not None:
            self.line.check_size(request)
        connection = self.line.next()
        attempt = self._gate.enter(left)
        if request is None:
            call = connection.stream(self._path)(timeout=left, metadata=outgoing.metadata)
        else:
            call = connection.replies(self._path)(request, timeout=left, metadata=outgoing.metadata)
        return RawStream(call, self.line, attempt)

    async def call(self, request: bytes, outgoing: Outgoing) -> tuple[bytes, Any]:
        """Give the reply of a method with one request, one reply, and the transport's call; raises Ended."""
        self.line.check_size(request)
        self.line.budget.earn()
        attempt = 0
        while True:
            attempt += 1
            left = outgoing.remaining(self._path)
            entered = self._gate.enter(left)
            try:
                with entered:
                    return await self._once(request, outgoing, left)
            except Ended as ended:
                await self.wait_or_raise(outgoing, attempt, ended)

    async def wait_or_raise(self, outgoing: Outgoing, attempt: int, ended: Ended) -> None:
        """Wait until the next attempt is due; raises `ended` when there is to be none."""
        delay = self.line.retry.delay(attempt, ended.failure) if outgoing.repeatable else None
        if delay is None or outgoing.is_over_in(delay) or not self.line.budget.spend():
            raise ended
        retried.labels(self.line.name, self._path).inc()
        await asyncio.sleep(delay)

    async def _once(self, request: bytes, outgoing: Outgoing, left: float | None) -> tuple[bytes, Any]:
        call = self.line.next().unary(self._path)(request, timeout=left, metadata=outgoing.metadata)
        try:
            return await call, call
        except grpc.aio.AioRpcError as error:
            raise ended_with(error, self.line.name) from None
        except asyncio.CancelledError as error:
            raise _lost(error, self.line.name) from None


class RawUnary(RawMethod):
    """A method with one request, one reply."""

    def holds_back(self) -> bool:
        """Tell, before anything is done for it, whether the next call is not made because the peer has too many."""
        return self._gate.throttle.holds_back()

    async def __call__(self, request: bytes, metadata: Metadata, timeout: float | None = None) -> RawReply:  # noqa: ASYNC109 - gRPC's own name
        """Call, again where that is safe; raises Ended. Without a timeout the policy's deadline holds."""
        body, call = await self.call(request, self.prepare(timeout, metadata))
        return RawReply(body, pairs_of(await call.trailing_metadata()))


class RawStream:
    """One open call; cancel it or read it to its end."""

    __slots__ = ("_attempt", "_call", "_line", "_why")

    def __init__(self, call: Any, line: Line, attempt: Attempt) -> None:
        self._call = call
        self._attempt = attempt
        self._line = line
        self._why: Ended | None = None
        call.add_done_callback(self._closed)

    async def read(self) -> bytes | None:
        """Return the next message, None when the peer ended with OK; raises Ended for any other end."""
        try:
            message = await self._call.read()
            if message is grpc.aio.EOF:  # a call that fails before its first message may end without an error
                await self.end()
                return None
        except grpc.aio.AioRpcError as error:
            raise self._failed(ended_with(error, self._line.name)) from None
        except asyncio.CancelledError as error:
            lost = _lost(error, self._line.name)
            raise (self._failed(self._why or lost) if isinstance(lost, Ended) else lost) from None
        self._attempt.answered()
        return message

    async def write(self, message: bytes) -> bool:
        """Send a message, waiting while the peer is slow; False when the call is over: `read` says how it ended."""
        try:
            self._line.check_size(message)
            await self._call.write(message)
        except Ended as too_large:
            self._cancel(too_large)
            return False
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            return False
        return True

    async def done_writing(self) -> None:
        """Say that no more messages will come from here."""
        if not self._call.done():
            await self._call.done_writing()

    async def end(self) -> None:
        """Wait for the status; raises Ended when it is not OK."""
        code = await self._call.code()
        if code != grpc.StatusCode.OK:
            trailers, details = await self._call.trailing_metadata(), await self._call.details()
            error = grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailers, details)
            raise self._failed(ended_with(error, self._line.name))
        self._attempt.end()

    def cancel(self) -> bool:
        """End the call in both directions; does nothing to one that is over."""
        self._attempt.give_up()
        return self._cancel(Ended(of_transport(Code.CANCELLED, self._line.name)))

    async def trailers(self) -> Pairs:
        """Return the metadata that came with the status; waits for the end of the call."""
        return pairs_of(await self._call.trailing_metadata())

    def _cancel(self, why: Ended) -> bool:
        self._why = self._why or why
        return self._call.cancel()

    def _failed(self, ended: Ended) -> Ended:
        self._attempt.end(ended.failure)
        return ended

    def _closed(self, call: Any) -> None:
        if call.cancelled():
            self._attempt.give_up()


def _lost(error: asyncio.CancelledError, peer: str) -> Ended | asyncio.CancelledError:
    """Return what a cancelled call means: this task was cancelled, or the channel was closed under the call."""
    task = asyncio.current_task()
    return error if task is not None and task.cancelling() else Ended(of_transport(Code.UNAVAILABLE, peer))
