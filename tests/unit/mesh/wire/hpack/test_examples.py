"""The examples of RFC 7541, appendix C."""

import pytest

from mesh.wire.hpack import Decoder, Field
from mesh.wire.hpack.integers import decode_integer, encode_integer

FIRST: list[Field] = [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "www.example.com")]
SECOND: list[Field] = [*FIRST, ("cache-control", "no-cache")]
THIRD: list[Field] = [
    (":method", "GET"),
    (":scheme", "https"),
    (":path", "/index.html"),
    (":authority", "www.example.com"),
    ("custom-key", "custom-value"),
]
AUTHORITY, CACHE, CUSTOM = FIRST[3], SECOND[4], THIRD[4]

MOVED: list[Field] = [
    (":status", "302"),
    ("cache-control", "private"),
    ("date", "Mon, 21 Oct 2013 20:13:21 GMT"),
    ("location", "https://www.example.com"),
]
STATUS, PRIVATE, DATE, LOCATION = MOVED
AGAIN: list[Field] = [(":status", "307"), PRIVATE, DATE, LOCATION]
LATER: list[Field] = [
    (":status", "200"),
    PRIVATE,
    ("date", "Mon, 21 Oct 2013 20:13:22 GMT"),
    LOCATION,
    ("content-encoding", "gzip"),
    ("set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"),
]

REQUEST_TABLES = ([AUTHORITY], [CACHE, AUTHORITY], [CUSTOM, CACHE, AUTHORITY])
RESPONSE_TABLES = (
    [LOCATION, DATE, PRIVATE, STATUS],
    [AGAIN[0], LOCATION, DATE, PRIVATE],
    [LATER[5], LATER[4], LATER[2]],
)
REQUESTS = tuple(zip((FIRST, SECOND, THIRD), REQUEST_TABLES, (57, 110, 164), strict=True))
RESPONSES = tuple(zip((MOVED, AGAIN, LATER), RESPONSE_TABLES, (222, 222, 215), strict=True))

C3 = (
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    "8286 84be 5808 6e6f 2d63 6163 6865",
    "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
)
C4 = (
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
)
C5 = (
    (
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32"
        "3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d"
    ),
    "4803 3330 37c1 c0bf",
    (
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970"
        "7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61"
        "6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31"
    ),
)
C6 = (
    (
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad"
        "1718 63c7 8f0b 97c8 e9ae 82ae 43d3"
    ),
    "4883 640e ffc1 c0bf",
    (
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2"
        "e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"
    ),
)


@pytest.mark.parametrize(("value", "mask", "octets"), [(10, 31, "0a"), (1337, 31, "1f9a0a"), (42, 255, "2a")])
def test_c_1_integers(value: int, mask: int, octets: str) -> None:
    """Both ways."""
    assert bytes.fromhex(octets) == encode_integer(value, 0, mask)
    if value >= mask:
        assert (value, 3) == decode_integer(bytes.fromhex(octets), 1, mask)


@pytest.mark.parametrize(
    ("block", "field", "table"),
    [
        ("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", ("custom-key", "custom-header"), True),
        ("040c 2f73 616d 706c 652f 7061 7468", (":path", "/sample/path"), False),
        ("1008 7061 7373 776f 7264 0673 6563 7265 74", ("password", "secret"), False),
        ("82", (":method", "GET"), False),
    ],
)
def test_c_2_fields(block: str, field: Field, table: bool) -> None:
    """Only a literal with incremental indexing is remembered."""
    decoder = Decoder()
    assert [field] == decoder.decode(bytes.fromhex(block))
    assert [field] * table == decoder._table.entries[62:]


@pytest.mark.parametrize(
    ("blocks", "expected", "size"),
    [(C3, REQUESTS, 4096), (C4, REQUESTS, 4096), (C5, RESPONSES, 256), (C6, RESPONSES, 256)],
    ids=["C.3", "C.4", "C.5", "C.6"],
)
def test_c_3_to_c_6_lists(
    blocks: tuple[str, ...], expected: tuple[tuple[list[Field], list[Field], int], ...], size: int
) -> None:
    """With what the table holds after each, and its size."""
    decoder = Decoder(max_table_size=size)
    for block, (fields, table, table_size) in zip(blocks, expected, strict=True):
        assert fields == decoder.decode(bytes.fromhex(block))
        assert table == decoder._table.entries[62:]
        assert table_size == decoder._table.size
