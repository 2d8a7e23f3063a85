"""The serving end of the wire."""

from mesh.wire.server.server import Server

__all__ = ["Server"]
