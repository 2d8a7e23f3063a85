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
from mesh.contract.events import event_route
from mesh.contract.times import timestamp
from mesh.data.batches import batch_insert, by_column
from mesh.data.statements import statement
from mesh.data.tables import OUTBOX_BUCKETS, outbox
from mesh.ids import uuid7
from mesh.telemetry import current_traceparent

_SCHEMA_VERSION = 1
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


def pending_event(event: Message, *, key: UUID | str, actor: UUID | None, occurred_at: datetime) -> PendingEvent:
    """Seal an event; raises ValueError for a key that is no token of a subject.

    `actor` is the member who caused it, by default the one signed in to the current call.
    """
    ordering_key = str(key)
    if not _KEY.fullmatch(ordering_key):
        raise ValueError(f"{ordering_key!r} cannot be the key of an event: use letters, digits and -_:=@+")
    actor = actor or principal.current().user_id
    event_id = uuid7()
    envelope = Envelope(
        event_id=str(event_id),
        occurred_at=timestamp(occurred_at),
        type=event.DESCRIPTOR.full_name,
        actor_id=str(actor) if actor else "",
        key=ordering_key,
        traceparent=current_traceparent(),
        schema_version=_SCHEMA_VERSION,
        payload=event.SerializeToString(),
    )
    return PendingEvent(
        bucket=bucket_of(ordering_key),
        event_id=event_id,
        subject=_subject(event, ordering_key),
        envelope=envelope.SerializeToString(),
    )


def bucket_of(key: str) -> int:
    """Return the bucket of an ordering key, the same in every process."""
    return zlib.crc32(key.encode()) % OUTBOX_BUCKETS


def outbox_rows(events: Sequence[PendingEvent]) -> dict[str, list[Any]]:
    """Return the parameters of OUTBOX_INSERT."""
    return by_column(_COLUMNS, ((event.bucket, event.event_id, event.subject, event.envelope) for event in events))


def _subject(event: Message, key: str) -> str:
    route = event_route(type(event))
    return f"guild.{route.stream.lower()}.{route.name}.{key}"
