"""The one interceptor of a server: it runs the pipeline around every method of the contract."""

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
from grpc_interceptor import AsyncServerInterceptor

from mesh.contract import MethodSpec, spec
from mesh.rpc.handlers import Handler, wrap
from mesh.rpc.pipeline import Pipeline

INFRASTRUCTURE = "/grpc."
"""Health and reflection: no policy, no concern; they must answer when everything else is refused."""


class PipelineInterceptor(AsyncServerInterceptor):
    """Wraps each handler at its first call and keeps it, so that a call costs the concerns alone."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: Any,
    ) -> Handler:
        """Return the wrapped handler; None for a method nobody serves."""
        path: str = handler_call_details.method
        wrapped = self._wrapped.get(path)
        if wrapped is not None:
            return wrapped
        handler = await continuation(handler_call_details)
        if handler is None or path.startswith(INFRASTRUCTURE):
            return handler
        return self.prepare(spec(path), handler)

    def prepare(self, method: MethodSpec, handler: Handler) -> Handler:
        """Wrap a handler ahead of its first call; raises LookupError for a method without a policy."""
        if method.policy is None:
            raise LookupError(f"{method.full_name} has no (guild.options.v1.policy) option: say who may call it")
        wrapped = self._wrapped[method.full_name] = wrap(handler, method, self._pipeline)
        return wrapped

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        """Never called: `intercept_service` hands out handlers that are wrapped already."""
        raise NotImplementedError(method_name)
