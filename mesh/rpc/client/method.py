"""One method of a peer, as each kind of call needs it."""

from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import grpc

from mesh.rpc.client.line import Line
from mesh.rpc.client.outgoing import Metadata, expiry, headers, policy_of
from mesh.rpc.client.retries import may_repeat


class Outgoing(NamedTuple):
    """The metadata of a call, when it must be over, whether it may be repeated."""

    metadata: tuple[tuple[str, str | bytes], ...]
    expires_at: float | None
    repeatable: bool


class Method:
    """Makes the transport's callables, one for each channel, when they are first needed."""

    def __init__(self, line: Line, kind: str, path: str, serialize: Any, deserialize: Any) -> None:
        self.line = line
        self.path = path
        self.policy = policy_of(path)
        self._kind = kind
        self._codec = (serialize, deserialize)
        self._callables: WeakKeyDictionary[grpc.aio.Channel, Callable[..., Any]] = WeakKeyDictionary()

    def callable(self) -> Callable[..., Any]:
        """Return the transport's callable on the channel whose turn it is."""
        channel = self.line.pick()
        found = self._callables.get(channel)
        if found is None:
            found = self._callables[channel] = getattr(channel, self._kind)(self.path, *self._codec)
        return found

    def prepare(self, timeout: float | None, metadata: Metadata | None) -> Outgoing:
        """Settle what all attempts of one call have in common."""
        sent = headers(metadata, self.line.credentials, self.line.name, self.policy)
        return Outgoing(tuple(sent), expiry(timeout, self.policy), may_repeat(self.policy, sent))
