"""What is ready to be shown to members in a promoted place, in the memory of each process that serves feeds."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mesh.clock import Clock
from mesh.events import Bus, BusSubscription
from svc_feed.domain.account import day_of
from svc_feed.domain.ids import CampaignId, ImpressionId, UserId
from svc_feed.domain.offer import Offer

SEEN = "guild.feed.impression_seen"
"""Signal to all instances: a member has seen an impression; the payload is the two ids, 16 bytes each."""

OFFERED_SECONDS = 600.0
"""How long something is on offer for a member; meanwhile its price counts as spent."""

NOTHING_SECONDS = 30.0
"""How long nothing is looked for again for a member for whom there was nothing."""

_MOST = 100_000  # members for whom something is ready: some 40 MB
_ID_BYTES = 16


@dataclass(slots=True)
class _Ready:
    offer: Offer | None
    until: float


class Offers:
    """A Part that keeps one offer for each member, until it was seen or its time is over.

    Who misses a signal shows an item once more that was seen elsewhere; it is not counted again.
    """

    name = "offers"

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._ready: dict[UserId, _Ready] = {}
        self._pending = Counter[CampaignId]()
        self._preparing: dict[UserId, bool] = {}
        self._subscription: BusSubscription | None = None

    async def start(self) -> None:
        """Listen for what was seen."""
        self._subscription = await self._bus.subscribe(SEEN, self._heard)

    async def stop(self) -> None:
        """Listen no more."""
        if self._subscription is not None:
            await self._subscription.stop()

    @property
    def pending(self) -> Mapping[CampaignId, int]:
        """What all offers of each campaign cost, in thousandths of a unit."""
        return self._pending

    def known(self, viewer: UserId) -> bool:
        """Whether it is known what there is for a member, and be it nothing."""
        ready = self._ready.get(viewer)
        return ready is not None and self._clock.now().timestamp() < ready.until

    def of(self, viewer: UserId) -> Offer | None:
        """What is ready for a member today."""
        ready = self._ready.get(viewer)
        if ready is None or ready.offer is None:
            return None
        now = self._clock.now()
        if now.timestamp() >= ready.until or ready.offer.day != day_of(now):
            self.drop(viewer)
            return None
        return ready.offer

    def prepare(self, viewer: UserId) -> bool:
        """Say that something is being looked for; False when somebody does already."""
        if viewer in self._preparing:
            return False
        self._preparing[viewer] = True
        return True

    def put(self, viewer: UserId, offer: Offer | None) -> None:
        """Keep what was found, unless what it was found by was seen meanwhile."""
        self.drop(viewer)
        if not self._preparing.get(viewer):
            return
        if len(self._ready) >= _MOST:
            self.drop(next(iter(self._ready)))
        seconds = OFFERED_SECONDS if offer else NOTHING_SECONDS
        self._ready[viewer] = _Ready(offer, self._clock.now().timestamp() + seconds)
        if offer is not None:
            self._pending[offer.campaign_id] += offer.price

    def prepared(self, viewer: UserId) -> None:
        """Say that nothing is being looked for any more."""
        self._preparing.pop(viewer, None)

    def drop(self, viewer: UserId) -> None:
        """Take back what is on offer for a member."""
        ready = self._ready.pop(viewer, None)
        if ready is not None and (offer := ready.offer) is not None:
            self._pending[offer.campaign_id] -= offer.price
            if not self._pending[offer.campaign_id]:
                del self._pending[offer.campaign_id]

    def look_again(self) -> None:
        """Look again for everybody for whom there was nothing: there are other campaigns now."""
        for viewer in [viewer for viewer, ready in self._ready.items() if ready.offer is None]:
            del self._ready[viewer]

    def sweep(self) -> None:
        """Take back what was not asked for in time."""
        now = self._clock.now().timestamp()
        for viewer in [viewer for viewer, ready in self._ready.items() if now >= ready.until]:
            self.drop(viewer)

    async def seen(self, viewer: UserId, impression_id: ImpressionId) -> None:
        """Let no instance show an impression again that was seen."""
        self._forget(viewer, impression_id)
        await self._bus.publish(SEEN, viewer.bytes + impression_id.bytes)

    async def _heard(self, message: Any) -> None:
        data: bytes = message.data
        if len(data) == 2 * _ID_BYTES:
            viewer, impression_id = UUID(bytes=data[:_ID_BYTES]), UUID(bytes=data[_ID_BYTES:])
            self._forget(UserId(viewer), ImpressionId(impression_id))

    def _forget(self, viewer: UserId, impression_id: ImpressionId) -> None:
        if viewer in self._preparing:
            self._preparing[viewer] = False
        ready = self._ready.get(viewer)
        if ready is not None and ready.offer is not None and ready.offer.impression_id == impression_id:
            self.drop(viewer)
