"""Between campaigns and the contract's messages; pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from google.protobuf.message import Message

from guild.common.v1 import money_pb2
from guild.feed.v1 import promotion_service_pb2 as pb
from mesh.contract import moment, timestamp
from svc_feed.domain.account import day_of
from svc_feed.domain.campaign import FREQUENCY_CAP, Campaign, CampaignStatus, Pacing
from svc_feed.domain.campaign_edits import Plan
from svc_feed.domain.ids import CampaignId, ImpressionId, PostId
from svc_feed.domain.impression import Charge
from svc_feed.domain.money import Money, whole_units
from svc_feed.domain.targeting import Targeting

_STATUS = {pb.CampaignStatus.Value(f"CAMPAIGN_STATUS_{value.name}"): value for value in CampaignStatus}
_STATUS_OUT = {value: number for number, value in _STATUS.items()}
_PACING = {pb.Pacing.Value(f"PACING_{value.name}"): value for value in Pacing}
_PACING_OUT = {value: number for number, value in _PACING.items()}
_AMOUNTS = ("budget", "daily_budget", "cost_per_mille", "max_bid")
_TOLD = frozenset(
    "id advertiser_id post_id status spent created_at updated_at etag rejection".split()  # noqa: SIM905 - as the contract
)
"""What comes back with a campaign that was read, and changes nothing unless a mask names it."""


def campaign_id(text: str) -> CampaignId:
    """The id of a campaign."""
    return CampaignId(UUID(text))


def shown(request: pb.RecordImpressionRequest | pb.RecordClickRequest) -> tuple[CampaignId, ImpressionId]:
    """What a member tells of: the campaign, and its impression."""
    return campaign_id(request.campaign_id), ImpressionId(UUID(request.impression_id))


def statuses(numbers: Sequence[pb.CampaignStatus.ValueType]) -> Collection[CampaignStatus]:
    """The states a filter lets through: all when it names none."""
    return {_STATUS[number] for number in numbers} or set(CampaignStatus)


def plan(message: pb.Campaign) -> Plan:
    """What an advertiser wants."""
    given = _values(message)
    return Plan(
        post_id=PostId(UUID(message.post_id)),
        name=message.name,
        budget=given["budget"],
        cost_per_mille=given["cost_per_mille"],
        targeting=given["targeting"] or Targeting(),
        daily_budget=given["daily_budget"],
        max_bid=given["max_bid"],
        pacing=given["pacing"] or Pacing.EVEN,
        frequency_cap=given["frequency_cap"] or FREQUENCY_CAP,
        start_at=given["start_at"],
        end_at=given["end_at"],
    )


def changes(request: pb.UpdateCampaignRequest) -> Mapping[str, Any]:
    """The fields an update names, None where unset: those of its mask, or without a mask those that are set."""
    message = request.campaign
    named = list(request.update_mask.paths)
    if not named:
        named = [field.name for field, _ in message.ListFields() if field.name not in _TOLD]
        if message.status == pb.CAMPAIGN_STATUS_ACTIVE:
            named.append("status")
    given = _values(message)
    return {name: given.get(name) for name in named}


def campaign(value: Campaign, now: datetime) -> pb.Campaign:
    """A campaign as it is now."""
    message = pb.Campaign(
        id=str(value.id),
        advertiser_id=str(value.advertiser_id),
        post_id=str(value.post_id),
        name=value.name,
        status=_STATUS_OUT[value.status(now)],
        targeting=None if value.targeting.everybody else _targeting(value.targeting),
        pacing=_PACING_OUT[value.pacing],
        frequency_cap=value.frequency_cap,
        start_at=timestamp(value.start_at),
        end_at=timestamp(value.end_at) if value.end_at else None,
        spent=_money(value.currency, whole_units(value.account.spent)),
        created_at=timestamp(value.created_at),
        updated_at=timestamp(value.updated_at),
        etag=value.etag,
        rejection=value.rejection,
    )
    for name in _AMOUNTS:
        if (units := getattr(value, name)) is not None:
            getattr(message, name).CopyFrom(_money(value.currency, units))
    return message


def stats(value: Campaign, now: datetime) -> pb.GetCampaignStatsResponse:
    """How a campaign does."""
    account = value.account
    return pb.GetCampaignStatsResponse(
        impressions=account.impressions,
        clicks=account.clicks,
        reach=account.reach,
        click_rate=account.clicks / account.impressions if account.impressions else 0.0,
        spent=_money(value.currency, whole_units(account.spent)),
        spent_today=_money(value.currency, whole_units(account.spent_today(day_of(now)))),
    )


def charge(value: Charge, currency: str) -> pb.Charge:
    """A line of a ledger: the units that it completes, so that all lines add up to what is spent."""
    units = whole_units(value.spent) - whole_units(value.spent - value.amount)
    return pb.Charge(
        impression_id=str(value.impression_id),
        amount=_money(currency, units),
        charged_at=timestamp(value.at),
        thousandths=value.amount,
    )


def _values(message: pb.Campaign) -> dict[str, Any]:
    """The fields that may be written, None where they are unset."""
    aimed = message.targeting
    targeting = Targeting(tuple(aimed.locations), tuple(aimed.skills), tuple(aimed.headline_words))
    return {
        "name": message.name if message.HasField("name") else None,
        "status": _STATUS.get(message.status),
        "targeting": targeting if message.HasField("targeting") else None,
        "pacing": _PACING[message.pacing] if message.HasField("pacing") else None,
        "frequency_cap": message.frequency_cap if message.HasField("frequency_cap") else None,
        "start_at": _time(message, "start_at"),
        "end_at": _time(message, "end_at"),
        **{name: _amount(message, name) for name in _AMOUNTS},
    }


def _amount(message: pb.Campaign, name: str) -> Money | None:
    if not message.HasField(name):  # pyright: ignore[reportArgumentType] - one of the four amounts
        return None
    amount: money_pb2.Money = getattr(message, name)
    return Money(amount.currency_code, amount.minor_units)


def _time(message: Message, name: str) -> datetime | None:
    return moment(getattr(message, name)) if message.HasField(name) else None


def _money(currency: str, units: int) -> money_pb2.Money:
    return money_pb2.Money(currency_code=currency, minor_units=units)


def _targeting(value: Targeting) -> pb.Targeting:
    return pb.Targeting(locations=value.locations, skills=value.skills, headline_words=value.headline_words)
