"""Events on their way into the outbox, where the relay finds them after the commit."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from google.protobuf.message import Message

from guild.events.v1.envelope_pb2 import Envelope
from mesh import principal
from mesh.contract.events import event_route, ordering_key
from mesh.contract.times import timestamp
from mesh.data.batches import batch_insert, by_column
from mesh.data.statements import statement
from mesh.data.tables import OUTBOX_BUCKETS, outbox
from mesh.ids import uuid7
from mesh.telemetry import current_traceparent

_COLUMNS = ("bucket", "event_id", "subject", "envelope")
_KEY = re.compile(r"[A-Za-z0-9_:=@+-]{1,128}")  # one token of a NATS subject: no dot, blank or wildcard

OUTBOX_INSERT = statement(batch_insert(outbox, *_COLUMNS))
"""Writes what `outbox_rows` returns."""


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event as the outbox stores it."""

    bucket: int
    event_id: UUID
    subject: str
    envelope: bytes


def pending_event(event: Message, *, actor: UUID | None, occurred_at: datetime) -> PendingEvent:
    """Seal an event under the key its route makes; raises ValueError for one that is no token of a subject.

    `actor` is the member who caused it, by default the one signed in to the current call.
    """
    route, key = event_route(type(event)), ordering_key(event)
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} cannot be the key of an event: use letters, digits and -_:=@+")
    actor = actor or principal.current().user_id
    event_id = uuid7()
    envelope = Envelope(
        event_id=str(event_id),
        occurred_at=timestamp(occurred_at),
        type=event.DESCRIPTOR.full_name,
        actor_id=str(actor) if actor else "",
        key=key,
        traceparent=current_traceparent(),
        schema_version=route.schema_version,
        payload=event.SerializeToString(),
    )
    return PendingEvent(
        bucket=bucket_of(key),
        event_id=event_id,
        subject=f"guild.{route.stream.lower()}.{route.name}.{key}",
        envelope=envelope.SerializeToString(),
    )


def bucket_of(key: str) -> int:
    """Return the bucket of an ordering key, the same in every process."""
    return zlib.crc32(key.encode()) % OUTBOX_BUCKETS


def outbox_rows(events: Sequence[PendingEvent]) -> dict[str, list[Any]]:
    """Return the parameters of OUTBOX_INSERT."""
    return by_column(_COLUMNS, ((event.bucket, event.event_id, event.subject, event.envelope) for event in events))
