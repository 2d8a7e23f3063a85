"""Campaigns as their advertisers, operators and viewers handle them."""

from typing import Any

from guild.common.v1.money_pb2 import Money
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import promotion_service_pb2 as pb
from mesh.testing import wait_for

PUBLIC = model.VISIBILITY_PUBLIC


def euros(minor_units: int, currency: str = "EUR") -> Money:
    return Money(currency_code=currency, minor_units=minor_units)


def plan(post_id: str, **fields: Any) -> pb.Campaign:
    """A campaign that may spend 100 euros at 5 a thousand, as fast as it can, unless told."""
    given = {
        "name": "spring",
        "budget": euros(10_000),
        "cost_per_mille": euros(500),
        "pacing": pb.PACING_ACCELERATED,
        "frequency_cap": 1,
        **fields,
    }
    return pb.Campaign(post_id=post_id, **given)


async def create(world: Any, advertiser: Any, post_id: str | None = None, **fields: Any) -> pb.Campaign:
    post_id = post_id or await world.post(advertiser, "buy this", PUBLIC)
    request = pb.CreateCampaignRequest(campaign=plan(post_id, **fields))
    return (await world.promotions.CreateCampaign(request, metadata=advertiser.metadata)).campaign


async def review(world: Any, campaign: Any, *, approved: bool = True, reason: str = "") -> pb.Campaign:
    request = pb.ReviewCampaignRequest(campaign_id=campaign.id, approved=approved, reason=reason)
    return (await world.promotions.ReviewCampaign(request, metadata=world.admin)).campaign


async def launch(world: Any, advertiser: Any, post_id: str | None = None, **fields: Any) -> pb.Campaign:
    """A campaign that runs."""
    return await review(world, await create(world, advertiser, post_id, **fields))


async def end(world: Any, advertiser: Any, *campaigns: Any) -> None:
    for one in campaigns:
        await world.promotions.EndCampaign(pb.EndCampaignRequest(campaign_id=one.id), metadata=advertiser.metadata)


async def get(world: Any, advertiser: Any, campaign: Any) -> pb.Campaign:
    request = pb.GetCampaignRequest(campaign_id=campaign.id)
    return (await world.promotions.GetCampaign(request, metadata=advertiser.metadata)).campaign


async def stats(world: Any, advertiser: Any, campaign: Any) -> pb.GetCampaignStatsResponse:
    request = pb.GetCampaignStatsRequest(campaign_id=campaign.id)
    return await world.promotions.GetCampaignStats(request, metadata=advertiser.metadata)


async def charges(world: Any, advertiser: Any, campaign: Any, size: int = 100) -> list[pb.Charge]:
    """The whole ledger, newest first."""
    found: list[pb.Charge] = []
    token = ""
    while True:
        request = pb.ListChargesRequest(campaign_id=campaign.id, page_size=size, page_token=token)
        page = await world.promotions.ListCharges(request, metadata=advertiser.metadata)
        found += page.charges
        if not (token := page.next_page_token):
            return found


def promoted(page: Any) -> list[model.PostItem]:
    return [item for item in page.items if item.promoted]


async def shown(world: Any, viewer: Any, campaign: Any = None) -> model.PostItem:
    """The promoted item of a viewer's feed, once there is one: of a campaign, where it is told."""
    found: list[model.PostItem] = []

    async def there() -> bool:
        found[:] = promoted(await world.page(viewer))
        return bool(found) and (campaign is None or found[0].campaign_id == campaign.id)

    await wait_for(there, timeout=10)
    return found[0]


async def never_shown(world: Any, viewer: Any) -> bool:
    """Whether a viewer is shown nothing promoted, also after there was time to look for it."""
    offers = world.offers
    for _ in range(3):
        if promoted(await world.page(viewer)):
            return False
        await wait_for(lambda: not offers._preparing, timeout=10)
    return not promoted(await world.page(viewer))


async def tell(world: Any, viewer: Any, item: Any, verb: str = "RecordImpression", **other: str) -> bool:
    """Tell of an impression or a click; whether it counts."""
    ids = {"campaign_id": item.campaign_id, "impression_id": item.impression_id, **other}
    request = getattr(pb, f"{verb}Request")(**ids)
    return (await getattr(world.promotions, verb)(request, metadata=viewer.metadata)).counted
