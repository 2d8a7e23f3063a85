"""Campaigns over the wire: made, looked at, changed, ended; and whose they are."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from guild.events.v1.promotion_pb2 import CampaignChanged
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from guild.feed.v1 import promotion_service_pb2 as pb
from mesh.contract import timestamp
from mesh.data import Statement
from mesh.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from mesh.ids import uuid7
from mesh.testing import wait_for
from tests.services.svc_feed.campaigns import PUBLIC, create, end, euros, get, launch, plan, review

REVIEWS = Statement(
    "SELECT operator, approved, reason FROM campaign_reviews WHERE advertiser_id = $1 AND campaign_id = $2 ORDER BY id",
    ("advertiser", "campaign"),
    "reviews",
)
ACTIVE, PAUSED, EXHAUSTED, ENDED, IN_REVIEW, REJECTED = pb.CampaignStatus.values()[1:]


async def update(world: Any, advertiser: Any, campaign: Any, *mask: str, etag: str = "", **fields: Any) -> pb.Campaign:
    request = pb.UpdateCampaignRequest(campaign=pb.Campaign(id=campaign.id, **fields), etag=etag)
    request.update_mask.paths.extend(mask)
    return (await world.promotions.UpdateCampaign(request, metadata=advertiser.metadata)).campaign


async def verb(world: Any, advertiser: Any, name: str, campaign: Any) -> pb.Campaign:
    request = getattr(pb, f"{name}CampaignRequest")(campaign_id=campaign.id)
    return (await getattr(world.promotions, f"{name}Campaign")(request, metadata=advertiser.metadata)).campaign


async def becomes(world: Any, advertiser: Any, campaign: Any, status: int) -> None:
    async def there() -> bool:
        return (await get(world, advertiser, campaign)).status == status

    await wait_for(there, timeout=20)


async def test_a_life(world: Any) -> None:
    """From a review to its end; what is repeated changes nothing, and each change is told once."""
    ann = await world.member("Ann")
    made = await create(world, ann, targeting=pb.Targeting(skills=["Rust"]), daily_budget=euros(900))
    assert (IN_REVIEW, 0, ann.id) == (made.status, made.spent.minor_units, made.advertiser_id)
    assert (["Rust"], 900, 500) == (
        [*made.targeting.skills],
        made.daily_budget.minor_units,
        made.cost_per_mille.minor_units,
    )
    approved = await review(world, made)
    assert (ACTIVE, approved) == (approved.status, await review(world, made))
    for name, status in (("Pause", PAUSED), ("Resume", ACTIVE), ("Pause", PAUSED)):
        assert [status, status] == [(await verb(world, ann, name, made)).status for _ in range(2)]
    assert ACTIVE == (await update(world, ann, made, status=ACTIVE)).status
    ended = await verb(world, ann, "End", made)
    assert (ENDED, ended) == (ended.status, await verb(world, ann, "End", made))
    for name in ("Pause", "Resume"):
        with pytest.raises(FailedPrecondition) as over:
            await verb(world, ann, name, made)
        assert over.value.reason == "CAMPAIGN_ENDED"
    for call in (review(world, made, approved=False, reason="late"), update(world, ann, made, name="new")):
        with pytest.raises(FailedPrecondition, match="is over"):
            await call
    told = await world.events(CampaignChanged, made.id)
    assert [IN_REVIEW, ACTIVE, PAUSED, ACTIVE, PAUSED, ACTIVE, ENDED] == [event.status for event in told]
    assert [0, IN_REVIEW, ACTIVE, PAUSED, ACTIVE, PAUSED, ACTIVE] == [event.previous_status for event in told]


async def test_a_campaign_is_its_advertisers(world: Any) -> None:
    """Nobody else learns that there is one; and only one's own public posts are promoted."""
    ann, bob = await world.member(), await world.member()
    made = await create(world, ann)
    for name in ("Pause", "Resume", "End", "Get"):
        with pytest.raises(NotFound) as nothing:
            await verb(world, bob, name, made)
        assert nothing.value.reason == "CAMPAIGN_NOT_FOUND"
    for call in (
        update(world, bob, made, name="mine"),
        world.promotions.GetCampaignStats(pb.GetCampaignStatsRequest(campaign_id=made.id), metadata=bob.metadata),
        world.promotions.ListCharges(pb.ListChargesRequest(campaign_id=made.id), metadata=bob.metadata),
        review(world, pb.Campaign(id=str(uuid7()))),
    ):
        with pytest.raises(NotFound) as nothing:
            await call
        assert nothing.value.reason == "CAMPAIGN_NOT_FOUND"
    with pytest.raises(PermissionDenied) as not_mine:
        await create(world, bob, made.post_id)
    assert not_mine.value.reason == "NOT_THE_AUTHOR"
    with pytest.raises(FailedPrecondition) as hidden:
        await create(world, ann, await world.post(ann))
    assert hidden.value.reason == "POST_NOT_PUBLIC"
    with pytest.raises(NotFound) as missing:
        await create(world, bob, await world.post(ann))
    assert missing.value.reason == "POST_NOT_FOUND"
    request = pb.ReviewCampaignRequest(campaign_id=made.id, approved=True)
    with pytest.raises(PermissionDenied):
        await world.promotions.ReviewCampaign(request, metadata=ann.metadata)
    await end(world, ann, made)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"daily_budget": euros(5, "USD")}, "CURRENCY_MISMATCH"),
        ({"max_bid": euros(900, "USD")}, "CURRENCY_MISMATCH"),
        ({"max_bid": euros(499)}, "INVALID_ARGUMENT"),
        ({"budget": euros(0)}, "INVALID_ARGUMENT"),
        ({"cost_per_mille": euros(0)}, "INVALID_ARGUMENT"),
        ({"name": "\u200b"}, "INVALID_ARGUMENT"),
        ({"end_at": timestamp(datetime(2020, 1, 1, tzinfo=UTC))}, "INVALID_ARGUMENT"),
    ],
)
async def test_what_no_campaign_may_be(world: Any, fields: dict[str, Any], reason: str) -> None:
    """It is refused whether it is made so or changed into it, and then nothing has changed."""
    ann = await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    with pytest.raises(InvalidArgument) as made:
        await create(world, ann, post_id, **fields)
    campaign = await create(world, ann, post_id)
    with pytest.raises(InvalidArgument) as changed:
        await update(world, ann, campaign, **fields)
    assert (reason, reason) == (made.value.reason, changed.value.reason)
    assert campaign == await get(world, ann, campaign)
    await end(world, ann, campaign)


