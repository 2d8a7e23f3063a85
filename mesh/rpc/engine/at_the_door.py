"""The door for the reference, which has no place of its own to ask at before a call is a task."""

from collections.abc import Awaitable, Callable
from typing import Any

import grpc

from mesh.limits.door import Overloaded
from mesh.rpc.doorkeeper import Doorkeeper
from mesh.rpc.handlers import remade, served_by
from mesh.rpc.status import DETAILS_KEY


class AtTheDoor(grpc.aio.ServerInterceptor):
    """Handlers are coroutine functions of the request, or the iterator of them, and the context: ours all are."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self._doorkeeper = doorkeeper

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]], handler_call_details: Any
    ) -> Any:
        """Return a handler whose calls pass the door."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        keeper, lane = self._doorkeeper, self._doorkeeper.lane(handler_call_details.method)
        if lane is None:
            return handler
        serve = served_by(handler)

        async def pass_door(request: Any, context: Any) -> Any:
            remaining: float | None = context.time_remaining()
            try:
                since = await keeper.door.enter(lane, remaining)
            except Overloaded as refused:
                details = ((DETAILS_KEY, keeper.details(context.invocation_metadata())),)
                return await context.abort(grpc.StatusCode.UNAVAILABLE, refused.message, details)
            answered = False  # nor is it when it fails: with which status this context does not say
            try:
                reply = await serve(request, context)
                answered = True
                return reply
            finally:
                keeper.door.leave(lane, since, None if remaining is None else since + remaining, answered=answered)

        return remade(handler, pass_door, handler.request_deserializer, handler.response_serializer)
