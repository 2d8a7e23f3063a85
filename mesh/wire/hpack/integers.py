"""Integers that begin within an octet: RFC 7541, section 5.1."""

# ruff: noqa: PLR2004  seven bits an octet, and the eighth says that more follow

from mesh.wire.hpack.errors import HpackError

MAX_INTEGER = (1 << 31) - 1  # far above any length or index that could be right
MAX_CONTINUATION = 5  # octets that hold MAX_INTEGER; more of them are padding, or a trap


def encode_integer(value: int, pattern: int, mask: int) -> bytes:
    """Return the octets of an integer whose first octet has `pattern` above the bits of `mask`."""
    if value < mask:
        return bytes((pattern | value,))
    octets = bytearray((pattern | mask,))
    value -= mask
    while value >= 0x80:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def decode_integer(block: bytes, position: int, mask: int) -> tuple[int, int]:
    """Return an integer that filled its prefix of `mask`, read on at `position`; and the position after it.

    Raises HpackError for an integer above MAX_INTEGER and IndexError at the end of the block.
    """
    octet = block[position]
    if octet < 0x80:  # mostly
        return mask + octet, position + 1
    value = mask
    for shift in range(0, 7 * MAX_CONTINUATION, 7):
        octet = block[position]
        position += 1
        value += (octet & 0x7F) << shift
        if octet < 0x80:
            if value > MAX_INTEGER:
                break
            return value, position
    raise HpackError("an integer is larger than anything it could count")
