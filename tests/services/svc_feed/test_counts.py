"""Counts of posts that are wrong are found, and corrected from what they count."""

import asyncio
from typing import Any
from uuid import UUID

from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.clock import SystemClock
from mesh.data import Statement
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.tally import PostKey
from svc_feed.store.counts import CountRepository
from svc_feed.usecases import correct_counts
from svc_feed.usecases.correct_counts import CorrectCounts

SPOIL = Statement(
    "UPDATE posts SET like_count = 7, reaction_counts = '{7}', comment_count = 3 WHERE author_id = $1 AND id = $2",
    ("author", "post"),
    "spoil",
)
PUBLIC = model.VISIBILITY_PUBLIC


async def counts(world: Any, reader: Any, post_id: str) -> tuple[int, dict[int, int], int]:
    post = (await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=reader.metadata)).item.post
    return post.like_count, {one.reaction: one.count for one in post.reaction_counts}, post.comment_count


async def react(world: Any, member: Any, post_id: str, reaction: int) -> None:
    await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id, reaction=reaction), metadata=member.metadata)


async def test_what_is_wrong_is_corrected(world: Any, monkeypatch: Any) -> None:
    """By rounds that go through all posts, whatever they begin with; what is right is not written."""
    monkeypatch.setattr(correct_counts, "_AT_ONCE", 3)
    author, fan = await world.member(), await world.member()
    made = [await world.post(author, str(number), visibility=PUBLIC) for number in range(4)]
    for post_id in made:
        await react(world, author, post_id, model.REACTION_LIKE)
        await react(world, fan, post_id, model.REACTION_FUNNY)
    for text in ("a", "b"):
        said = await world.posts.CreateComment(
            pb.CreateCommentRequest(post_id=made[0], content=text), metadata=fan.metadata
        )
    request = pb.DeleteCommentRequest(post_id=made[0], comment_id=said.comment.id)
    await world.posts.DeleteComment(request, metadata=fan.metadata)
    right = [await counts(world, fan, post_id) for post_id in made]
    assert (2, {model.REACTION_LIKE: 1, model.REACTION_FUNNY: 1}, 1) == right[0]
    spoilt = [PostKey(UserId(UUID(author.id)), PostId(UUID(post_id))) for post_id in (made[0], made[3])]
    for author_id, post_id in spoilt:
        await world.database.execute(SPOIL, author=author_id, post=post_id)
    assert (7, {model.REACTION_LIKE: 7}, 3) == await counts(world, fan, made[0])

    repository, corrected = CountRepository(), list[PostKey]()
    correct = repository.correct
    monkeypatch.setattr(
        CountRepository, "correct", lambda _, tx, one: (corrected.append(one.post), correct(tx, one))[1]
    )
    rounds = CorrectCounts(world.database, repository, SystemClock(), lambda: 0.0)
    for _ in range(2):
        await rounds()
    assert right == [await counts(world, fan, post_id) for post_id in made]
    assert sorted(spoilt) == sorted(corrected)


async def test_counts_are_right_while_they_move(world: Any, monkeypatch: Any) -> None:
    """A round in the middle of reactions corrects nothing: rows and counts are seen as of one moment."""
    author, fans = await world.member(), [await world.member() for _ in range(4)]
    post_id = await world.post(author, visibility=PUBLIC)
    rounds = CorrectCounts(world.database, CountRepository(), SystemClock(), lambda: 0.0)
    corrected = list[Any]()
    monkeypatch.setattr(CountRepository, "correct", lambda _, __, one: corrected.append(one))

    async def change(fan: Any) -> None:
        for reaction in (model.REACTION_LIKE, model.REACTION_LOVE, model.REACTION_LIKE):
            await react(world, fan, post_id, reaction)

    changes = asyncio.gather(*map(change, fans))
    while not changes.done():
        await rounds()
    await changes
    assert not [one for one in corrected if str(one.post.post_id) == post_id]
    assert (4, {model.REACTION_LIKE: 4}, 0) == await counts(world, author, post_id)
