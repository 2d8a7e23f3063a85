"""The pipeline as an interceptor: whatever a grpc.aio server serves of the contract passes through it."""

import inspect
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import grpc
from grpc_interceptor import AsyncServerInterceptor

from mesh import deadlines
from mesh.contract import MethodSpec, spec
from mesh.errors import Unimplemented
from mesh.rpc.call import Call, Serve, current_call
from mesh.rpc.concern import Proceed
from mesh.rpc.handlers import INFRASTRUCTURE, Handler, remade, served_by
from mesh.rpc.pipeline import Pipeline
from mesh.rpc.unimplemented import is_unimplemented
from mesh.telemetry import get_logger

_log = get_logger(__name__)


class PipelineInterceptor(AsyncServerInterceptor):
    """`grpc.aio.server(interceptors=[PipelineInterceptor(pipeline)])` is all a server of async servicers needs."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._chains: dict[str, tuple[MethodSpec, Proceed]] = {}
        self._prepared: dict[str, Handler] = {}

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        """Run one call of any kind through the pipeline; `method` is the servicer's, or the next interceptor's.

        The whole call is one task and one coroutine, streams of replies included, so that a context variable set by a
        concern is seen by the servicer until its last message. Gives the reply, None where replies were written.
        """
        of, run = self._chain(method_name)
        return await _serving(of, run, method)(request_or_iterator, context)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: Any,
    ) -> Handler:
        """Return a handler that intercepts; None for a method nobody serves.

        Overridden for two reasons: one request arrives as bytes, so that parsing it comes after authentication and its
        failure is an answer like any other; and replies of a stream are written within `intercept`.
        """
        path: str = handler_call_details.method
        prepared = self._prepared.get(path)
        if prepared is not None:
            return prepared
        handler = await continuation(handler_call_details)
        if handler is None or path.startswith(INFRASTRUCTURE):
            return handler
        try:
            self._chain(path)
        except LookupError as error:  # nobody said who may call it
            _log.error("method not served", method=path, problem=str(error))
            return None
        return self._around(path, handler)

    def prepare(self, path: str, handler: Handler) -> Handler:
        """Keep the handler of a method that stays the same for all calls; raises LookupError where a policy lacks."""
        self._chain(path)
        prepared = self._prepared[path] = self._around(path, handler)
        return prepared

    def _around(self, path: str, handler: Handler) -> Handler:
        serve = served_by(handler)
        if is_unimplemented(serve):
            serve = _refuse

        handle = _serving(*self._chain(path), serve)
        deserializer = handler.request_deserializer if handler.request_streaming else None
        return remade(handler, handle, deserializer, _bytes_or(handler.response_serializer))

    def _chain(self, path: str) -> tuple[MethodSpec, Proceed]:
        known = self._chains.get(path)
        if known is not None:
            return known
        method = spec(path)
        if method.policy is None:
            raise LookupError(f"{path} has no (guild.options.v1.policy) option: say who may call it")
        innermost = _write_replies if method.server_streaming else _reply
        chain = self._chains[path] = method, self._pipeline.around(method, innermost)
        return chain


def _serving(method: MethodSpec, run: Proceed, serve: Serve) -> Serve:
    """Return what answers a method: `serve`, a servicer's, within the pipeline."""

    async def handle(request: Any, context: Any) -> Any:
        call = Call(method, request, context, serve)
        current_call.set(call)
        deadlines.work_for(call)
        try:
            reply = await run(call)
        finally:
            call.ended = True
        if call.trailers:
            context.set_trailing_metadata((*(context.trailing_metadata() or ()), *call.trailers))
        return reply

    return handle


def _reply(call: Call) -> Awaitable[Any]:
    return call.serve(call.request, call.context)


async def _write_replies(call: Call) -> None:
    replies = call.serve(call.request, call.context)
    if not inspect.isasyncgen(replies):
        await replies  # it writes its replies itself
        return
    write = call.context.write
    async with aclosing(replies):
        async for message in replies:
            await write(message)


async def _refuse(_request: Any, _context: Any) -> Any:
    raise Unimplemented("this method is in the contract but is not served yet")


def _bytes_or(serialize: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """Let a servicer answer with bytes: what a cache keeps is sent as it is."""

    def to_bytes(reply: Any) -> bytes:
        return reply if type(reply) is bytes else serialize(reply)

    return to_bytes
