"""Times as events carry them."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp


def stamp(at: datetime) -> Timestamp:
    """A time as the contract's messages carry it."""
    value = Timestamp()
    value.FromDatetime(at)
    return value
