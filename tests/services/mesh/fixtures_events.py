"""What the tests of events share: an outbox to fill, a handler that writes down what it hears."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.data import Database, Transaction, pending_event
from mesh.events import Bus, Event


async def emit(database: Database, key: str, *notes: str) -> None:
    """Emit an event for each note, in one transaction."""

    async def work(transaction: Transaction) -> None:
        for note in notes:
            transaction.emit(CompanyFollowed(company_id=key, user_id=note))

    await database.transact(work)


async def put(bus: Bus, key: str, *notes: str) -> None:
    """Store an event for each note, as a relay would."""
    for note in notes:
        event = pending_event(CompanyFollowed(company_id=key, user_id=note), actor=None, occurred_at=datetime.now(UTC))
        headers = {"Nats-Msg-Id": str(event.event_id)}
        await bus.js.publish(bus.names.subject(event.subject), event.envelope, headers=headers)


async def stored(bus: Bus, stream: str = "JOBS") -> int:
    """Return how many events a stream has."""
    return (await bus.js.stream_info(bus.names.stream(stream))).state.messages


@dataclass
class Heard:
    """A handler that writes down what it hears, in order."""

    events: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(self, event: Event[CompanyFollowed]) -> None:
        """Take an event, giving others a chance to overtake."""
        await asyncio.sleep(0)
        self.events.append((event.key, event.message.user_id))

    def of(self, key: str) -> list[str]:
        """Return what was heard of one key."""
        return [note for heard, note in self.events if heard == key]