async def test_changes(world: Any) -> None:
    """Exactly what is named changes; what a reviewer has to see is looked at again, an amount is not."""
    ann = await world.member()
    made = await launch(world, ann, max_bid=euros(800), daily_budget=euros(900))
    changed = await update(world, ann, made, budget=euros(20_000))
    assert (ACTIVE, 20_000) == (changed.status, changed.budget.minor_units)
    with pytest.raises(Aborted):
        await update(world, ann, made, etag=made.etag, budget=euros(30_000))
    cleared = await update(world, ann, made, "max_bid", "daily_budget", "pacing", etag=changed.etag)
    assert (False, False, pb.PACING_EVEN) == (
        cleared.HasField("max_bid"),
        cleared.HasField("daily_budget"),
        cleared.pacing,
    )
    assert cleared == await update(world, ann, made, "pacing"), "what changes nothing has no effect"
    for mask in ("budget", "name", "start_at.seconds", "spent", "post_id", "review"):
        with pytest.raises(InvalidArgument):
            await update(world, ann, made, mask)
    with pytest.raises(InvalidArgument, match="pause it, or end it"):
        await update(world, ann, made, "status", status=PAUSED)
    aimed = await update(world, ann, made, targeting=pb.Targeting(locations=["Bonn"]))
    assert IN_REVIEW == aimed.status
    rejected = await review(world, made, approved=False, reason="no such place")
    assert (REJECTED, "no such place") == (rejected.status, rejected.rejection)
    again = await update(world, ann, made, "targeting")
    assert (IN_REVIEW, "", False) == (again.status, again.rejection, again.HasField("targeting"))
    notes = await world.database.fetch(REVIEWS, advertiser=UUID(ann.id), campaign=UUID(made.id))
    assert [(True, ""), (False, "no such place")] == [(row["approved"], row["reason"]) for row in notes]
    assert all(row["operator"] for row in notes)
    await end(world, ann, made)


