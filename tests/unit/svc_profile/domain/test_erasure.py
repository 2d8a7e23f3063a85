"""The life of an erasure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import UserId, uuid7
from svc_profile.domain.erasure import LEASE, SETTLE, Erasure, ErasureNotFound, ErasureUnderWay, Receipt, State

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GRACE = timedelta(days=14)


def closed() -> tuple[Erasure, Receipt]:
    return Erasure.of(UserId(uuid7()), NOW, GRACE)


def test_a_receipt_comes_back_as_it_was_mailed() -> None:
    """And is of the erasure it was made with alone."""
    erasure, receipt = closed()

    assert receipt == Receipt.parse(str(receipt))
    assert erasure.is_of(receipt)
    assert not erasure.is_of(closed()[1])


@pytest.mark.parametrize("text", ["", "x", "a" * 60, "AAAA"])
def test_other_texts_are_no_receipts(text: str) -> None:
    """Whatever is sent in place of one."""
    with pytest.raises(ErasureNotFound):
        Receipt.parse(text)


def test_it_is_called_off_until_it_begins() -> None:
    """Not by whoever comes late, though nobody has begun yet."""
    erasure, _ = closed()

    assert State.CANCELLED is erasure.cancel(NOW + GRACE - timedelta(seconds=1)).state
    with pytest.raises(ErasureUnderWay):
        erasure.cancel(NOW + GRACE)


def test_only_one_works_on_it() -> None:
    """Who took it on has it for a lease, from step to step."""
    erasure, _ = closed()
    late = NOW + GRACE

    assert erasure.begin(late - timedelta(seconds=1)) is None
    taken = erasure.begin(late)
    assert taken is not None
    assert taken.begin(late + LEASE - timedelta(seconds=1)) is None
    assert taken.go_on(late + LEASE).begin(late + LEASE) is None
    assert taken.begin(late + LEASE) is not None


def test_who_it_was_is_forgotten_with_the_second_look() -> None:
    """Which is due when nothing about the member is on its way any longer."""
    erasure, _ = closed()
    running = erasure.begin(NOW + GRACE)
    assert running is not None

    erased = running.finish(NOW + GRACE)
    confirmed = erased.finish(NOW + GRACE + SETTLE)

    assert (1, 2) == (running.round, erased.round)
    assert (State.ERASED, NOW + GRACE + SETTLE, erasure.user_id) == (erased.state, erased.due_at, erased.user_id)
    assert (State.CONFIRMED, None, None) == (confirmed.state, confirmed.due_at, confirmed.user_id)


@given(st.integers(0, 40))
def test_what_fails_is_tried_later_and_later_but_within_hours(times: int) -> None:
    """However often it has failed."""
    erasure, _ = closed()
    for _ in range(times):
        erasure = erasure.fail(NOW)

    failed = erasure.fail(NOW)
    assert failed.due_at is not None
    assert timedelta(minutes=1) <= failed.due_at - NOW <= timedelta(hours=1)
