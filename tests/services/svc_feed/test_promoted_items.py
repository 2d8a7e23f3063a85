"""Promoted items in the feed: where they are, for whom, and that they break no rule of visibility."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from guild.events.v1.promotion_pb2 import CampaignChanged, ImpressionCharged
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from guild.feed.v1 import promotion_service_pb2 as pb
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1 import mute_pb2
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from mesh.data import Statement
from mesh.errors import FailedPrecondition, NotFound
from mesh.ids import uuid7
from svc_feed.store.campaigns import RUNNING
from tests.services.svc_feed.campaigns import (
    PUBLIC,
    charges,
    end,
    euros,
    get,
    launch,
    never_shown,
    promoted,
    shown,
    stats,
    tell,
)

EXPIRE = Statement(
    "UPDATE impressions SET served_at = served_at - interval '25 hours' WHERE id = $1", ("id",), "expire"
)


@pytest_asyncio.fixture(loop_scope="module")
async def ann(world: Any) -> Any:
    """Who advertises."""
    return await world.member("Ann")


async def test_an_item_is_labelled_and_comes_fifth(world: Any, ann: Any) -> None:
    """Behind four others, within the limit, without a score, with what it is told of by; never for its advertiser."""
    bob = await world.reader(8)
    campaign = await launch(world, ann)
    item = await shown(world, bob)
    assert (campaign.id, campaign.post_id, ann.id, False) == (
        item.campaign_id,
        item.post.id,
        item.author.id,
        item.HasField("score"),
    )
    assert [model.POST_CONTEXT_KIND_PROMOTED] == [context.kind for context in item.contexts]
    page = await world.page(bob, 6)
    assert [False] * 4 + [True, False] == [item.promoted for item in page.items]
    rest = await world.page(bob, 6, token=page.next_page_token)
    organic = [item.post.id for item in (*page.items, *rest.items) if not item.promoted]
    assert (8, 8, []) == (len(organic), len(set(organic)), promoted(rest))
    assert [item.impression_id] == [one.impression_id for one in promoted(await world.page(bob, 5))]
    assert [] == promoted(await world.page(bob, 4))
    few = await world.reader(3)
    assert await never_shown(world, few)
    for number in range(5):
        await world.post(ann, str(number))
    assert await never_shown(world, ann)
    await end(world, ann, campaign)
    assert [] == promoted(await world.page(bob))


async def test_impressions_and_clicks_count_once(world: Any, ann: Any) -> None:
    """For the viewer who was shown the item, under its campaign, within a day; a click is an impression."""
    bob, cat = await world.reader(), await world.reader()
    rival = await world.member()
    campaign, other = await launch(world, ann), await launch(world, rival, cost_per_mille=euros(100))
    item = await shown(world, bob, campaign)
    for who, ids, reason in (
        (cat, {}, "IMPRESSION_NOT_FOUND"),
        (bob, {"impression_id": str(uuid7())}, "IMPRESSION_NOT_FOUND"),
        (bob, {"campaign_id": other.id}, "IMPRESSION_NOT_FOUND"),
        (bob, {"campaign_id": str(uuid7())}, "CAMPAIGN_NOT_FOUND"),
    ):
        for verb in ("RecordImpression", "RecordClick"):
            with pytest.raises(NotFound) as missing:
                await tell(world, who, item, verb, **ids)
            assert reason == missing.value.reason
    told = await asyncio.gather(*(tell(world, bob, item) for _ in range(20)))
    assert (1, False) == (sum(told), await tell(world, bob, item))
    clicks = await asyncio.gather(*(tell(world, bob, item, "RecordClick") for _ in range(20)))
    assert 1 == sum(clicks)
    unseen = await shown(world, cat, campaign)
    assert await tell(world, cat, unseen, "RecordClick")
    assert not await tell(world, cat, unseen)
    found = await stats(world, ann, campaign)
    assert (2, 2, 2, 1.0) == (found.impressions, found.clicks, found.reach, found.click_rate)
    assert [500, 500] == [one.thousandths for one in await charges(world, ann, campaign, 1)]
    events = await world.events(ImpressionCharged, campaign.id)
    assert [(item.impression_id, 500), (unseen.impression_id, 500)] == [
        (event.impression_id, event.thousandths) for event in events
    ]
    await end(world, ann, campaign)
    await end(world, rival, other)


async def test_an_impression_is_good_for_a_day(world: Any, ann: Any) -> None:
    """What is told of later is not found, and costs nothing."""
    bob = await world.reader()
    campaign = await launch(world, ann, cost_per_mille=euros(900))
    item = await shown(world, bob, campaign)
    await world.database.execute(EXPIRE, id=item.impression_id)
    with pytest.raises(NotFound):
        await tell(world, bob, item)
    assert [] == await charges(world, ann, campaign)
    await end(world, ann, campaign)


async def test_charges_add_up_to_what_is_spent(world: Any, ann: Any) -> None:
    """Prices below a cent are in the charge that completes the cent; what the budget does not pay is not counted."""
    viewers = [await world.reader() for _ in range(4)]
    campaign = await launch(world, ann, budget=euros(1), cost_per_mille=euros(333))
    items = [await shown(world, viewer, campaign) for viewer in viewers[:3]]
    assert await never_shown(world, viewers[3]), "what is on offer counts as spent"
    told = [await tell(world, viewer, item) for viewer, item in zip(viewers, items, strict=False)]
    assert [True] * 3 == told
    ledger = await charges(world, ann, campaign, 2)
    found = await get(world, ann, campaign)
    assert ([333] * 3, 0, pb.CAMPAIGN_STATUS_EXHAUSTED) == (
        [one.thousandths for one in ledger],
        sum(one.amount.minor_units for one in ledger),
        found.status,
    )
    assert found.spent.minor_units == 0
    (last,) = (await world.events(CampaignChanged, campaign.id))[2:]
    assert (pb.CAMPAIGN_STATUS_EXHAUSTED, pb.CAMPAIGN_STATUS_ACTIVE) == (last.status, last.previous_status)
    request = pb.UpdateCampaignRequest(campaign=pb.Campaign(id=campaign.id, budget=euros(2)))
    raised = (await world.promotions.UpdateCampaign(request, metadata=ann.metadata)).campaign
    assert pb.CAMPAIGN_STATUS_ACTIVE == raised.status
    assert await tell(world, viewers[3], await shown(world, viewers[3], campaign))
    ledger = await charges(world, ann, campaign)
    assert [1, 0, 0, 0] == [one.amount.minor_units for one in ledger]
    assert (await get(world, ann, campaign)).spent.minor_units == 1
    request = pb.UpdateCampaignRequest(campaign=pb.Campaign(id=campaign.id, budget=euros(1)))
    with pytest.raises(FailedPrecondition, match="spent more") as below:
        await world.promotions.UpdateCampaign(request, metadata=ann.metadata)
    assert below.value.reason == "BUDGET_BELOW_SPENT"
    await end(world, ann, campaign)


async def test_a_member_sees_a_campaign_as_often_as_its_cap_allows(world: Any, ann: Any) -> None:
    """The same impression until it is seen, then another, up to the cap."""
    bob = await world.reader()
    campaign = await launch(world, ann, frequency_cap=2)
    first = await shown(world, bob)
    assert first.impression_id == (await shown(world, bob)).impression_id
    assert await tell(world, bob, first)
    second = await shown(world, bob)
    assert first.impression_id != second.impression_id
    assert await tell(world, bob, second)
    assert await never_shown(world, bob)
    found = await stats(world, ann, campaign)
    assert (2, 1) == (found.impressions, found.reach)
    await end(world, ann, campaign)


async def test_targeting_goes_by_the_profile(world: Any, ann: Any) -> None:
    """All conditions hold, by whole words whatever their case; who is not meant sees nothing."""
    bob, cat = await world.reader(), await world.reader()
    profile = ProfileServiceStub(world.profile.channel)
    for member, place in ((bob, "Köln, Germany"), (cat, "Jerome, Idaho")):
        user = User(location=place, headline="Senior Engineer")
        await profile.UpdateUser(profiles.UpdateUserRequest(user=user), metadata=member.metadata)
        await profile.AddSkill(profiles.AddSkillRequest(name="Rust"), metadata=member.metadata)
    aim = pb.Targeting(locations=["Rome", "koln"], skills=["rust", "Go"], headline_words=["engineer"])
    campaign = await launch(world, ann, targeting=aim)
    assert campaign.id == (await shown(world, bob)).campaign_id
    assert await never_shown(world, cat)
    await end(world, ann, campaign)


async def test_nothing_is_shown_against_a_rule(world: Any, ann: Any) -> None:
    """A mute, a block, a post that is hidden, changed or deleted: from the very next read."""
    viewers = [await world.reader() for _ in range(5)]
    campaign = await launch(world, ann)
    for viewer in viewers:
        await shown(world, viewer)
    muting, blocked, *others = viewers
    await world.graph.MuteUser(mute_pb2.MuteUserRequest(user_id=ann.id), metadata=muting.metadata)
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=blocked.id), metadata=ann.metadata)
    assert [[], []] == [promoted(await world.page(viewer)) for viewer in (muting, blocked)]
    assert await never_shown(world, blocked)

    async def change(**fields: Any) -> None:
        request = posts.UpdatePostRequest(post=model.Post(id=campaign.post_id, **fields))
        await world.posts.UpdatePost(request, metadata=ann.metadata)

    for fields in ({"content": "bought"}, {"visibility": model.VISIBILITY_CONNECTIONS}):
        await change(**fields)
        assert [[], [], []] == [promoted(await world.page(viewer)) for viewer in others]
    await end(world, ann, campaign)


async def test_a_paused_campaign_is_shown_to_nobody(world: Any, ann: Any) -> None:
    """From the very next read until it is resumed; what was shown before may still be told of."""
    bob = await world.reader()
    campaign = await launch(world, ann)
    item = await shown(world, bob)
    await world.promotions.PauseCampaign(pb.PauseCampaignRequest(campaign_id=campaign.id), metadata=ann.metadata)
    assert [] == promoted(await world.page(bob))
    assert await tell(world, bob, item)
    await world.promotions.ResumeCampaign(pb.ResumeCampaignRequest(campaign_id=campaign.id), metadata=ann.metadata)
    cat = await world.reader()
    assert campaign.id == (await shown(world, cat)).campaign_id
    await end(world, ann, campaign)


async def test_the_better_bid_pays_what_the_next_would(world: Any, ann: Any) -> None:
    """Second price, at least its cost per mille; a post that is in the page anyway is not promoted there."""
    bob, other = await world.reader(), await world.member()
    cheap = await launch(world, other, cost_per_mille=euros(200), max_bid=euros(600))
    dear = await launch(world, ann, cost_per_mille=euros(100), max_bid=euros(900))
    item = await shown(world, bob, dear)
    assert await tell(world, bob, item)
    assert [600] == [one.thousandths for one in await charges(world, ann, dear)]
    cat = await world.reader()
    await end(world, other, cheap)
    assert await tell(world, cat, await shown(world, cat, dear))
    assert [100, 600] == [one.thousandths for one in await charges(world, ann, dear)]
    dan = await world.reader()
    await world.connect(ann, dan)
    assert dear.post_id in await world.ids(dan)
    assert await never_shown(world, dan)
    await end(world, ann, dear)


async def test_who_is_nobodys_aim_costs_nothing(world: Any, ann: Any, reads: list[str]) -> None:
    """While campaigns run for others, a read asks what it asks without them."""
    bob = await world.reader()
    await world.page(bob)
    reads.clear()
    await world.page(bob)
    alone = [name for name in reads if name != RUNNING.name]
    campaign = await launch(world, ann, targeting=pb.Targeting(skills=["heraldry"]))
    assert await never_shown(world, bob)
    reads.clear()
    await world.page(bob)
    assert alone == [name for name in reads if name != RUNNING.name]
    await end(world, ann, campaign)
    assert PUBLIC
