"""Proofs of work."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from svc_profile.domain.challenge import harder, is_proof


@given(prompt=st.text(), answer=st.text(), bits=st.integers(0, 26))
def test_a_proof_begins_with_as_many_zero_bits(prompt: str, answer: str, bits: int) -> None:
    """As they are counted in the binary digits of the hash."""
    digest = hashlib.sha256((prompt + answer).encode("utf-8", "surrogatepass")).digest()
    digits = f"{int.from_bytes(digest, 'big'):0256b}"
    assert digits.startswith("0" * bits) == is_proof(prompt, answer, bits)


def test_work_doubles_with_each_doubling_of_what_was_passed_and_is_bounded() -> None:
    """Nobody is asked for what cannot be found."""
    assert [18, 19, 20, 20, 21, 26] == [harder(18, passed) for passed in (0, 1, 2, 3, 4, 10_000)]


def test_an_easy_proof_is_found_and_holds_for_its_prompt_alone() -> None:
    """Eight bits take some hundred tries; with another prompt the same answer is one in 256."""
    answer = next(str(n) for n in range(10_000) if is_proof("prompt", str(n), 8))
    assert is_proof("prompt", answer, 8)
    assert not all(is_proof(f"another {n}", answer, 8) for n in range(8))
