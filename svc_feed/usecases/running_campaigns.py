"""The campaigns that compete for places, in the memory of each process that serves feeds."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

from mesh.clock import Clock
from mesh.data import Database
from mesh.errors import Failure
from mesh.events import Bus, BusSubscription
from mesh.lifecycle import Rounds
from svc_feed.domain.campaign import Campaign
from svc_feed.domain.ids import CampaignId, PostId
from svc_feed.store.campaigns import CampaignRepository
from svc_feed.usecases.offers import Offers

CHANGED = "guild.feed.campaigns_changed"
"""Signal to all instances: a campaign, or the post of one, is another than it was."""

EVERY_SECONDS = 10.0
"""How far behind an instance is that misses a signal; and behind what campaigns are charged for elsewhere."""


class RunningCampaigns:
    """A Part that reads them anew when a signal says so, and again and again: one statement, whoever reads feeds.

    What is kept decides who competes, never what is charged nor who may see a post.
    """

    name = "campaigns"

    def __init__(self, db: Database, campaigns: CampaignRepository, offers: Offers, bus: Bus, clock: Clock) -> None:
        self._db = db
        self._offers = offers
        self._campaigns = campaigns
        self._bus = bus
        self._clock = clock
        self._running: dict[CampaignId, Campaign] = {}
        self._posts = frozenset[PostId]()
        self._reading = asyncio.Lock()
        self._stale = False
        self._rounds = Rounds("campaigns", self._round, EVERY_SECONDS)
        self._subscription: BusSubscription | None = None

    async def start(self) -> None:
        """Listen for changes, and read the first time."""
        self._subscription = await self._bus.subscribe(CHANGED, self._heard)
        await self._rounds.start()

    async def stop(self) -> None:
        """Listen and read no more."""
        await self._rounds.stop()
        if self._subscription is not None:
            await self._subscription.stop()

    @property
    def all(self) -> Mapping[CampaignId, Campaign]:
        """Those that ran when they were read last; whether one does now it says itself."""
        return self._running

    @property
    def posts(self) -> frozenset[PostId]:
        """What they show."""
        return self._posts

    def note(self, charged: Iterable[Campaign]) -> None:
        """Go by accounts that are newer than what was read."""
        for campaign in charged:
            known = self._running.get(campaign.id)
            if known is not None and known.account.impressions <= campaign.account.impressions:
                self._running[campaign.id] = campaign

    async def refresh(self) -> None:
        """Read them; whoever asks while that is on its way waits for one more that has begun since, all together."""
        self._stale = True
        async with self._reading:
            if self._stale:
                self._stale = False
                found = await self._campaigns.running(self._db, self._clock.now())
                known = {(one.id, one.revision) for one in self._running.values()}
                self._running = {one.id: one for one in found}
                self._posts = frozenset(one.post_id for one in found)
                if any((one.id, one.revision) not in known for one in found):
                    self._offers.look_again()

    async def _round(self) -> None:
        self._offers.sweep()
        await self.refresh()

    async def changed(self) -> None:
        """Here from now on and elsewhere in a moment; without the database or the bus, with the next round."""
        with contextlib.suppress(Failure):
            await self.refresh()
        await tell_changed(self._bus)

    async def _heard(self, _message: Any) -> None:
        with contextlib.suppress(Failure):
            await self.refresh()


async def tell_changed(bus: Bus) -> None:
    """Let every instance read the campaigns anew; who misses the signal does so with its next round."""
    await bus.publish(CHANGED)
