"""UUIDv7: they sort by time, and tell it."""

import time
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import timestamp_of, uuid7


def test_ids_of_one_process_grow() -> None:
    """Ten thousand ids made in a row are distinct and in order."""
    made = [uuid7() for _ in range(10_000)]

    assert sorted(set(made)) == made


def test_ids_grow_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose clock is set back still makes greater ids."""
    before = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000)

    assert uuid7() > before


def test_ids_of_a_frozen_clock_grow() -> None:
    """Ids of one given instant are in order and all carry it."""
    now = datetime(2030, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)

    made = [uuid7(now) for _ in range(1000)]

    assert sorted(set(made)) == made
    assert {now} == {timestamp_of(one) for one in made}


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_layout_is_that_of_the_rfc(now: datetime) -> None:
    """Version 7, the RFC's variant, and the time to the millisecond, whenever it was."""
    made = uuid7(now)

    assert (7, RFC_4122) == (made.version, made.variant)
    assert now - timedelta(microseconds=now.microsecond % 1000) == timestamp_of(made)


def test_the_example_of_the_rfc_is_read() -> None:
    """RFC 9562, appendix A.6: its UUIDv7 was made on 22 February 2022 at 19:22:22 UTC."""
    assert datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC) == timestamp_of(UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))


def test_another_kind_of_uuid_has_no_time() -> None:
    """Asking a random UUID for its time is an error."""
    with pytest.raises(ValueError, match="not a UUIDv7"):
        timestamp_of(uuid4())
