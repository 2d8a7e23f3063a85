"""What is promoted, for whom and for how much."""

from dataclasses import dataclass

from guild.feed.v1.promotion_service_pb2_grpc import add_PromotionServiceServicer_to_server
from mesh.data import kept
from svc_feed.compose.ground import Ground
from svc_feed.compose.room import Room
from svc_feed.domain.auction import rates_of
from svc_feed.peers.audience import Audiences
from svc_feed.peers.audit import OperatorLog
from svc_feed.rpc.promotion_servicer import PromotionServicer
from svc_feed.store.campaigns import CampaignRepository
from svc_feed.store.impressions import ImpressionRepository
from svc_feed.store.personal_promotion import KEEP_IMPRESSIONS
from svc_feed.store.tables import impressions
from svc_feed.usecases.campaigns import Campaigns
from svc_feed.usecases.offers import Offers
from svc_feed.usecases.promote import Promote
from svc_feed.usecases.record_impressions import RecordImpressions
from svc_feed.usecases.review_campaigns import ReviewCampaigns
from svc_feed.usecases.running_campaigns import RunningCampaigns


@dataclass(frozen=True, slots=True)
class Promotion:
    """What the role serves of it, and what feeds are asked of."""

    room: Room
    promote: Promote


def promotion(ground: Ground, audit: OperatorLog) -> Promotion:
    """Put it together."""
    base, config = ground.base, ground.config
    db, clock, pager = base.db, base.clock, base.pager
    offers, campaigns, shown = Offers(base.bus, clock), CampaignRepository(), ImpressionRepository()
    running = RunningCampaigns(db, campaigns, offers, base.bus, clock)
    audiences, rates = Audiences(ground.profile), rates_of(config.exchange_rates)
    promote = Promote(db, running, offers, shown, audiences, ground.graph, clock, rates)
    servicer = PromotionServicer(
        Campaigns(db, campaigns, shown, ground.find, running, pager, clock, reviewed=not config.campaign_review),
        ReviewCampaigns(db, campaigns, ground.posts, running, audit, pager, clock),
        RecordImpressions(db, campaigns, shown, running, offers, clock),
        clock,
    )
    room = Room(
        servicers=[(add_PromotionServiceServicer_to_server, servicer)],
        before=[offers, running, promote],
        swept=[kept(impressions.c.served_at, KEEP_IMPRESSIONS)],
    )
    return Promotion(room, promote)
