"""Facts about campaigns as events of the contract, in the outbox of the transaction that makes them true."""

from google.protobuf.message import Message

from guild.events.v1 import promotion_pb2
from guild.feed.v1.promotion_service_pb2 import CampaignStatus as Status
from mesh.contract import timestamp
from mesh.data import Transaction
from svc_feed.domain.campaign import CampaignStatus
from svc_feed.domain.campaign_edits import changed_fields
from svc_feed.domain.campaign_facts import CampaignChanged, ImpressionCharged
from svc_feed.domain.ids import UserId


def publish_campaign(tx: Transaction, fact: CampaignChanged | ImpressionCharged, *, by: UserId | None = None) -> None:
    """Tell the other services, if and only if the transaction commits; nobody does what happens by itself."""
    tx.emit(_event(fact), actor=by)


def _event(fact: CampaignChanged | ImpressionCharged) -> Message:
    if isinstance(fact, ImpressionCharged):
        charge = fact.charge
        return promotion_pb2.ImpressionCharged(
            campaign_id=str(charge.campaign_id),
            advertiser_id=str(charge.advertiser_id),
            impression_id=str(charge.impression_id),
            currency_code=fact.currency,
            thousandths=charge.amount,
            charged_at=timestamp(charge.at),
        )
    before, after = fact.before, fact.after
    return promotion_pb2.CampaignChanged(
        campaign_id=str(after.id),
        advertiser_id=str(after.advertiser_id),
        post_id=str(after.post_id),
        status=_status(fact.status),
        previous_status=_status(fact.previous) if fact.previous else None,
        changed_fields=sorted(changed_fields(before, after)) if before else (),
        changed_at=timestamp(fact.at),
    )


def _status(value: CampaignStatus) -> Status.ValueType:
    return Status.Value(f"CAMPAIGN_STATUS_{value.name}")
