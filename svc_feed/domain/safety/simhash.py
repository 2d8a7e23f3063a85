"""Fingerprints by which texts that are nearly the same are found.

SimHash (Charikar, "Similarity estimation techniques from rounding algorithms", 2002): each word votes on each of 64
bits, so that texts that have most words in common differ in few bits.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from mesh.texts import tokens
from svc_feed.domain.ids import UserId
from svc_feed.domain.safety.assessment import Finding, Outcome, SafetyReason
from svc_feed.domain.safety.links import without_links

NEAR = 3
"""Bits by which fingerprints of nearly the same differ: one of four bands is then the same."""
_BITS, _BANDS = 64, 4
_BAND_BITS = _BITS // _BANDS
_FEWEST, _MOST = 8, 2_000
"""Words: shorter texts are alike without anybody copying, of longer ones so many are looked at."""
_LANE = 16  # bits to count the votes of one bit, more than _MOST needs
_SPREAD = [sum((byte >> bit & 1) << bit * _LANE for bit in range(8)) for byte in range(256)]


class Alike(NamedTuple):
    """A text published lately that may be nearly the same."""

    author: UserId
    fingerprint: int


def fingerprint_of(text: str) -> int | None:
    """Return the 64 bits of a text, None where it is too short; without links and numbers, which copies differ in."""
    words = {word for word in tokens(without_links(text))[:_MOST] if not word.isdecimal()}
    if len(words) < _FEWEST:
        return None
    votes = 0
    for word in words:
        for at, byte in enumerate(blake2b(word.encode(), digest_size=_BITS // 8).digest()):
            votes += _SPREAD[byte] << at * 8 * _LANE
    lane = (1 << _LANE) - 1
    return sum((2 * (votes >> bit * _LANE & lane) > len(words)) << bit for bit in range(_BITS))


def bands_of(fingerprint: int) -> list[int]:
    """Return the keys by which near fingerprints are found: one is the same, where NEAR bits differ at most."""
    mask = (1 << _BAND_BITS) - 1
    return [at << _BAND_BITS | fingerprint >> at * _BAND_BITS & mask for at in range(_BANDS)]


def distance(one: int, other: int) -> int:
    """Return how many bits differ."""
    return (one ^ other).bit_count()


_BY_ONE = ((10, Outcome.REVIEW), (4, Outcome.LIMIT))
_BY_MANY = ((20, Outcome.REVIEW), (5, Outcome.LIMIT))


def repeats(fingerprint: int, author: UserId, lately: list[Alike]) -> Iterator[Finding]:
    """What it means that the same was published lately, by its author, or by many others."""
    near = [one for one in lately if distance(one.fingerprint, fingerprint) <= NEAR]
    own = sum(one.author == author for one in near)
    others = len({one.author for one in near if one.author != author})
    for times, steps in ((own, _BY_ONE), (others, _BY_MANY)):
        outcome = next((outcome for least, outcome in steps if times >= least), None)
        if outcome is not None:
            yield Finding(outcome, SafetyReason.REPEATED)
