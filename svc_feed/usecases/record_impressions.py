"""Count and charge what promoted items do: what members tell at once is one transaction."""

from collections.abc import Collection, Sequence

from mesh.clock import Clock
from mesh.data import Call, Database, SharedWrites, Transaction
from svc_feed.domain.campaign import Campaign
from svc_feed.domain.campaign_errors import CampaignNotFound
from svc_feed.domain.campaign_facts import CampaignChanged, ImpressionCharged
from svc_feed.domain.counting import Counted, Counting, Told
from svc_feed.domain.ids import CampaignId, ImpressionId, UserId
from svc_feed.domain.impression import ImpressionNotFound, Viewer
from svc_feed.store.campaign_events import publish_campaign
from svc_feed.store.campaigns import CampaignRepository
from svc_feed.store.impressions import ImpressionRepository
from svc_feed.usecases.offers import Offers
from svc_feed.usecases.running_campaigns import RunningCampaigns


class RecordImpressions:
    """An impression and a click count once, and everything that counts is charged once, for each impression.

    All of it is decided under the locks of the impression and of its campaign, and stored in one transaction: the
    account, the line of the ledger and the impression. So a campaign never spends more than its budgets, whatever
    crashes; what it cannot pay for is not counted.
    """

    def __init__(
        self,
        db: Database,
        campaigns: CampaignRepository,
        impressions: ImpressionRepository,
        running: RunningCampaigns,
        offers: Offers,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._impressions = impressions
        self._running = running
        self._offers = offers
        self._clock = clock
        self._told: SharedWrites[Told, bool] = SharedWrites(db, self._write, name="impressions")

    async def seen(self, me: UserId, campaign_id: CampaignId, impression_id: ImpressionId) -> bool:
        """It came into the caller's view; whether that counts. Raises CampaignNotFound, ImpressionNotFound."""
        return await self._tell(Told(me, campaign_id, impression_id, clicked=False))

    async def clicked(self, me: UserId, campaign_id: CampaignId, impression_id: ImpressionId) -> bool:
        """The caller followed it, so it was in view; whether the click counts. Raises as `seen`."""
        return await self._tell(Told(me, campaign_id, impression_id, clicked=True))

    async def _tell(self, told: Told) -> bool:
        counts = await self._told.submit(told)
        await self._offers.seen(told.viewer, told.impression_id)
        return counts

    async def _write(self, tx: Transaction, calls: Sequence[Call[Told]]) -> Sequence[bool | Exception]:
        counting = await self._locked(tx, [call.item for call in calls])
        counted = [counting.count(call.item) for call in calls]
        for call, one in zip(calls, counted, strict=True):
            if one is not None:
                self._publish(tx, call, one, counting)
        if counting.told:
            self._save(tx, counting)
        unknown = {call.item.campaign_id for call, one in zip(calls, counted, strict=True) if one is None}
        known = await self._campaigns.known(tx, unknown) if unknown else set[CampaignId]()
        return [
            one.counts if one is not None else _not_found(call.item, known)
            for call, one in zip(calls, counted, strict=True)
        ]

    async def _locked(self, tx: Transaction, told: Sequence[Told]) -> Counting:
        """Everybody locks impressions first, then campaigns, each in their order."""
        shown = await self._impressions.lock(tx, {one.key for one in told})
        keys = {one.campaign for one in shown.values()}
        campaigns = await self._campaigns.lock_all(tx, keys) if keys else {}
        fresh = {one.viewer for one in shown.values() if one.seen_at is None}
        known = await self._impressions.known(tx, fresh) if fresh else set[Viewer]()
        return Counting(campaigns, shown, known, self._clock.now())

    def _save(self, tx: Transaction, counting: Counting) -> None:
        self._impressions.save(tx, [counting.impressions[key] for key in sorted(counting.told)])
        if accounts := counting.accounts:
            self._campaigns.save_accounts(tx, accounts.values())
            tx.on_commit(lambda: self._note(accounts.values()))
        if counting.lines:
            self._impressions.charge(tx, counting.lines)
        if counting.first:
            self._impressions.remember(tx, counting.first)

    def _publish(self, tx: Transaction, call: Call[Told], counted: Counted, counting: Counting) -> None:
        """Tell of a charge, and of the campaign that it was the last of."""
        if (line := counted.charge) is None:
            return
        campaign = counting.campaigns[line.campaign]
        viewer = call.item.viewer
        call.run(publish_campaign, tx, ImpressionCharged(line, campaign.currency), by=viewer)
        if counted.before is not None:
            call.run(publish_campaign, tx, CampaignChanged(counted.before, campaign, counting.now), by=viewer)

    async def _note(self, charged: Collection[Campaign]) -> None:
        self._running.note(charged)


def _not_found(told: Told, known: Collection[CampaignId]) -> Exception:
    if told.campaign_id not in known:
        return CampaignNotFound(told.campaign_id)
    return ImpressionNotFound(told.impression_id)
