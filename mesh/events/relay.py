"""Publishes the events of a service's outbox to their streams."""

import asyncio
import contextlib
import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime

import nats.errors
from nats.aio.msg import Msg
from prometheus_client import Counter, Histogram

from mesh.data import OUTBOX_BUCKETS, Database, Record
from mesh.errors import Failure
from mesh.events.bus import Bus, BusSubscription
from mesh.events.endings import end
from mesh.events.leases import RENEW_SECONDS, Leases
from mesh.events.outbox import mark_published, waiting
from mesh.events.publisher import Publisher
from mesh.telemetry import BATCH_BUCKETS, LATENCY_BUCKETS, get_logger

WINDOW = 256
"""Events in flight at once: enough to hide the stream's acknowledgement, few enough to repeat after a failure."""

BACK_OFF = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
NUDGE_SECONDS = 0.002
"""Between two wake-up calls to the other relays of the service."""

_log = get_logger(__name__)
_windows = Histogram("guild_outbox_window_events", "Events published together.", buckets=BATCH_BUCKETS)
_delays = Histogram("guild_outbox_delay_seconds", "From commit to stream.", buckets=LATENCY_BUCKETS)
_failed = Counter("guild_outbox_failures", "Publishes that failed and are tried again.")

_TROUBLE = (Failure, nats.errors.Error, OSError, TimeoutError)


class Relay:
    """One of any number of relays on an outbox; every event reaches its stream, those of one key in order.

    An event is marked after the stream acknowledged it; a crash between the two publishes it again, and the stream
    drops the repeat by its id.
    """

    name = "relay"

    def __init__(self, database: Database, bus: Bus, name: str) -> None:
        self._database = database
        self._bus = bus
        self._publisher = Publisher(bus)
        self._signal = f"guild.relay.{name}"
        self._leases = Leases(database, f"{name}-{secrets.token_hex(6)}")
        self._wake = asyncio.Event()
        self._failures = 0
        self._behind = -1  # the bucket where a full window ended: the next one goes on there, so that all get a turn
        self._tasks: list[asyncio.Task[None]] = []
        self._subscription: BusSubscription | None = None

    async def start(self) -> None:
        """Take a share of the buckets, begin to publish."""
        await self._publisher.start()
        self._subscription = await self._bus.subscribe(self._signal, self._nudged)
        work: tuple[Callable[[], Coroutine[None, None, None]], ...] = (self._lease, self._listen, self._publish)
        self._tasks = [asyncio.create_task(step()) for step in work]

    async def stop(self) -> None:
        """Stop publishing, leave the buckets to others."""
        await end(self._tasks)
        if self._subscription is not None:
            await self._subscription.stop()
        await self._publisher.stop()
        with contextlib.suppress(*_TROUBLE):
            await self._leases.give_up()

    async def _lease(self) -> None:
        """Renew the leases; look, each time, for events whose wake-up call was lost: such a one waits no longer."""
        while True:
            try:
                await self._leases.renew()
            except Exception as error:  # noqa: BLE001 - a relay never ends on its own
                _log.warning("leases were not renewed", error=repr(error))
            self._wake.set()
            await asyncio.sleep(RENEW_SECONDS)

    async def _listen(self) -> None:
        committed = self._database.outbox_ready
        while True:
            await committed.wait()
            committed.clear()
            self._wake.set()
            if len(self._leases.held) < OUTBOX_BUCKETS:
                await self._bus.publish(self._signal)
                await asyncio.sleep(NUDGE_SECONDS)

    async def _nudged(self, _: Msg) -> None:
        self._wake.set()

    async def _publish(self) -> None:
        while True:
            await self._bus.ready()
            self._wake.clear()
            try:
                more = await self._window()
                self._failures = 0
            except Exception as error:  # noqa: BLE001 - a relay never ends on its own
                pause = BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
                self._failures += 1
                _log.warning("publishing stopped, trying again", retry_in=pause, error=repr(error))
                await asyncio.sleep(pause)
                continue
            if not more:
                await self._wake.wait()

    async def _window(self) -> bool:
        held = self._leases.held
        buckets = {bucket for bucket in held if bucket > self._behind} or held
        rows = await waiting(self._database, buckets, WINDOW) if buckets else []
        full = len(rows) == WINDOW
        self._behind = rows[-1]["bucket"] if full else -1
        if rows:
            await self._send(rows)
        return full or buckets != held

    async def _send(self, rows: Sequence[Record]) -> None:
        """Publish events, those of one key each after the one before is acknowledged: the first failure ends a key."""
        lanes: defaultdict[str, deque[Record]] = defaultdict(deque)
        for row in rows:
            lanes[row["subject"].rpartition(".")[2]].append(row)
        open_lanes, done, failures = list(lanes.values()), list[Record](), list[Exception]()
        while open_lanes:
            outcomes = await self._publisher.publish([lane[0] for lane in open_lanes])
            now = datetime.now(UTC)
            for lane, outcome in zip(open_lanes, outcomes, strict=True):
                row = lane.popleft()
                if outcome is None:
                    done.append(row)
                    _delays.observe(max(0.0, (now - row["created_at"]).total_seconds()))
                else:
                    failures.append(outcome)
                    lane.clear()
            open_lanes = [lane for lane in open_lanes if lane]
        _windows.observe(len(rows))
        if done:
            await mark_published(self._database, done)
        if failures:
            _failed.inc(len(failures))
            raise failures[0]
