"""What a servicer reads and sets of its call: the part of grpc.aio.ServicerContext that sends nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import grpc

from mesh.wire import metadata
from mesh.wire.metadata import Metadata
from mesh.wire.server.heads import HEAD, ZIPPED_HEAD

if TYPE_CHECKING:
    from mesh.wire.server.protocol import ServerWire


class Context:
    """The state of a call that its head, and then its servicer, decide."""

    __slots__ = (
        "_accepts_gzip",
        "_callbacks",
        "_code",
        "_details",
        "_gzip",
        "_initial",
        "_metadata",
        "_over",
        "_plain_next",
        "_said_head",
        "_trailing",
        "_wire",
        "expires",
    )

    def __init__(self, wire: "ServerWire", head: metadata.Head) -> None:
        self._wire = wire
        self._metadata = head.metadata
        self._accepts_gzip = "gzip" in head.accepted
        self._gzip = False
        self._plain_next = False
        self._initial: Sequence[tuple[str, str | bytes]] = ()
        self._trailing: Metadata = ()
        self._code: Any = None
        self._details = ""
        self._said_head = False
        self._over = False
        self._callbacks: list[Callable[[Any], None]] | None = None
        self.expires: float | None = None
        """When its deadline is over, on the clock of the loop; None where it has none."""

    def invocation_metadata(self) -> Metadata:
        """Return the client's metadata."""
        return self._metadata

    def set_trailing_metadata(self, trailing_metadata: Iterable[tuple[str, str | bytes]]) -> None:
        """Set what goes with the status."""
        self._trailing = tuple(trailing_metadata)

    def trailing_metadata(self) -> Metadata:
        """Return what goes with the status."""
        return self._trailing

    def set_code(self, code: grpc.StatusCode) -> None:
        """Set the status that a servicer which returns ends with."""
        self._code = code

    def code(self) -> Any:
        """Return the status that was set or sent, None where there is none."""
        return self._code

    def set_details(self, details: str) -> None:
        """Set the text of the status."""
        self._details = details

    def details(self) -> str:
        """Return the text of the status."""
        return self._details

    def set_compression(self, compression: grpc.Compression) -> None:
        """Compress the replies, if the client understands it; before the first."""
        if self._said_head:
            raise grpc.aio.UsageError("compression is chosen before the initial metadata is sent")
        self._gzip = compression is grpc.Compression.Gzip and self._accepts_gzip

    def disable_next_message_compression(self) -> None:
        """Send the next reply as it is."""
        self._plain_next = True

    def peer(self) -> str:
        """Return the client's address as gRPC writes it, such as `ipv4:127.0.0.1:50000`."""
        return self._wire.peer

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """Return what mutual TLS says about the client."""
        return self._wire.auth_context

    def peer_identities(self) -> Iterable[bytes] | None:
        """Return the names in the client's certificate."""
        key = self.peer_identity_key()
        return None if key is None else self._wire.auth_context[key]

    def peer_identity_key(self) -> str | None:
        """Return which of the properties in `auth_context` the identities are."""
        known = self._wire.auth_context
        return next((key for key in ("x509_subject_alternative_name", "x509_common_name") if key in known), None)

    def time_remaining(self) -> float | None:
        """Return the seconds until the deadline, None when there is none."""
        return None if self.expires is None else max(0.0, self.expires - self._wire.loop.time())

    def done(self) -> bool:
        """Tell whether the call is over."""
        return self._over

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """Call `callback` with this context when the call is over."""
        if self._callbacks is None:
            self._callbacks = []
        self._callbacks.append(callback)

    def _head(self) -> Sequence[tuple[str, str]]:
        """Return the head of the response, which is then said; raises ValueError for what cannot be sent."""
        head = ZIPPED_HEAD if self._gzip else HEAD
        if self._initial:
            head = (*head, *metadata.sent(self._initial))
        self._said_head = True  # not before: what cannot be sent was not said
        return head
