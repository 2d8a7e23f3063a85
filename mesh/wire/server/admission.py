"""Who decides when calls begin."""

from typing import TYPE_CHECKING, NamedTuple, Protocol

import grpc

from mesh.wire.metadata import Metadata

if TYPE_CHECKING:
    from mesh.wire.server.call import ServerCall


class Refusal(NamedTuple):
    """The status of a call that does not begin."""

    code: grpc.StatusCode
    details: str
    trailing: Metadata


class Admission(Protocol):
    """Given to a server, it is asked about each call before there is a task for it."""

    def arrive(self, call: "ServerCall", /) -> None:
        """Take a call whose request is complete, or whose stream of requests begins.

        Sooner or later call its `admit` or its `refuse`, unless it `is_over` by then: its deadline goes on meanwhile.
        """
        ...

    def leave(self, call: "ServerCall", /) -> None:
        """A call that was admitted has ended, its task too."""
        ...

    def refusal(self, call: "ServerCall", /) -> Refusal:
        """Return what a refused call is told."""
        ...
