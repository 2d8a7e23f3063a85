"""Puts events into their streams, many at once."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import nats.errors
import orjson
from nats.aio.msg import Msg
from nats.js.errors import APIError, NoStreamResponseError

from mesh.data import Record
from mesh.events.bus import Bus
from mesh.events.bus_subscription import BusSubscription

PUBLISH_SECONDS = 5.0
"""How long the acknowledgements of events that were sent together may take."""

Outcome: TypeAlias = Exception | None
"""Of one event: why it is not in its stream, as far as we know; None when the stream has it."""


@dataclass(slots=True)
class _Sent:
    """Events on their way, with what became of each; `over` ends when it is known of all."""

    outcomes: list[Outcome]
    missing: set[int]
    over: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def settle(self, at: int, outcome: Outcome) -> None:
        if at not in self.missing:
            return
        self.outcomes[at] = outcome
        self.missing.remove(at)
        if not self.missing and not self.over.done():
            self.over.set_result(None)


class Publisher:
    """One subscription hears all acknowledgements and one timer waits for them; a request for each costs twice that.

    One `publish` at a time.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._acks = f"guild.stored.{secrets.token_hex(8)}"
        self._subscription: BusSubscription | None = None
        self._number = 0
        self._sent = _Sent([], set())

    async def start(self) -> None:
        """Listen for acknowledgements."""
        self._subscription = await self._bus.subscribe(f"{self._acks}.*.*", self._stored)

    async def stop(self) -> None:
        """Listen no more."""
        if self._subscription is not None:
            await self._subscription.stop()

    async def publish(self, events: Sequence[Record]) -> list[Outcome]:
        """Send rows of the outbox, wait until the streams have them; an outcome for each, in their order."""
        unanswered = nats.errors.TimeoutError()
        sent = self._sent = _Sent([unanswered] * len(events), set(range(len(events))))
        self._number += 1
        acks = self._bus.names.subject(f"{self._acks}.{self._number}")
        for at, event in enumerate(events):
            subject, id_ = self._bus.names.subject(event["subject"]), {"Nats-Msg-Id": str(event["event_id"])}
            try:
                await self._bus.nc.publish(subject, event["envelope"], reply=f"{acks}.{at}", headers=id_)
            except (nats.errors.Error, OSError) as error:
                sent.settle(at, error)
        await asyncio.wait((sent.over,), timeout=PUBLISH_SECONDS)
        return sent.outcomes

    async def _stored(self, ack: Msg) -> None:
        number, at = ack.subject.rsplit(".", 2)[1:]
        if int(number) == self._number:
            self._sent.settle(int(at), _outcome(ack))


def _outcome(ack: Msg) -> Outcome:
    if not ack.data:  # the server's word that nobody takes the subject
        return NoStreamResponseError()
    try:
        if (error := orjson.loads(ack.data).get("error")) is not None:
            APIError.from_error(error)  # raises what it makes of it
    except APIError as refusal:
        return refusal
    return None