async def test_what_is_read_can_be_sent_back(world: Any) -> None:
    """With one field changed and no mask: what the service tells of a campaign changes nothing."""
    ann = await world.member()
    made = await launch(world, ann)
    paused = await verb(world, ann, "Pause", made)
    paused.name = "autumn"
    request = pb.UpdateCampaignRequest(campaign=paused)
    changed = (await world.promotions.UpdateCampaign(request, metadata=ann.metadata)).campaign
    assert ("autumn", paused.budget, made.post_id) == (changed.name, changed.budget, changed.post_id)
    await end(world, ann, made)


async def test_lists(world: Any) -> None:
    """The own ones, newest first, by status and page by page; operators see whose turn it is."""
    ann = await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    made = [await create(world, ann, post_id, name=str(number)) for number in range(5)]
    await review(world, made[1])
    await end(world, ann, made[3])

    async def listed(*status: int, size: int = 2) -> list[str]:
        found: list[str] = []
        token = ""
        while True:
            request = pb.ListCampaignsRequest(status=status, page_size=size, page_token=token)
            page = await world.promotions.ListCampaigns(request, metadata=ann.metadata)
            found += [one.name for one in page.campaigns]
            if not (token := page.next_page_token):
                return found

    assert ["4", "3", "2", "1", "0"] == await listed()
    assert (["1"], ["3"], ["4", "2", "0"]) == (await listed(ACTIVE), await listed(ENDED), await listed(IN_REVIEW))
    waiting = await world.promotions.ListCampaignsInReview(
        pb.ListCampaignsInReviewRequest(page_size=100), metadata=world.admin
    )
    assert ["0", "2", "4"] == [one.name for one in waiting.campaigns if one.advertiser_id == ann.id]
    await end(world, ann, *made)


async def test_a_campaign_goes_with_its_post(world: Any) -> None:
    """Another text is looked at again, a deleted post ends it; its own end does too, by the worker."""
    ann = await world.member()
    made = await launch(world, ann)
    request = posts.UpdatePostRequest(post=model.Post(id=made.post_id, content="something else"))
    await world.posts.UpdatePost(request, metadata=ann.metadata)
    await becomes(world, ann, made, IN_REVIEW)
    assert ACTIVE == (await review(world, made)).status
    await world.posts.DeletePost(posts.DeletePostRequest(post_id=made.post_id), metadata=ann.metadata)
    await becomes(world, ann, made, ENDED)
    soon = datetime.now(UTC) + timedelta(seconds=0.5)
    brief = await launch(world, ann, end_at=timestamp(soon))

    async def told() -> bool:
        return [ENDED] == [one.status for one in (await world.events(CampaignChanged, brief.id))[2:]]

    await wait_for(told, timeout=20)
    (last,) = (await world.events(CampaignChanged, brief.id))[2:]
    assert (ENDED, ACTIVE) == ((await get(world, ann, brief)).status, last.previous_status)


async def test_a_repeated_creation_is_one(world: Any) -> None:
    """Under one idempotency key."""
    ann = await world.member()
    request = pb.CreateCampaignRequest(campaign=plan(await world.post(ann, visibility=PUBLIC)))
    metadata = (*ann.metadata, ("idempotency-key", "a campaign"))
    first, second = [await world.promotions.CreateCampaign(request, metadata=metadata) for _ in range(2)]
    assert first == second
    listed = await world.promotions.ListCampaigns(pb.ListCampaignsRequest(), metadata=ann.metadata)
    assert [first.campaign] == [*listed.campaigns]
