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


@given(
    st.one_of(
        st.binary(max_size=12), st.text("aA0-_~<`{|\x00\xff", max_size=12).map(lambda text: text.encode("latin-1"))
    )
)
def test_both_ways_to_decode_agree(octets: bytes) -> None:
    """What zlib reads is what is read octet by octet, whether encoded, cut short, padded too much or arbitrary."""
    encoded = huffman.encode(octets)
    for one in (octets, encoded, encoded[:-1], encoded + b"\xff", encoded + b"\xff\xff", encoded + b"\xfe"):
        try:
            expected = huffman._decode_by_octets(one)
        except HpackError:
            with pytest.raises(HpackError):
                huffman.decode(one)
        else:
            assert expected == huffman.decode(one)


def test_a_token_is_decoded_by_zlib() -> None:
    """Letters, digits and common signs never take the slow way."""
    for length in range(1, 100):
        text = "".join(chr(0x21 + (length * number) % 0x5E) for number in range(length)).translate({0x5C: "-"})
        assert text == huffman._inflated(huffman.encode(text.encode()))
