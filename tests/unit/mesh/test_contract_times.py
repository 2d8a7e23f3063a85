"""Times as messages carry them."""

from datetime import UTC, datetime, timedelta, timezone

from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from mesh.contract import timestamp

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones)  # noqa: DTZ001 - the zone is drawn


@given(moments)
def test_it_is_what_protobuf_makes_of_it(at: datetime) -> None:
    """Before and after the epoch, in any zone, to the microsecond."""
    expected = Timestamp()
    expected.FromDatetime(at)
    assert expected == timestamp(at)
    assert at == timestamp(at).ToDatetime(tzinfo=UTC)
