"""Generated handlers wrapped, once each, in the chain of concerns of their method."""

import inspect
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import grpc

from mesh.contract import MethodSpec
from mesh.errors import Unimplemented
from mesh.rpc.call import Call, current_call
from mesh.rpc.concern import Proceed
from mesh.rpc.pipeline import Pipeline
from mesh.rpc.unimplemented import is_unimplemented

Handler = Any
"""A grpc.RpcMethodHandler; its published type has none of the attributes it is made of."""


def wrap(handler: Handler, method: MethodSpec, pipeline: Pipeline) -> Handler:
    """Return a handler of the same kind whose calls pass through the pipeline.

    One request arrives as bytes, so that parsing it comes after authentication and its failure is an answer like any
    other. A reply may be the message or its bytes: what a cache keeps is sent as it is.
    """
    run = pipeline.around(method, _innermost(handler))
    make = _MAKERS[handler.request_streaming, handler.response_streaming]
    deserializer = handler.request_deserializer if handler.request_streaming else None
    return make(_handle(method, run), deserializer, _bytes_or(handler.response_serializer))


_MAKERS: dict[tuple[bool, bool], Callable[..., Handler]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


def _handle(method: MethodSpec, run: Proceed) -> Callable[[Any, Any], Any]:
    # A coroutine for streams too (it writes to the context): the whole call is one task, so a context variable set by a
    # concern is seen by the servicer until its last message.
    async def handle(request: Any, context: Any) -> Any:
        call = Call(method, request, context)
        current_call.set(call)
        try:
            reply = await run(call)
        finally:
            call.ended = True
        if call.trailers:
            context.set_trailing_metadata(tuple(call.trailers))
        return reply

    return handle


def _innermost(handler: Handler) -> Proceed:
    serve = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    if is_unimplemented(serve):
        return _refuse
    if not handler.response_streaming:

        async def reply(call: Call) -> Any:
            return await serve(call.request, call.context)

        return reply

    async def write_replies(call: Call) -> None:
        replies = serve(call.request, call.context)
        if not inspect.isasyncgen(replies):
            await replies
            return
        write = call.context.write
        async with aclosing(replies):
            async for message in replies:
                await write(message)

    return write_replies


async def _refuse(call: Call) -> Any:
    raise Unimplemented(f"{call.method.full_name} is not served yet")


def _bytes_or(serialize: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    def to_bytes(reply: Any) -> bytes:
        return reply if type(reply) is bytes else serialize(reply)

    return to_bytes
