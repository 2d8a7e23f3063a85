"""Find what a member is shown in a promoted place: behind the back of who reads a feed, and ready for the next read."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from mesh import deadlines
from mesh.clock import Clock
from mesh.data import Database
from mesh.errors import Failure
from mesh.telemetry import get_logger
from svc_feed.domain.account import day_of
from svc_feed.domain.auction import Rates, Sold, ranked, sold
from svc_feed.domain.campaign import Campaign
from svc_feed.domain.full_pass import short
from svc_feed.domain.ids import CampaignId, ImpressionId, PostId, UserId, first_id_at
from svc_feed.domain.impression import Impression, open_or_next
from svc_feed.domain.item import Seen
from svc_feed.domain.offer import Offer, competing
from svc_feed.domain.tally import PostKey
from svc_feed.domain.targeting import Audience
from svc_feed.domain.visibility import Verdict, Visibility
from svc_feed.peers.audience import Audiences
from svc_feed.peers.graph import Graph
from svc_feed.store.impressions import ImpressionRepository
from svc_feed.usecases.offers import Offers
from svc_feed.usecases.running_campaigns import RunningCampaigns

_log = get_logger(__name__)

_AT_ONCE = 32
"""Members for whom something is looked for at the same time; for others it is when they read the next time."""
_ASKED_ABOUT = 20
"""The best of those that compete, of whom it is asked who may be shown to the member."""


@dataclass
class Promote:
    """A Part. A read is told at once what is ready and never waits: who reads the first time is shown nothing promoted.

    An impression is stored before it is offered, and offered until it is seen, so what nobody saw costs nothing and
    counts to no cap; a viewer has at most one that is open of each campaign.
    """

    db: Database
    running: RunningCampaigns
    offers: Offers
    impressions: ImpressionRepository
    audiences: Audiences
    graph: Graph
    clock: Clock
    rates: Rates
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    name = "promotions"

    async def start(self) -> None:
        """Nothing to do."""

    async def stop(self) -> None:
        """Look for nothing any more."""
        tasks = [*self.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def offer(self, me: UserId, read: Collection[bytes]) -> Offer | None:
        """What the caller may be shown now, other than posts that went by in what they are reading."""
        if not self.running.all:
            return None
        offer, now = self.offers.of(me), self.clock.now()
        if offer is not None:
            campaign = self.running.all.get(offer.campaign_id)
            if campaign is not None and campaign.runs(now):
                return None if short(offer.post.post_id.bytes) in read else offer
            self.offers.drop(me)
        if not self.offers.known(me) and len(self.tasks) < _AT_ONCE and self.offers.prepare(me):
            task = asyncio.create_task(self._prepare(me))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return None

    def advertised(self, posts: Iterable[PostId]) -> list[PostId]:
        """Those of some posts that somebody pays for, to whomever they are shown."""
        known = self.running.posts
        return [post for post in posts if post in known] if known else []

    def may_show(self, offer: Offer, seen: Seen | None, verdict: Verdict) -> bool:
        """Whether the post of an offer may be shown to its viewer: as it was approved, and by every rule of a feed."""
        campaign = self.running.all.get(offer.campaign_id)
        if seen is None or campaign is None or not campaign.shows(seen.post):
            return False
        return not verdict.is_self and verdict.feeds(Visibility.PUBLIC)

    async def _prepare(self, me: UserId) -> None:
        deadlines.work_for(None)  # nobody waits for it
        try:
            self.offers.put(me, await self._find(me))
        except Failure as failure:
            _log.info("nothing could be promoted", reason=failure.reason)
            self.offers.put(me, None)
        finally:
            self.offers.prepared(me)

    async def _find(self, me: UserId) -> Offer | None:
        now, campaigns = self.clock.now(), [*self.running.all.values()]
        audience = await self._audience(me, campaigns)
        found = competing(campaigns, me, audience, self.offers.pending, now)
        if not found:
            return None
        shown = await self._shown(me, now)
        turns = {one.id: open_or_next(shown[one.id], one.frequency_cap) for one in found}
        best = ranked([one for one in found if turns[one.id] is not None], me, self.rates)
        winner = sold(await self._visible(me, best[:_ASKED_ABOUT]), self.rates)
        return await self._open(me, winner, turns[winner.campaign.id], now) if winner else None

    async def _audience(self, me: UserId, campaigns: Sequence[Campaign]) -> Audience | None:
        if all(one.targeting.everybody for one in campaigns):
            return None
        try:
            return await self.audiences.mine(me)
        except Failure:
            return None

    async def _shown(self, me: UserId, now: datetime) -> defaultdict[CampaignId, list[Impression]]:
        today = day_of(now)
        since = ImpressionId(first_id_at(datetime.combine(today, time(), UTC)))
        shown: defaultdict[CampaignId, list[Impression]] = defaultdict(list)
        for one in await self.impressions.of_day(self.db, me, today, since):
            shown[one.campaign_id].append(one)
        return shown

    async def _visible(self, me: UserId, best: Sequence[Campaign]) -> list[Campaign]:
        verdicts = await self.graph.verdicts(me, {one.advertiser_id for one in best})
        return [one for one in best if verdicts[one.advertiser_id].feeds(Visibility.PUBLIC)]

    async def _open(self, me: UserId, winner: Sold, turn: Impression | int | None, now: datetime) -> Offer | None:
        """The impression that is open already, else a new one; None where another process was faster."""
        if turn is None:
            return None
        if isinstance(turn, int):
            turn = Impression.served(winner, me, nth=turn, at=now)
            if not await self.impressions.serve(self.db, turn):
                return None
        post = PostKey(winner.campaign.advertiser_id, winner.campaign.post_id)
        return Offer(post, winner.campaign.id, turn.id, min(turn.price, winner.campaign.bid), turn.day)
