"""Comments are edited, reacted to, hidden and listed in several orders."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from guild.events.v1.engagement_pb2 import CommentReacted, CommentUnreacted
from guild.events.v1.posts_pb2 import CommentEdited
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.clock import SystemClock
from mesh.data import Statement
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.privacy import PersonalData
from svc_feed.store.personal import RULES

PUBLIC, HIDDEN, VISIBLE = model.VISIBILITY_PUBLIC, model.COMMENT_STATE_HIDDEN, model.COMMENT_STATE_VISIBLE
LIKE, LOVE = model.REACTION_LIKE, model.REACTION_LOVE
ROWS = Statement("SELECT count(*) FROM comment_reactions WHERE comment_id = $1", ("comment",), "rows")


async def said(world: Any, by: Any, post_id: str, content: str, parent: str | None = None) -> Any:
    request = pb.CreateCommentRequest(post_id=post_id, content=content, parent_id=parent)
    return (await world.posts.CreateComment(request, metadata=by.metadata)).comment


async def listed(world: Any, reader: Any, post_id: str, **how: Any) -> Any:
    return await world.posts.ListComments(pb.ListCommentsRequest(post_id=post_id, **how), metadata=reader.metadata)


async def reason(call: Any) -> str:
    with pytest.raises(Failure) as caught:
        await call
    return caught.value.reason


async def test_a_comment_is_edited_by_its_author(world: Any) -> None:
    """Time, revision and etag tell of it, also others; the same again, a stale etag and others change nothing."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    before = await said(world, bob, post_id, "before")

    def edit(content: str, by: Any = bob, etag: str = "", comment_id: str = before.id) -> Any:
        request = pb.EditCommentRequest(post_id=post_id, comment_id=comment_id, content=content, etag=etag)
        return world.posts.EditComment(request, metadata=by.metadata)

    after = (await edit("after", etag=before.etag)).comment
    again = (await edit("after")).comment

    assert (1, 2, "after", False, True) == (
        before.revision,
        after.revision,
        after.content,
        before.HasField("edited_at"),
        after.HasField("edited_at"),
    )
    assert after == again == (await listed(world, ann, post_id)).comments[0]
    assert "ETAG_MISMATCH" == await reason(edit("later", etag=before.etag))
    assert "NOT_THE_AUTHOR" == await reason(edit("mine", by=ann))
    assert "COMMENT_NOT_FOUND" == await reason(edit("x", comment_id=str(uuid7())))
    (event,) = await world.events(CommentEdited, post_id)
    assert (before.id, bob.id) == (event.comment_id, event.author_id)
    await world.posts.DeleteComment(
        pb.DeleteCommentRequest(post_id=post_id, comment_id=before.id), metadata=bob.metadata
    )
    assert "COMMENT_NOT_FOUND" == await reason(edit("too late"))


