"""Events are sealed for the outbox."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from guild.events.v1.envelope_pb2 import Envelope
from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.data import OUTBOX_BUCKETS, OUTBOX_INSERT, outbox_rows, pending_event
from mesh.data.outbox import bucket_of
from mesh.principal import Principal, acting_as

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MEMBER, OTHER = UUID(int=1), UUID(int=2)


def test_buckets_are_the_same_in_every_process() -> None:
    """A key's bucket is fixed for ever, and keys spread over all of them."""
    assert [8, 8] == [bucket_of("a-key"), bucket_of("a-key")]
    assert set(range(OUTBOX_BUCKETS)) == {bucket_of(str(UUID(int=n))) for n in range(500)}


def test_the_actor_is_the_signed_in_member() -> None:
    """Unless told otherwise the actor of an event is who made the call; nobody for the system."""

    def actor(given: UUID | None = None) -> str:
        event = pending_event(CompanyFollowed(company_id="k"), actor=given, occurred_at=NOW)
        return Envelope.FromString(event.envelope).actor_id

    assert "" == actor()
    with acting_as(Principal(user_id=MEMBER)):
        assert [str(MEMBER), str(OTHER)] == [actor(), actor(OTHER)]


@pytest.mark.parametrize("key", ["", "a.b", "a b", "*", ">", "é", "x" * 129])
def test_keys_are_tokens_of_a_subject(key: str) -> None:
    """A key that would change the subject's shape is refused."""
    with pytest.raises(ValueError, match=r"cannot be the key|needs a value"):
        pending_event(CompanyFollowed(company_id=key), actor=None, occurred_at=NOW)


def test_only_events_are_published() -> None:
    """A message without a route is no event."""
    with pytest.raises(LookupError):
        pending_event(Envelope(), actor=None, occurred_at=NOW)


def test_rows_fit_the_insert() -> None:
    """`outbox_rows` gives exactly the parameters of OUTBOX_INSERT."""
    events = [pending_event(CompanyFollowed(company_id=key), actor=None, occurred_at=NOW) for key in ("a", "b")]

    arguments = OUTBOX_INSERT.arguments(outbox_rows(events))

    assert [[event.bucket for event in events], [event.event_id for event in events]] == arguments[:2]
