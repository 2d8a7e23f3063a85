"""The Huffman code of header strings: RFC 7541, section 5.2 and appendix B.

Strings are decoded by zlib. DEFLATE (RFC 1951) takes any canonical code whose lengths a block declares, up to fifteen
bits. This code is canonical, and what is longer begins with fifteen ones, declared to be the end of the block:
a string with its bits mirrored in each octet is a block, all but its head and its end, and an octet costs a few
nanoseconds instead of a hundred. Whatever zlib does not read to a regular end is decoded again octet by octet: strings
with symbols of more than fifteen bits, and those that are wrong.
"""

import zlib

from mesh.wire.hpack.errors import HpackError

EOS = 256
_MAX_PADDING = 7  # bits; a whole octet of padding could have been left out
_MAX_DEFLATED = 15  # bits of a symbol that DEFLATE can have

# The code is canonical: codes of one length count upwards in the order of symbols, so their lengths say everything.
_SYMBOLS_BY_LENGTH: dict[int, bytes] = {
    5: b"012aceiost",
    6: b" %-./3456789=A_bdfghlmnpru",
    7: b":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz",
    8: b"&*,;XZ",
    10: b'!"()?',
    11: b"'+|",
    12: b"#>",
    13: b"\x00$@[]~",
    14: b"^}",
    15: b"<`{",
    19: bytes((92, 195, 208)),
    20: bytes((128, 130, 131, 162, 184, 194, 224, 226)),
    21: bytes((153, 161, 167, 172, 176, 177, 179, 209, 216, 217, 227, 229, 230)),
    22: bytes((129, 132, 133, 134, 136, 146, 154, 156, 160, 163, 164, 169, 170, 173, 178, 181, 185, 186, 187))
    + bytes((189, 190, 196, 198, 228, 232, 233)),
    23: bytes((1, 135, *range(137, 142), 143, 147, *range(149, 153), 155, 157, 158, 165, 166, 168, 174, 175, 180, 182))
    + bytes((183, 188, 191, 197, 231, 239)),
    24: bytes((9, 142, 144, 145, 148, 159, 171, 206, 215, 225, 236, 237)),
    25: bytes((199, 207, 234, 235)),
    26: bytes((192, 193, 200, 201, 202, 205, 210, 213, 218, 219, 238, 240, 242, 243, 255)),
    27: bytes((203, 204, 211, 212, 214, 221, 222, 223, 241, 244, 245, 246, 247, 248, 250, 251, 252, 253, 254)),
    28: bytes((*range(2, 9), 11, 12, *range(14, 22), *range(23, 32), 127, 220, 249)),
    30: bytes((10, 13, 22)),
}


def _codes() -> dict[int, str]:
    """Return the code of every symbol as digits."""
    codes: dict[int, str] = {}
    code = length = 0
    for longer, symbols in _SYMBOLS_BY_LENGTH.items():
        code <<= longer - length
        length = longer
        for symbol in (*symbols, EOS) if length == max(_SYMBOLS_BY_LENGTH) else symbols:
            codes[symbol] = format(code, f"0{length}b")
            code += 1
    return codes


CODES = _codes()


class _State(dict[int, tuple["_State", str]]):
    """A node of the tree between two octets: for each next octet the node it leads to, and the symbols it completes.

    Steps are filled in as they are first taken. All nodes and octets together are 65,536 steps, about 6 MiB that only
    an attacker of much patience would fill.
    """

    __slots__ = ("may_end", "path")

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.may_end = len(path) <= _MAX_PADDING and "0" not in path  # the beginning of EOS is the only padding

    def __missing__(self, octet: int) -> tuple["_State", str]:
        path, symbols = self.path, ""
        for digit in format(octet, "08b"):
            path += digit
            symbol = _SYMBOLS.get(path)
            if symbol is not None:
                if symbol == EOS:
                    raise HpackError("a Huffman string contains EOS")
                path, symbols = "", symbols + chr(symbol)
        state = _STATES.get(path)
        if state is None:
            state = _STATES[path] = _State(path)
        step = self[octet] = (state, symbols)
        return step


_SYMBOLS = {code: symbol for symbol, code in CODES.items()}
_STATES: dict[str, _State] = {}
_ROOT = _STATES[""] = _State("")
_DIGITS = tuple(CODES[octet] for octet in range(256))


def _head_of_block() -> bytes:
    """Return the beginning of a last DEFLATE block with this code, up to where its symbols begin: RFC 1951, 3.2."""
    lengths = [len(CODES[symbol]) for symbol in range(256)]
    declared = [length if length <= _MAX_DEFLATED else 0 for length in lengths]
    declared += [_MAX_DEFLATED, 0]  # the end of the block, and one code for distances, which is never used
    digits = "1" + "01"  # the last block, with a code of its own; numbers stand with their lowest bit first
    digits += "00000" + "00000" + "1111"  # 257 symbols, 1 distance, 19 lengths of the code that the lengths are in
    digits += "000" * 3 + "001" * 16  # in which 0 to 15 have four bits each: they are their own code
    digits += "".join(format(length, "04b") for length in declared)
    while len(digits) % 8:
        digits = "0" + "10" + "0000000" + digits  # an empty block of the fixed code, to end with an octet
    return bytes(int(digits[at : at + 8][::-1], 2) for at in range(0, len(digits), 8))


_MIRRORED = bytes(int(format(octet, "08b")[::-1], 2) for octet in range(256))
_END = b"\xff\xfe".translate(_MIRRORED)
"""Fifteen ones: a symbol that a string ends within takes some of them, and the block has no end."""
_INFLATER = zlib.decompressobj(-zlib.MAX_WBITS)
_INFLATER.decompress(_head_of_block())


def encode(octets: bytes) -> bytes:
    """Return the octets in Huffman code, padded with the beginning of EOS."""
    digits = "".join([_DIGITS[octet] for octet in octets])
    digits += "1" * (-len(digits) % 8)
    return int(digits or "0", 2).to_bytes(len(digits) // 8, "big")


def decode(octets: bytes) -> str:
    """Return what was encoded as Latin-1; raises HpackError for EOS and for padding that is too long or not of ones."""
    text = _inflated(octets)
    # An octet of ones may be padding too long by itself: then all is well without it, too.
    if text is None or (octets[-1:] == b"\xff" and _inflated(octets[:-1]) is not None):
        return _decode_by_octets(octets)
    return text


def _inflated(octets: bytes) -> str | None:
    """Return the text before at most fourteen ones, None for any other string.

    The ones of the padding come before those of the end, which leaves as many bits and the last one. Anything longer
    than fifteen bits leaves those of its own, and the sixteen of the end.
    """
    inflater = _INFLATER.copy()
    text = inflater.decompress(octets.translate(_MIRRORED) + _END)
    return str(text, "latin-1") if inflater.eof and len(inflater.unused_data) <= 1 else None


def _decode_by_octets(octets: bytes) -> str:
    state, pieces = _ROOT, list[str]()
    for octet in octets:
        state, symbols = state[octet]
        pieces.append(symbols)
    if not state.may_end:
        raise HpackError("a Huffman string ends within a symbol")
    return "".join(pieces)
