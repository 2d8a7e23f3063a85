"""A channel of the reference that, as ours does, opens more connections when its streams run out."""

from collections.abc import Callable
from functools import partial
from typing import Any

import grpc

STREAMS_PER_CONNECTION = 800
"""A server takes a thousand at most, and the reference queues the others without a word."""

_Codec = tuple[Any, Any]


class SpreadChannel:
    """Streams have connections of their own: they would use up the number of calls that one connection carries."""

    def __init__(self, dial: Callable[[], grpc.aio.Channel]) -> None:
        self._dial = dial
        self._calls = dial()
        self._streams: list[_Streams] = []

    def unary_unary(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> Callable[..., Any]:
        """One request, one reply."""
        return self._calls.unary_unary(method, request_serializer, response_deserializer)

    def unary_stream(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> Callable[..., Any]:
        """One request, a stream of replies."""
        return partial(self._open, "unary_stream", method, (request_serializer, response_deserializer))

    def stream_unary(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> Callable[..., Any]:
        """A stream of requests, one reply."""
        return partial(self._open, "stream_unary", method, (request_serializer, response_deserializer))

    def stream_stream(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> Callable[..., Any]:
        """Streams both ways."""
        return partial(self._open, "stream_stream", method, (request_serializer, response_deserializer))

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """Return how the connections are: ready when one of them is."""
        states = [one.get_state(try_to_connect) for one in (self._calls, *(one.channel for one in self._streams))]
        ready = grpc.ChannelConnectivity.READY
        return ready if ready in states else states[0]

    async def close(self, grace: float | None = None) -> None:
        """Let open calls finish for `grace` seconds, then cancel them."""
        for channel in (self._calls, *(one.channel for one in self._streams)):
            await channel.close(grace)

    def _open(self, kind: str, method: str, codec: _Codec, *given: Any, **more: Any) -> Any:
        streams = next((one for one in self._streams if one.open < STREAMS_PER_CONNECTION), None)
        if streams is None:
            streams = _Streams(self._dial())
            self._streams.append(streams)
        call = streams.callable(kind, method, codec)(*given, **more)
        streams.open += 1
        call.add_done_callback(streams.closed)
        return call


class _Streams:
    """One connection, with how many streams are open on it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel
        self.open = 0
        self._callables: dict[tuple[str, str], Callable[..., Any]] = {}

    def callable(self, kind: str, method: str, codec: _Codec) -> Callable[..., Any]:
        """Return what begins a call."""
        found = self._callables.get((kind, method))
        if found is None:
            found = self._callables[kind, method] = getattr(self.channel, kind)(method, *codec)
        return found

    def closed(self, _call: Any) -> None:
        """Count a stream that is over."""
        self.open -= 1
