"""The calling end of the wire."""

from mesh.wire.client.channel import Channel

__all__ = ["Channel"]
