"""Header compression for HTTP/2, RFC 7541."""

from mesh.wire.hpack.decoder import Decoder
from mesh.wire.hpack.encoder import Encoder
from mesh.wire.hpack.errors import HpackError, ListTooLarge
from mesh.wire.hpack.tables import Field

__all__ = ["Decoder", "Encoder", "Field", "HpackError", "ListTooLarge"]
