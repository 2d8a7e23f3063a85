"""Which failed calls are tried again, when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.contract import Access, Idempotency, Policy
from mesh.errors import Aborted, Failure, Internal, NotFound, Unavailable
from mesh.limits.door import overloaded
from mesh.rpc.client.retries import RetryPolicy, may_repeat

KEY = [("idempotency-key", "k")]


@pytest.mark.parametrize(
    ("level", "sent", "repeatable"),
    [
        (Idempotency.NO_SIDE_EFFECTS, [], True),
        (Idempotency.IDEMPOTENT, [], True),
        (Idempotency.KEYED, KEY, True),
        (Idempotency.KEYED, [], False),
        (Idempotency.KEYED, [("idempotency-key", "")], False),
        (Idempotency.UNSAFE, KEY, False),
    ],
)
def test_what_may_be_repeated(level: Idempotency, sent: list[tuple[str, str]], repeatable: bool) -> None:
    """The contract decides; a keyed method only with its key."""
    assert repeatable == may_repeat(Policy(Access.USER, level), sent)


def test_method_outside_the_contract_is_not_repeated() -> None:
    """Nothing is known about it."""
    assert not may_repeat(None, KEY)


@pytest.mark.parametrize(
    ("failure", "again"),
    [(Unavailable("x"), True), (Aborted("x"), True), (NotFound("x"), False), (Internal("x"), False)],
)
def test_only_passing_trouble_is_worth_it(failure: Failure, again: bool) -> None:
    """A refusal stays a refusal."""
    assert again == (RetryPolicy().delay(1, failure) is not None)


def test_last_attempt_is_the_last() -> None:
    """Three attempts by default."""
    assert [True, True, False] == [RetryPolicy().delay(n, Unavailable("x")) is not None for n in (1, 2, 3)]


def test_long_waits_are_left_to_the_caller() -> None:
    """A peer that asks for more than a second is believed: the caller is told instead."""
    assert RetryPolicy().delay(1, Unavailable("x", retry_after=30)) is None


def test_overload_is_not_answered_with_more() -> None:
    """A peer that has more work than time is not asked again: whoever asked first hears of it, and of the wait."""
    assert RetryPolicy().delay(1, overloaded()) is None


@given(st.integers(1, 20), st.floats(0, 1))
def test_delay_is_bounded(attempt: int, asked: float) -> None:
    """Never before the peer asked, never later than the bound after it."""
    delay = RetryPolicy(max_attempts=21).delay(attempt, Unavailable("x", retry_after=asked))

    assert delay is not None
    assert asked <= delay <= asked + min(1.0, 0.05 * 2 ** (attempt - 1))
