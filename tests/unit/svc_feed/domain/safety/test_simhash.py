"""Texts that are nearly the same have fingerprints that are near, others do not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import UserId, uuid7
from svc_feed.domain.safety.assessment import Outcome, SafetyReason
from svc_feed.domain.safety.simhash import NEAR, Alike, bands_of, distance, fingerprint_of, repeats

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"]
fingerprints = st.integers(0, 2**64 - 1)


def text_of(rng: random.Random, words: int) -> list[str]:
    return rng.sample(WORDS, words)


@given(st.integers(0, 2**32), st.integers(80, 300))
def test_small_edits_stay_near_and_other_texts_are_far(seed: int, words: int) -> None:
    """One word in eighty is fewer bits than two texts without any in common differ by."""
    rng = random.Random(seed)
    one = text_of(rng, words)
    edited = [*one[:-1], "elsewhere"]
    other = [f"{word}x" for word in text_of(rng, words)]
    prints = [fingerprint_of(" ".join(some)) for some in (one, edited, other)]

    assert None not in prints
    mine, near, far = [found or 0 for found in prints]
    assert distance(mine, near) < 12 < distance(mine, far)


@given(st.lists(st.sampled_from(WORDS), min_size=20, max_size=40, unique=True), st.integers(0, 10**9))
def test_what_copies_differ_in_does_not_count(words: list[str], number: int) -> None:
    """Links, numbers, case, accents, blanks and the order of words."""
    copy = [f"https://spam{number}.example/{number}", str(number), *(word.upper() for word in reversed(words))]

    assert fingerprint_of(" ".join(words)) == fingerprint_of("\n\n".join(copy))


@given(fingerprints, st.sets(st.integers(0, 63), max_size=NEAR))
def test_near_ones_have_a_band_in_common(one: int, bits: set[int]) -> None:
    """Whichever bits differ: nothing near is missed."""
    other = one
    for bit in bits:
        other ^= 1 << bit

    assert {*bands_of(one)} & {*bands_of(other)}
    assert len(bits) == distance(one, other)


def test_short_texts_have_none() -> None:
    """Everybody congratulates in the same words."""
    assert fingerprint_of("Congratulations, well deserved! 🎉") is None


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [(3, 4, None), (4, 0, Outcome.LIMIT), (10, 0, Outcome.REVIEW), (0, 5, Outcome.LIMIT), (2, 20, Outcome.REVIEW)],
)
def test_repeats_are_counted(own: int, others: int, expected: Outcome | None) -> None:
    """By the author, or by how many others; what is far is no repeat."""
    me, far = UserId(uuid7()), 2**64 - 1
    lately = [Alike(me, 1)] * own + [Alike(UserId(uuid7()), 2) for _ in range(others)]
    lately += [Alike(UserId(uuid7()), far) for _ in range(30)]
    found = [*repeats(0, me, lately)]

    assert ([] if expected is None else [(expected, SafetyReason.REPEATED)]) == found
