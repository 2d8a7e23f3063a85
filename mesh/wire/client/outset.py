"""How a call sets out: what its caller asked for, the same for every kind of call."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mesh.wire import metadata
from mesh.wire.fields import Fields

if TYPE_CHECKING:
    from mesh.wire.client.channel import Channel


class Outset:
    """Raises ValueError for metadata that cannot be sent."""

    __slots__ = ("channel", "expires", "fields", "head", "wait", "zipped")

    def __init__(
        self,
        channel: "Channel",
        head: Fields,
        pairs: Iterable[tuple[str, str | bytes]] | None,
        seconds: float | None,
        *,
        wait: bool,
        zipped: bool,
    ) -> None:
        self.channel = channel
        self.head = head
        """Fields that all calls of the method have."""
        self.fields = metadata.sent(pairs) if pairs else []
        self.expires = None if seconds is None else channel.loop.time() + seconds
        self.wait = wait
        """Whether to wait for a connection however long it takes, or fail when there is none to be had."""
        self.zipped = zipped
