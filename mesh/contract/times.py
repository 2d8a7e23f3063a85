"""Times as messages carry them."""

from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_A_DAY = 86_400
_FIRST = datetime.min.replace(microsecond=1, tzinfo=UTC)
_LAST = datetime.max.replace(microsecond=999_998, tzinfo=UTC)


def timestamp(at: datetime) -> Timestamp:
    """Return an aware time as a message, to the microsecond; a tenth of the cost of `Timestamp.FromDatetime`."""
    since = at - _EPOCH
    return Timestamp(seconds=since.days * _SECONDS_A_DAY + since.seconds, nanos=since.microseconds * 1_000)


def moment(stamp: Timestamp) -> datetime:
    """Return a message as an aware time that can be stored, to the microsecond; use it instead of `ToDatetime`.

    The first and the last microsecond of a datetime are what asyncpg stores as -infinity and infinity, and returns
    without a zone: such a time becomes its neighbour. Raises OverflowError for what is not in the years 1 to 9999.
    """
    at = _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1_000)
    return min(max(at, _FIRST), _LAST)