async def test_reactions_to_a_comment_are_exact(world: Any) -> None:
    """Whoever reacts at once, twice, otherwise or no more: counts, rows, list and what each reader did agree."""
    ann, *fans = [await world.member() for _ in range(5)]
    post_id = await world.post(ann, visibility=PUBLIC)
    comment = await said(world, ann, post_id, "react to this")
    where = {"post_id": post_id, "comment_id": comment.id}

    def react(by: Any, reaction: Any) -> Any:
        return world.posts.ReactToComment(pb.ReactToCommentRequest(**where, reaction=reaction), metadata=by.metadata)

    def take_back(by: Any) -> Any:
        return world.posts.UnreactToComment(pb.UnreactToCommentRequest(**where), metadata=by.metadata)

    await asyncio.gather(*(react(fan, LIKE) for fan in fans for _ in range(2)))
    assert 4 == (await react(fans[0], LOVE)).reaction_count
    assert [3, 3] == [(await take_back(fans[1])).reaction_count for _ in range(2)]

    for reader, given in ((fans[0], LOVE), (fans[2], LIKE), (fans[1], 0)):
        (shown,) = (await listed(world, reader, post_id)).comments
        counts = [(one.reaction, one.count) for one in shown.reaction_counts]
        assert (3, [(LIKE, 2), (LOVE, 1)], given) == (shown.reaction_count, counts, shown.viewer_reaction)
    found = await world.posts.ListCommentReactions(pb.ListCommentReactionsRequest(**where), metadata=ann.metadata)
    assert {fans[0].id: LOVE, fans[2].id: LIKE, fans[3].id: LIKE} == {
        one.user.id: one.reaction for one in found.reactions
    }
    assert 3 == found.total_size
    reacted, taken = [await world.events(kind, post_id) for kind in (CommentReacted, CommentUnreacted)]
    assert [5, 1] == [len(reacted), len(taken)]
    assert (ann.id, LIKE) == (taken[0].author_id, taken[0].reaction)

    await PersonalData(world.database, RULES, SystemClock(), []).erase(UUID(fans[0].id), uuid7())
    (shown,) = (await listed(world, ann, post_id)).comments
    assert (2, [(LIKE, 2)]) == (
        shown.reaction_count,
        [(one.reaction, one.count) for one in shown.reaction_counts],
    )
    await world.posts.DeleteComment(pb.DeleteCommentRequest(**where), metadata=ann.metadata)
    assert 0 == await world.database.fetch_value(ROWS, comment=UUID(comment.id))
    assert "COMMENT_NOT_FOUND" == await reason(react(fans[1], LIKE))


async def test_a_hidden_comment_is_for_two(world: Any) -> None:
    """Its author and the post's see its text; others its place and its replies, until it is shown again."""
    ann, bob, cat = [await world.member() for _ in range(3)]
    post_id = await world.post(ann, visibility=PUBLIC)
    comment = await said(world, bob, post_id, "rude")
    await said(world, cat, post_id, "reply", comment.id)
    where = {"post_id": post_id, "comment_id": comment.id}
    assert "NOT_THE_AUTHOR" == await reason(
        world.posts.HideComment(pb.HideCommentRequest(**where), metadata=bob.metadata)
    )

    for _ in range(2):
        await world.posts.HideComment(pb.HideCommentRequest(**where), metadata=ann.metadata)

    for reader, text in ((ann, "rude"), (bob, "rude"), (cat, "")):
        shown = [(one.content, one.state) for one in (await listed(world, reader, post_id)).comments]
        assert [(text, HIDDEN), ("reply", VISIBLE)] == shown
    assert "COMMENT_NOT_FOUND" == await reason(said(world, cat, post_id, "again", comment.id))
    react = pb.ReactToCommentRequest(**where)
    assert "COMMENT_NOT_FOUND" == await reason(world.posts.ReactToComment(react, metadata=cat.metadata))
    await world.posts.UnhideComment(pb.UnhideCommentRequest(**where), metadata=ann.metadata)
    shown = [(one.content, one.state) for one in (await listed(world, cat, post_id)).comments]
    assert [("rude", VISIBLE), ("reply", VISIBLE)] == shown


async def test_comments_on_the_post_itself_in_two_more_orders(world: Any) -> None:
    """Newest first, and most answered first, page by page and without their replies."""
    ann = await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    first, second, third = [await said(world, ann, post_id, text) for text in ("1", "2", "3")]
    await said(world, ann, post_id, "2.1", second.id)
    for comment in (second, first):
        react = pb.ReactToCommentRequest(post_id=post_id, comment_id=comment.id)
        await world.posts.ReactToComment(react, metadata=ann.metadata)

    for order, expected in (
        (pb.COMMENT_ORDER_NEWEST, [third, second, first]),
        (pb.COMMENT_ORDER_RELEVANT, [second, first, third]),
    ):
        found, token = list[str](), ""
        while token or not found:
            page = await listed(world, ann, post_id, order=order, page_size=1, page_token=token)
            found += [comment.id for comment in page.comments]
            token = page.next_page_token
        assert [comment.id for comment in expected] == found
