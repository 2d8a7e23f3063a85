"""Which of the connections that are ready gets the next call."""

import random
from collections.abc import Sequence
from typing import Literal, Protocol

from mesh.wire.client.protocol import ClientWire

Policy = Literal["round_robin", "least_requests"]


class Balancer(Protocol):
    """Told of every change, asked for every call."""

    def changed(self, wires: Sequence[ClientWire]) -> None:
        """These are ready now."""
        ...

    def pick(self) -> ClientWire | None:
        """Return one with room for a stream, None when there is none."""
        ...


class RoundRobin:
    """Each in turn."""

    def __init__(self) -> None:
        self._wires: Sequence[ClientWire] = ()
        self._next = 0

    def changed(self, wires: Sequence[ClientWire]) -> None:
        """Begin anew somewhere: clients that start together must not go to one server together."""
        self._wires = wires
        self._next = random.randrange(len(wires)) if wires else 0  # noqa: S311 - no secret

    def pick(self) -> ClientWire | None:
        """Return the next with room."""
        wires = self._wires
        for _ in wires:
            self._next = (self._next + 1) % len(wires)
            wire = wires[self._next]
            if wire.has_room:
                return wire
        return None


class LeastRequests:
    """Of two taken by chance the one with fewer streams: close to the best of all, and never everybody at once."""

    def __init__(self) -> None:
        self._wires: Sequence[ClientWire] = ()

    def changed(self, wires: Sequence[ClientWire]) -> None:
        """These are ready now."""
        self._wires = wires

    def pick(self) -> ClientWire | None:
        """Return the less busy of two; where both are full any other with room."""
        wires = self._wires
        if not wires:
            return None
        two = random.choice(wires), random.choice(wires)  # noqa: S311 - no secret
        best = min(two, key=_streams)
        return best if best.has_room else next((wire for wire in wires if wire.has_room), None)


def balancer(policy: Policy) -> Balancer:
    """Return a new balancer."""
    return LeastRequests() if policy == "least_requests" else RoundRobin()


def _streams(wire: ClientWire) -> int:
    return len(wire.http.streams)
