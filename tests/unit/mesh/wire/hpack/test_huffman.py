"""The Huffman code."""

import pytest
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH
from hypothesis import given
from hypothesis import strategies as st

from mesh.wire.hpack import HpackError, huffman


def bits(digits: str) -> bytes:
    return int(digits, 2).to_bytes(len(digits) // 8, "big")


def test_every_code_is_the_standards() -> None:
    """As the library has it."""
    codes = zip(REQUEST_CODES, REQUEST_CODES_LENGTH, strict=True)
    assert {symbol: format(code, f"0{length}b") for symbol, (code, length) in enumerate(codes)} == huffman.CODES


@given(st.binary(max_size=400))
def test_what_is_encoded_is_decoded(octets: bytes) -> None:
    """Any octets, also those that stay out of the memo; a second time from it."""
    encoded = huffman.encode(octets)
    assert octets.decode("latin-1") == huffman.decode(encoded) == huffman.decode(encoded)


@given(st.binary(max_size=12))
def test_one_text_has_one_code(octets: bytes) -> None:
    """Whatever can be decoded is what we would have encoded: nothing hides in the padding."""
    try:
        text = huffman.decode(octets)
    except HpackError:
        return
    assert octets == huffman.encode(text.encode("latin-1"))


@pytest.mark.parametrize("symbol", ["0", "&", "!", "\n"])
def test_every_step_of_padding_counts(symbol: str) -> None:
    """Up to seven ones are padding, eight are too many, and a nought is none."""
    for count in range(12):
        digits = huffman.CODES[ord(symbol)] * count
        padding = -len(digits) % 8
        assert symbol * count == huffman.decode(bits(digits + "1" * padding) if count else b"")
        with pytest.raises(HpackError):
            huffman.decode(bits(digits + "1" * (padding + 8)))
        if padding:
            with pytest.raises(HpackError):
                huffman.decode(bits(digits + "1" * (padding - 1) + "0"))


@pytest.mark.parametrize("before", ["", "0", "a0"])
def test_eos_is_no_symbol(before: str) -> None:
    """Wherever it begins in an octet."""
    digits = "".join(huffman.CODES[ord(symbol)] for symbol in before) + huffman.CODES[256]
    with pytest.raises(HpackError, match="EOS"):
        huffman.decode(bits(digits + "1" * (-len(digits) % 8)))


def test_the_memo_is_bounded() -> None:
    """In strings, and in the length of each."""
    for number in range(3 * huffman._MEMO_STRINGS):
        huffman.decode(huffman.encode(b"%d" % number))
        assert len(huffman._memo) <= huffman._MEMO_STRINGS
    token = huffman.encode(b"t" * 1000)
    assert huffman.decode(token) == "t" * 1000
    assert token not in huffman._memo
