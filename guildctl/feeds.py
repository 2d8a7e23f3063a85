"""Feeds of members, as operators look at them at the public port."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from guild.feed.v1 import feed_service_pb2 as pb
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from guildctl.desk import Desk
from guildctl.dial import dialled


async def explain(desk: Desk, user_id: UUID, limit: int) -> pb.ExplainFeedResponse:
    """Why the first items of a feed are there; raises Failure."""
    async with _feed(desk) as stub:
        request = pb.ExplainFeedRequest(user_id=str(user_id), limit=limit)
        return await stub.ExplainFeed(request, metadata=desk.proof)


async def rebuild(desk: Desk, user_id: UUID) -> pb.RebuildFeedResponse:
    """Throw a stored feed away and build it anew; raises Failure."""
    async with _feed(desk) as stub:
        return await stub.RebuildFeed(pb.RebuildFeedRequest(user_id=str(user_id)), metadata=desk.proof)


def report(found: pb.ExplainFeedResponse) -> Iterator[str]:
    """An explanation in lines."""
    built = found.built_at.ToJsonString() if found.HasField("built_at") else "for this call: it was cold"
    yield f"ranking {found.scoring_version}, {found.item_count:,} entries, built {built}"
    for item in found.items:
        source = pb.FeedSource.Name(item.source).removeprefix("FEED_SOURCE_").lower()
        terms = " + ".join(f"{term.name} {term.value:g} * {term.weight:g}" for term in item.terms) or "not ranked now"
        hidden = "" if item.visible else ", not shown"
        yield f"{item.post_id} of {item.author_id}: {item.score:.3f} = {terms} ({source}{hidden})"
    yield _reach(found.reach)


def _reach(reach: pb.Reach) -> str:
    """How the member's own posts reach others, in words."""
    merged = reach.by == pb.FEED_SOURCE_MERGE
    since = f" since {reach.merged_since.ToJsonString()}" if merged else ""
    way = f"own posts are {'merged into feeds when these are read' if merged else 'written into warm feeds'}{since}"
    if not reach.HasField("measure"):
        return f"{way}: few followers"
    one = reach.measure
    writing, merging = (cost.ToTimedelta().total_seconds() for cost in (one.writing, one.merging))
    return (
        f"{way}: {one.followers:,} followers, {one.warm_share:.0%} of them warm; {one.posts_per_day:.1f} posts and"
        f" {one.reads_per_day:.1f} reads of a feed a day; writing costs {writing:,.3f} s a day, merging {merging:,.3f}"
    )


@asynccontextmanager
async def _feed(desk: Desk) -> AsyncGenerator[Any]:
    async with dialled(desk.address, "feed") as peer:
        yield FeedServiceStub(peer.channel)
