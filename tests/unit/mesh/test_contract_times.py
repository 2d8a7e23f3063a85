"""Times as messages carry them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from mesh.contract import moment, timestamp
from mesh.contract.plain_values import FIRST_SECOND, LAST_SECOND

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones)  # noqa: DTZ001 - the zone is drawn


@given(moments)
def test_it_is_what_protobuf_makes_of_it(at: datetime) -> None:
    """Before and after the epoch, in any zone, to the microsecond."""
    expected = Timestamp()
    expected.FromDatetime(at)
    assert expected == timestamp(at)
    assert at == timestamp(at).ToDatetime(tzinfo=UTC)


@given(moments)
def test_what_is_said_is_read(at: datetime) -> None:
    """To the microsecond, in UTC."""
    assert (at, UTC) == (moment(timestamp(at)), moment(timestamp(at)).tzinfo)


@pytest.mark.parametrize(
    ("stamp", "least", "most"),
    [
        (Timestamp(seconds=FIRST_SECOND), datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)),
        (
            Timestamp(seconds=LAST_SECOND, nanos=999_999_999),
            datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
            datetime.max.replace(tzinfo=UTC),
        ),
    ],
    ids=["first", "last"],
)
def test_ends_of_the_calendar_are_times(stamp: Timestamp, least: datetime, most: datetime) -> None:
    """The ends themselves would be infinities in the database."""
    assert least < moment(stamp) < most


def test_what_is_beyond_is_refused() -> None:
    """A datetime cannot hold it."""
    with pytest.raises(OverflowError):
        moment(Timestamp(seconds=LAST_SECOND + 1))
