"""How many members saw something, without knowing who.

A HyperLogLog of 1,024 registers (P. Flajolet, É. Fusy, O. Gandouet, F. Meunier, "HyperLogLog: the analysis of a
near-optimal cardinality estimation algorithm", 2007): its standard error is 1.04 / sqrt(1,024), which is 3.25 %. Small
numbers are told by the registers that are empty, as is said there. A register is a byte; no register is all zero.
"""

import hashlib
import math
from collections.abc import Iterable

from svc_feed.domain.ids import UserId

REGISTERS = 1_024
FEWEST = 5
"""Members who must have seen something on a day for the day to tell of them: fewer might be guessed."""

_INDEX_BITS = 10
_REST_BITS = 64 - _INDEX_BITS
_BIAS = 0.7213 / (1 + 1.079 / REGISTERS)
_SMALL = 2.5 * REGISTERS


def audience_of(viewers: Iterable[UserId], author: UserId) -> bytes:
    """The registers of some members. Each author has hashes of their own: nothing is told of two of them together."""
    registers = bytearray(REGISTERS)
    for viewer in viewers:
        digest = hashlib.blake2b(viewer.bytes, digest_size=8, key=author.bytes).digest()
        value = int.from_bytes(digest)
        at, rest = value >> _REST_BITS, value & ((1 << _REST_BITS) - 1)
        registers[at] = max(registers[at], _REST_BITS - rest.bit_length() + 1)
    return bytes(registers)


def together(one: bytes, other: bytes) -> bytes:
    """The registers of all who are in one of two audiences."""
    return bytes(map(max, one, other)) if one and other else one or other


def size_of_audience(registers: bytes) -> int:
    """How many they are, about."""
    if not registers:
        return 0
    estimate = _BIAS * REGISTERS**2 / sum(2.0**-register for register in registers)
    empty = registers.count(0)
    if estimate <= _SMALL and empty:
        estimate = REGISTERS * math.log(REGISTERS / empty)
    return round(estimate)
