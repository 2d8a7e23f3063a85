"""Reading an envelope."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.events.v1.envelope_pb2 import Envelope
from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.events.errors import MalformedEvent
from mesh.events.event import decode
from mesh.ids import uuid7

CLASSES = {"guild.events.v1.CompanyFollowed": CompanyFollowed}


def _envelope(**changes: object) -> Envelope:
    envelope = Envelope(
        event_id=str(uuid7()),
        type="guild.events.v1.CompanyFollowed",
        actor_id=str(uuid7()),
        key="pair",
        payload=CompanyFollowed(user_id="r").SerializeToString(),
    )
    envelope.occurred_at.FromDatetime(datetime(2026, 1, 2, tzinfo=UTC))
    for name, value in changes.items():
        setattr(envelope, name, value)
    return envelope


def test_reads_what_a_publisher_wrote() -> None:
    """Every field arrives; the time is aware and in UTC."""
    envelope = _envelope()

    event = decode(envelope.SerializeToString(), CLASSES)

    assert (envelope.event_id, "r", "pair") == (str(event.id), event.message.user_id, event.key)
    assert (envelope.actor_id, datetime(2026, 1, 2, tzinfo=UTC)) == (str(event.actor), event.occurred_at)


def test_system_has_no_actor() -> None:
    """An event nobody caused names nobody."""
    assert decode(_envelope(actor_id="").SerializeToString(), CLASSES).actor is None


@pytest.mark.parametrize(
    "changes",
    [{"event_id": ""}, {"event_id": "x"}, {"actor_id": "x"}, {"type": ""}, {"type": "guild.X"}, {"payload": b"\xff"}],
)
def test_refuses_what_is_no_event(changes: dict[str, object]) -> None:
    """A missing id, an unknown type, a payload that cannot be read: malformed, whatever the cause."""
    with pytest.raises(MalformedEvent):
        decode(_envelope(**changes).SerializeToString(), CLASSES)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_malformed(data: bytes) -> None:
    """Nothing that can arrive raises anything else."""
    with pytest.raises(MalformedEvent):
        decode(data, CLASSES)


def test_time_out_of_range_is_malformed() -> None:
    """A time no calendar has does not get past the envelope."""
    envelope = _envelope()
    envelope.occurred_at.seconds = 2**62

    with pytest.raises(MalformedEvent):
        decode(envelope.SerializeToString(), CLASSES)
