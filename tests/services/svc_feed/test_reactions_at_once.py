"""Many reactions at the same moment: each is told the truth, and the count is exact."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from guild.events.v1.engagement_pb2 import PostReacted, PostUnreacted
from guild.events.v1.envelope_pb2 import Envelope
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.clock import SystemClock
from mesh.data import Statement, Transaction
from mesh.ids import uuid7
from mesh.privacy import PersonalData
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import PostNotFound
from svc_feed.domain.reaction import Reacted, Reaction
from svc_feed.domain.tally import PostKey, Whose
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.personal import RULES

PUBLIC = model.VISIBILITY_PUBLIC
COUNT = Statement("SELECT like_count FROM posts WHERE author_id = $1 AND id = $2", ("author", "post"), "count")
EVENTS = Statement("SELECT envelope FROM outbox WHERE subject LIKE $1 ORDER BY bucket, id", ("subject",), "outbox")
NONE = model.REACTION_UNSPECIFIED


async def test_transactions_that_meet_at_posts(world: Any) -> None:
    """Whoever waits for the lock of a post sees what was done under it, and nobody waits in a circle."""
    author = await world.member()
    posts = [PostKey(UserId(UUID(author.id)), PostId(UUID(await world.post(author)))) for _ in range(8)]
    engagement, now = EngagementRepository(), datetime.now(UTC)
    member, runs = UserId(uuid7()), list[int]()
    told: list[tuple[PostKey, Reacted]] = []

    async def react(number: int) -> None:
        some = random.sample(posts, random.randint(2, 8))
        theirs = [Whose(post, member if number % 2 else UserId(uuid7())) for post in some]

        async def work(tx: Transaction) -> list[tuple[PostKey, Reacted]]:
            runs.append(number)
            tally = await engagement.lock(tx, theirs)
            changed = [(whose.post, tally.change(whose, Reaction.LIKE, now)[1]) for whose in theirs]
            engagement.save(tx, tally)
            return changed

        told.extend(await world.database.transact(work))

    await asyncio.gather(*map(react, range(80)))

    expected = Counter(post for post, reacted in told if not reacted.already)
    counts = {post: await world.database.fetch_value(COUNT, author=post.author, post=post.post_id) for post in posts}
    rows = {post: (await world.answers(author, str(post.post_id)))[1] for post in posts}
    assert expected == counts == rows
    assert 80 == len(runs), "nobody ran again after a deadlock"


@pytest.mark.parametrize("seed", range(3))
async def test_events_tell_the_story_of_a_post(world: Any, seed: int) -> None:
    """Of members who change their minds at once each event goes on where the member's last one ended."""
    rng = random.Random(seed)
    author, members = await world.member(), [await world.member() for _ in range(2)]
    post_id = await world.post(author, visibility=PUBLIC)

    async def change(member: Any, reaction: Any, number: int) -> None:
        metadata = (*member.metadata, ("idempotency-key", f"{post_id}-{number}"))
        if reaction == NONE:
            await world.posts.UnreactToPost(pb.UnreactToPostRequest(post_id=post_id), metadata=metadata)
        else:
            await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id, reaction=reaction), metadata=metadata)

    kinds = (NONE, model.REACTION_LIKE, model.REACTION_LOVE)
    await asyncio.gather(*(change(member, rng.choice(kinds), n) for n in range(20) for member in members))

    standing: dict[str, int] = {}
    for row in await world.database.fetch(EVENTS, subject=f"%.{post_id}"):
        envelope = Envelope.FromString(row["envelope"])
        if envelope.type == PostReacted.DESCRIPTOR.full_name:
            event = PostReacted.FromString(envelope.payload)
            assert standing.get(event.user_id, NONE) == event.previous != event.reaction
            standing[event.user_id] = event.reaction
        elif envelope.type == PostUnreacted.DESCRIPTOR.full_name:
            gone = PostUnreacted.FromString(envelope.payload)
            assert standing.pop(gone.user_id) == gone.reaction
            event = gone
        else:
            continue
        assert envelope.actor_id == event.user_id
    listed = await world.posts.ListReactions(pb.ListReactionsRequest(post_id=post_id), metadata=author.metadata)
    assert standing == {given.user.id: given.reaction for given in listed.reactions}
    shown = (await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=author.metadata)).item.post
    counted = [(one.reaction, one.count) for one in shown.reaction_counts]
    assert Counter(standing.values()) == dict(counted)
    assert counted == sorted(counted, key=lambda one: -one[1])


async def test_a_post_that_goes_meanwhile(world: Any) -> None:
    """Who reacts to a post that is deleted at the same moment is too early or too late; others see nothing of it."""
    author, fan = await world.member(), await world.member()
    kept, gone = [await world.post(author, visibility=PUBLIC) for _ in range(2)]

    async def react(post_id: str, number: int) -> int:
        metadata = (*fan.metadata, ("idempotency-key", f"{post_id}-{number}"))
        try:
            reply = await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id), metadata=metadata)
        except PostNotFound:
            return -1
        return reply.like_count

    reactions = [react(post_id, number) for number in range(10) for post_id in (kept, gone)]
    delete = world.posts.DeletePost(pb.DeletePostRequest(post_id=gone), metadata=author.metadata)
    *replies, _ = await asyncio.gather(*reactions, delete)

    assert [1] * 10 == replies[::2]
    assert {*replies[1::2]} <= {1, -1}


async def test_the_reactions_of_who_leaves_are_counted_no_more(world: Any) -> None:
    """By kind and together, however often they changed their mind before; those of others stay."""
    author, leaver, fan = await world.member(), await world.member(), await world.member()
    post_id = await world.post(author, visibility=PUBLIC)
    for member, reaction in ((leaver, model.REACTION_LIKE), (leaver, model.REACTION_LOVE), (fan, model.REACTION_LOVE)):
        request = pb.ReactToPostRequest(post_id=post_id, reaction=reaction)
        await world.posts.ReactToPost(request, metadata=member.metadata)

    await PersonalData(world.database, RULES, SystemClock(), []).erase(UUID(leaver.id), uuid7())

    post = (await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=author.metadata)).item.post
    assert (1, [(model.REACTION_LOVE, 1)]) == (
        post.like_count,
        [(one.reaction, one.count) for one in post.reaction_counts],
    )
