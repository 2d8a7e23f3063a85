"""Times as messages carry them."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_A_DAY = 86_400


def timestamp(at: datetime) -> Timestamp:
    """Return an aware time as a message, to the microsecond; a tenth of the cost of `Timestamp.FromDatetime`."""
    since = at - _EPOCH
    return Timestamp(seconds=since.days * _SECONDS_A_DAY + since.seconds, nanos=since.microseconds * 1_000)
