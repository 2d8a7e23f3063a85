"""What generated code registers for a method, looked into and made anew around something else."""

from collections.abc import Callable
from typing import Any

import grpc

INFRASTRUCTURE = "/grpc."
"""Health and reflection: no policy, no concern, no door; they must answer when everything else is refused."""

Handler = Any
"""A grpc.RpcMethodHandler; its published type has none of the attributes it is made of."""

_MAKERS: dict[tuple[bool, bool], Callable[..., Handler]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


def served_by(handler: Handler) -> Callable[[Any, Any], Any]:
    """Return the method of the servicer, whichever of the four kinds it is."""
    return handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream


def remade(handler: Handler, serve: Callable[[Any, Any], Any], deserializer: Any, serializer: Any) -> Handler:
    """Return a handler of the same kind that is served by `serve`."""
    make = _MAKERS[handler.request_streaming, handler.response_streaming]
    return make(serve, deserializer, serializer)
