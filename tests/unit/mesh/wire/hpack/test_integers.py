"""Integers that begin within an octet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.wire.hpack import HpackError
from mesh.wire.hpack.integers import MAX_INTEGER, decode_integer, encode_integer

MASKS = st.sampled_from([0x0F, 0x1F, 0x3F, 0x7F])


@given(st.integers(0, MAX_INTEGER), MASKS)
def test_what_is_encoded_is_decoded(value: int, mask: int) -> None:
    """The pattern stays above the mask."""
    octets = encode_integer(value, 0xFF ^ mask, mask)
    assert 0xFF ^ mask == octets[0] & ~mask
    if value < mask:
        assert 0xFF ^ mask | value == octets[0]
    else:
        assert (value, len(octets)) == decode_integer(octets, 1, mask)


@pytest.mark.parametrize("octets", ["ffffffff0f", "ffffffff7f", "ffffffffff01", "808080808001", "8080808080808000"])
def test_an_integer_too_large_is_refused(octets: str) -> None:
    """Also one that is long for nothing."""
    with pytest.raises(HpackError, match="larger"):
        decode_integer(bytes.fromhex(octets), 0, 0x7F)


def test_padding_with_noughts_is_allowed_within_bounds() -> None:
    """The standard asks for no shortest form."""
    assert (0x7F, 5) == decode_integer(bytes.fromhex("8080808000"), 0, 0x7F)


@pytest.mark.parametrize("octets", ["", "80", "ffffff"])
def test_an_integer_cut_off_is_missed(octets: str) -> None:
    """The decoder makes an HpackError of it."""
    with pytest.raises(IndexError):
        decode_integer(bytes.fromhex(octets), 0, 0x7F)
