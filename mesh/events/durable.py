"""The server's side of a consumer: the durable that remembers what was acknowledged."""

import asyncio
import time
from collections.abc import Callable, Iterable

from google.protobuf.message import Message
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from mesh.contract import event_route
from mesh.events.bus import Bus
from mesh.events.dead_letters import replay_subject

SETTLE_POLL_SECONDS = 0.1


class Durable:
    """One durable of one stream, filtered to the events its consumer handles."""

    def __init__(
        self, bus: Bus, stream: str, name: str, classes: Iterable[type[Message]], *, ack_wait: float, max_held: int
    ) -> None:
        self._bus = bus
        self._stream = stream
        self._name = name
        self._server_stream = bus.names.stream(stream)
        subjects = [f"guild.{stream.lower()}.{event_route(cls).name}" for cls in classes]
        subjects.append(replay_subject(stream, name))
        self._ack_wait = ack_wait
        self._config = ConsumerConfig(
            durable_name=name,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ack_wait,
            max_deliver=-1,  # tries are counted by the consumer: the server would drop the event without a word
            filter_subjects=sorted(bus.names.subject(f"{subject}.>") for subject in subjects),
            max_ack_pending=max_held,
        )

    @property
    def next_subject(self) -> str:
        """Where to ask for messages."""
        return f"$JS.API.CONSUMER.MSG.NEXT.{self._server_stream}.{self._name}"

    async def ensure(self) -> None:
        """Make stream and durable where they are missing, bring the durable to its configuration."""
        await self._bus.ready()
        await self._bus.ensure_streams(self._stream)
        await self._bus.js.add_consumer(self._server_stream, self._config)

    async def backlog(self) -> tuple[int, int]:
        """Return how many events wait on the server, and how many somebody holds unacknowledged."""
        info = await self._bus.js.consumer_info(self._server_stream, self._name)
        return info.num_pending or 0, info.num_ack_pending or 0

    async def settle(self, held: Callable[[], int]) -> None:
        """Let events nobody holds come due, so that no later one of their key overtakes them; `held` counts our own.

        A process that crashed leaves such events behind, and so does a connection that broke with events on their way.
        """
        end = time.monotonic() + self._ack_wait
        while time.monotonic() < end and (await self.backlog())[1] > held():  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(SETTLE_POLL_SECONDS)
