"""One stream: what both directions of flow control know of it."""

from collections import deque
from typing import Any

from mesh.wire.fields import Fields


class Stream:
    """Written by the connection alone, save `call`, `partial`, `patience`, `queued` and `writer`: its user's."""

    __slots__ = (
        "backlog",
        "call",
        "closing",
        "debt",
        "expected",
        "id",
        "local_open",
        "outbox",
        "partial",
        "patience",
        "queued",
        "recv_window",
        "remote_open",
        "send_window",
        "writer",
    )

    def __init__(self, number: int, send_window: int, recv_window: int, patience: float) -> None:
        self.id = number
        self.call: Any = None
        """Whatever the connection's user keeps for the stream."""
        self.send_window = send_window
        self.recv_window = recv_window
        self.local_open = True
        """Whether we may still send."""
        self.remote_open = True
        """Whether the peer may still send."""
        self.outbox: deque[bytes] | None = None
        """Data that waits for a window or for the transport."""
        self.backlog = 0
        """Octets in the outbox."""
        self.closing: Fields | bool = False
        """What follows the outbox: trailers, or True for an end without any."""
        self.debt = 0
        """Octets received for which the peer was given no new credit yet."""
        self.patience = patience
        """Until when a reset of the peer's is hasty, on the connection's clock."""
        self.partial = 0
        """Octets of a message that is not complete."""
        self.queued = 0
        """Octets of whole messages that nobody has read."""
        self.expected = -1
        """Octets that content-length promises; -1 where it was not sent."""
        self.writer: Any = None
        """Whoever waits for the outbox to become short; the connection says only when it has."""
