"""Many reactions to comments at the same moment: each is told the truth, and the counts are exact."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from guild.events.v1.engagement_pb2 import CommentReacted, CommentUnreacted
from guild.events.v1.envelope_pb2 import Envelope
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.data import Statement, Transaction
from mesh.errors import NotFound
from mesh.ids import uuid7
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.reaction import Reacted, Reaction
from svc_feed.domain.tally import CommentKey, WhoseOnComment
from svc_feed.store.comment_reactions import CommentReactionRepository

PUBLIC = model.VISIBILITY_PUBLIC
KEY = ("author", "post", "comment")
COUNT = Statement(
    "SELECT reaction_count FROM comments WHERE post_author_id = $1 AND post_id = $2 AND id = $3", KEY, "count"
)
ROWS = Statement(
    "SELECT count(*) FROM comment_reactions WHERE post_author_id = $1 AND post_id = $2 AND comment_id = $3", KEY, "rows"
)
EVENTS = Statement("SELECT envelope FROM outbox WHERE subject LIKE $1 ORDER BY bucket, id", ("subject",), "outbox")
NONE = model.REACTION_UNSPECIFIED


async def said(world: Any, by: Any, post_id: str) -> str:
    request = pb.CreateCommentRequest(post_id=post_id, content="react to this")
    return (await world.posts.CreateComment(request, metadata=by.metadata)).comment.id


async def change(world: Any, by: Any, where: dict[str, str], reaction: Any, number: int) -> int:
    metadata = (*by.metadata, ("idempotency-key", f"{where['comment_id']}-{number}"))
    if reaction == NONE:
        reply = await world.posts.UnreactToComment(pb.UnreactToCommentRequest(**where), metadata=metadata)
    else:
        request = pb.ReactToCommentRequest(**where, reaction=reaction)
        reply = await world.posts.ReactToComment(request, metadata=metadata)
    return reply.reaction_count


async def test_transactions_that_meet_at_comments(world: Any) -> None:
    """Whoever waits for the lock of a comment sees what was done under it, and nobody waits in a circle."""
    author = await world.member()
    comments: list[CommentKey] = []
    for _ in range(2):
        post_id = await world.post(author, visibility=PUBLIC)
        for _ in range(3):
            comment_id = CommentId(UUID(await said(world, author, post_id)))
            comments.append(CommentKey(UserId(UUID(author.id)), PostId(UUID(post_id)), comment_id))
    reactions, now = CommentReactionRepository(), datetime.now(UTC)
    member, runs = UserId(uuid7()), list[int]()
    told: list[tuple[CommentKey, Reacted]] = []

    async def react(number: int) -> None:
        some = random.sample(comments, random.randint(2, len(comments)))
        theirs = [WhoseOnComment(comment, member if number % 2 else UserId(uuid7())) for comment in some]

        async def work(tx: Transaction) -> list[tuple[CommentKey, Reacted]]:
            runs.append(number)
            tally = await reactions.lock(tx, theirs)
            changed = [(whose.comment, tally.change(whose, Reaction.LIKE, now)[1]) for whose in theirs]
            reactions.save(tx, tally)
            return changed

        told.extend(await world.database.transact(work))

    await asyncio.gather(*map(react, range(40)))

    async def found(statement: Statement, key: CommentKey) -> int:
        author, post_id, comment_id = key
        return await world.database.fetch_value(statement, author=author, post=post_id, comment=comment_id)

    expected = Counter(comment for comment, reacted in told if not reacted.already)
    counts, rows = [{key: await found(statement, key) for key in comments} for statement in (COUNT, ROWS)]
    assert expected == counts == rows
    assert 40 == len(runs), "nobody ran again after a deadlock"


@pytest.mark.parametrize("seed", range(2))
async def test_events_tell_the_story_of_a_comment(world: Any, seed: int) -> None:
    """Of members who change their minds at once each event goes on where the member's last one ended."""
    rng = random.Random(seed)
    author, members = await world.member(), [await world.member() for _ in range(2)]
    post_id = await world.post(author, visibility=PUBLIC)
    where = {"post_id": post_id, "comment_id": await said(world, author, post_id)}
    kinds = (NONE, model.REACTION_LIKE, model.REACTION_LOVE)
    calls = [(member, rng.choice(kinds), number) for number in range(15) for member in members]

    await asyncio.gather(*(change(world, member, where, kind, number) for member, kind, number in calls))

    standing: dict[str, int] = {}
    for row in await world.database.fetch(EVENTS, subject=f"%.{post_id}"):
        envelope = Envelope.FromString(row["envelope"])
        if envelope.type == CommentReacted.DESCRIPTOR.full_name:
            event = CommentReacted.FromString(envelope.payload)
            assert standing.get(event.user_id, NONE) == event.previous != event.reaction
            standing[event.user_id] = event.reaction
        elif envelope.type == CommentUnreacted.DESCRIPTOR.full_name:
            event = CommentUnreacted.FromString(envelope.payload)
            assert standing.pop(event.user_id) == event.reaction
        else:
            continue
        assert envelope.actor_id == event.user_id
    listed = await world.posts.ListCommentReactions(pb.ListCommentReactionsRequest(**where), metadata=author.metadata)
    assert standing == {given.user.id: given.reaction for given in listed.reactions}
    for _ in range(2):  # retries of what was answered change nothing
        comments = pb.ListCommentsRequest(post_id=post_id)
        (shown,) = (await world.posts.ListComments(comments, metadata=author.metadata)).comments
        assert Counter(standing.values()) == {one.reaction: one.count for one in shown.reaction_counts}
        await asyncio.gather(*(change(world, member, where, kind, number) for member, kind, number in calls))


async def test_a_comment_that_goes_meanwhile(world: Any) -> None:
    """Who reacts to a comment that is deleted at the same moment is too early or too late; others see nothing of it."""
    author, fan = await world.member(), await world.member()
    post_id = await world.post(author, visibility=PUBLIC)
    kept, gone = [{"post_id": post_id, "comment_id": await said(world, author, post_id)} for _ in range(2)]

    async def react(where: dict[str, str], number: int) -> int:
        try:
            return await change(world, fan, where, model.REACTION_LIKE, number)
        except NotFound:
            return -1

    reactions = [react(where, number) for number in range(10) for where in (kept, gone)]
    delete = world.posts.DeleteComment(pb.DeleteCommentRequest(**gone), metadata=author.metadata)
    *replies, _ = await asyncio.gather(*reactions, delete)

    assert [1] * 10 == replies[::2]
    assert {*replies[1::2]} <= {1, -1}
    where = {"author": UUID(author.id), "post": UUID(post_id), "comment": UUID(gone["comment_id"])}
    assert 0 == await world.database.fetch_value(ROWS, **where)
