"""What moderation decides in the profile service takes effect on posts and comments."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from guild.common.v1 import content_ref_pb2 as content
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1 import trust_service_pb2 as trust
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.clock import SystemClock
from mesh.data import Database, Statement, Transaction
from mesh.errors import NotFound
from mesh.testing import TestIdentity, wait_for
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.store.comments import CommentRepository
from svc_feed.store.personal import RULES
from svc_feed.store.posts import PostRepository
from svc_feed.store.tables import comments
from svc_feed.usecases.apply_decision import ApplyDecision
from svc_feed.usecases.mentioning import Mentioning
from svc_feed.usecases.moderation import Moderation

HOLD_POST = Statement("UPDATE posts SET held = true, held_for = 'unwanted_link' WHERE id = $1", ("post",), "hold")
HOLD_COMMENT = Statement(
    "UPDATE comments SET held = true, held_for = 'unwanted_link' WHERE id = $1", ("comment",), "hold a comment"
)
WAITING = Statement("SELECT count(*) FROM pg_locks WHERE NOT granted", (), "waiting")


async def take_down(world: Any, identity: TestIdentity, ref: content.ContentRef) -> None:
    """The feed service suspects it, an operator decides."""
    stub = TrustServiceStub(world.profile.channel)
    suspicion = trust.RaiseFlagRequest(kind=trust.FLAG_KIND_CONTENT, score=90, evidence="links to malware", content=ref)
    flag = (await stub.RaiseFlag(suspicion, metadata=identity.service_metadata("feed"))).flag
    verdict = trust.ResolveFlagRequest(
        flag_id=flag.id, resolution=trust.FLAG_RESOLUTION_CONTENT_REMOVED, note="malware"
    )
    await stub.ResolveFlag(verdict, metadata=identity.admin_metadata())


async def undo(world: Any, identity: TestIdentity, author: Any) -> None:
    """The author appeals, and is right."""
    stub = TrustServiceStub(world.profile.channel)
    [decision] = await decisions(world, author)
    await stub.CreateAppeal(
        moderation.CreateAppealRequest(decision_id=decision, text="it is not"), metadata=author.metadata
    )
    lifted = moderation.ResolveAppealRequest(
        user_id=author.id, decision_id=decision, outcome=moderation.APPEAL_STATE_LIFTED, answer="it is not"
    )
    await stub.ResolveAppeal(lifted, metadata=identity.admin_metadata())


async def decisions(world: Any, author: Any) -> list[str]:
    stub = TrustServiceStub(world.profile.channel)
    mine = await stub.ListMyDecisions(moderation.ListMyDecisionsRequest(), metadata=author.metadata)
    return [decision.id for decision in mine.decisions]


async def listed(world: Any, reader: Any, author: Any) -> list[model.Post]:
    request = feeds.ListUserPostsRequest(user_id=author.id)
    return [item.post for item in (await world.feeds.ListUserPosts(request, metadata=reader.metadata)).items]


async def read(world: Any, reader: Any, post_id: str) -> model.Post:
    return (await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=reader.metadata)).item.post


async def gone(world: Any, reader: Any, post_id: str) -> bool:
    try:
        await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=reader.metadata)
    except NotFound:
        return True
    return False


async def test_a_post_is_taken_down_and_shown_again(world: Any, identity: TestIdentity) -> None:
    """From every surface but its author's, within moments; and comes back with its answers, into feeds as well."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    assert [] == await world.ids(bob)
    post_id = await world.post(ann)
    await world.arrives(bob, post_id)
    react = pb.ReactToPostRequest(post_id=post_id, reaction=model.REACTION_LIKE)
    await world.posts.ReactToPost(react, metadata=bob.metadata)
    ref = content.ContentRef(kind=content.CONTENT_KIND_POST, id=post_id, author_id=ann.id)

    await take_down(world, identity, ref)

    await wait_for(lambda: gone(world, bob, post_id), timeout=10)
    assert [] == await world.ids(bob)
    assert [] == await listed(world, bob, ann)
    assert [] == await world.ids(ann)
    [decision] = await decisions(world, ann)
    for told in (*await listed(world, ann, ann), await read(world, ann, post_id)):
        assert ("hello", model.POST_STATUS_REMOVED, decision) == (told.content, told.status, told.decision_id)
    with pytest.raises(NotFound):
        await world.posts.ReactToPost(react, metadata=bob.metadata)

    await undo(world, identity, ann)

    async def back() -> bool:
        return [post_id] == await world.ids(bob)

    await wait_for(back, timeout=10)
    [item] = (await world.page(bob)).items
    assert (1, model.POST_STATUS_PUBLISHED) == (item.post.like_count, item.post.status)
    assert "" == (await read(world, ann, post_id)).decision_id


async def test_what_is_held_is_for_its_author(world: Any) -> None:
    """Posts and comments, with what they are held for; for everybody else they are not there."""
    ann, bob = await world.member(), await world.member()
    post_id, held = [await world.post(ann, visibility=model.VISIBILITY_PUBLIC) for _ in range(2)]
    comment_id = str(await comment_on(world, bob, post_id))
    database: Database = world.database
    await database.execute(HOLD_POST, post=UUID(held))
    await database.execute(HOLD_COMMENT, comment=UUID(comment_id))

    assert [post_id] == [post.id for post in await listed(world, bob, ann)]
    assert await gone(world, bob, held)
    own = await read(world, ann, held)
    assert (model.POST_STATUS_HELD, "unwanted_link") == (own.status, own.held_for)
    seen = {}
    for member in (ann, bob):
        request = pb.ListCommentsRequest(post_id=post_id)
        found = await world.posts.ListComments(request, metadata=member.metadata)
        seen[member.id] = [(one.content, one.state, one.held_for) for one in found.comments]
    assert {ann.id: [], bob.id: [("hello", model.COMMENT_STATE_HELD, "unwanted_link")]} == seen
    with pytest.raises(NotFound):
        await comment_on(world, bob, held)
    edit = pb.EditCommentRequest(post_id=post_id, comment_id=comment_id, content="another")
    with pytest.raises(NotFound):
        await world.posts.EditComment(edit, metadata=bob.metadata)


async def test_a_comment_that_is_taken_down_keeps_its_place(world: Any, identity: TestIdentity) -> None:
    """Without its text, while it has replies; it is counted no more until it is shown again."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=model.VISIBILITY_PUBLIC)

    async def comment(text: str, parent: str | None = None) -> str:
        request = pb.CreateCommentRequest(post_id=post_id, content=text, parent_id=parent)
        return (await world.posts.CreateComment(request, metadata=bob.metadata)).comment.id

    async def shown() -> tuple[int, list[tuple[str, int]]]:
        post = await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=ann.metadata)
        found = await world.posts.ListComments(pb.ListCommentsRequest(post_id=post_id), metadata=ann.metadata)
        return post.item.post.comment_count, [(one.content, one.state) for one in found.comments]

    first = await comment("buy this")
    reply = await comment("do", first)
    ref = content.ContentRef(kind=content.CONTENT_KIND_COMMENT, id=first, parent_id=post_id, author_id=bob.id)
    visible, removed = model.COMMENT_STATE_VISIBLE, model.COMMENT_STATE_REMOVED

    await take_down(world, identity, ref)

    async def down() -> bool:
        return (1, [("", removed), ("do", visible)]) == await shown()

    await wait_for(down, timeout=10)
    with pytest.raises(NotFound):
        await comment("really", first)
    await undo(world, identity, bob)

    async def up() -> bool:
        return (2, [("buy this", visible), ("do", visible)]) == await shown()

    await wait_for(up, timeout=10)
    gone_now = pb.DeleteCommentRequest(post_id=post_id, comment_id=reply)
    await world.posts.DeleteComment(gone_now, metadata=bob.metadata)
    assert (1, [("buy this", visible)]) == await shown()


async def test_the_latest_decision_holds_in_any_order(world: Any) -> None:
    """A decision that arrives late or again undoes nothing."""
    ann = await world.member()
    post_id = PostId(UUID(await world.post(ann)))
    database: Database = world.database
    posts, author, at = PostRepository(), UserId(UUID(ann.id)), SystemClock().now()

    later = await posts.moderate(database, author, post_id, removed=False, at=at)
    late = await posts.moderate(database, author, post_id, removed=True, at=at.replace(year=at.year - 1))

    assert (True, False) == (later, late)
    assert not await gone(world, ann, str(post_id))


async def comment_on(world: Any, by: Any, post_id: str, parent: str | None = None) -> CommentId:
    request = pb.CreateCommentRequest(post_id=post_id, content="hello", parent_id=parent)
    return CommentId(UUID((await world.posts.CreateComment(request, metadata=by.metadata)).comment.id))


def moderating(world: Any) -> Moderation:
    """What decides about comments, which are in no feed."""
    nobody: Any = None
    posts = PostRepository()
    return Moderation(
        world.database, posts, ApplyDecision(posts, CommentRepository(), nobody, Mentioning(nobody)), nobody
    )


async def counted(world: Any, reader: Any, post_id: str) -> tuple[int, list[int]]:
    """The answers to a post, and those to each of them."""
    post = await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=reader.metadata)
    found = await world.posts.ListComments(pb.ListCommentsRequest(post_id=post_id), metadata=reader.metadata)
    return post.item.post.comment_count, [comment.reply_count for comment in found.comments]


@pytest.mark.parametrize("deleted_at", [0, 1], ids=["before it is taken down", "while it is down"])
async def test_what_is_decided_about_a_deleted_reply_changes_no_count(world: Any, deleted_at: int) -> None:
    """It was counted off once, when it was deleted or taken down, whichever came first."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=model.VISIBILITY_PUBLIC)
    first = await comment_on(world, bob, post_id)
    reply = await comment_on(world, bob, post_id, str(first))
    await comment_on(world, bob, post_id, str(first))
    moderate, now = moderating(world), SystemClock().now()

    for step, removed in enumerate((True, False)):
        if step == deleted_at:
            request = pb.DeleteCommentRequest(post_id=post_id, comment_id=str(reply))
            await world.posts.DeleteComment(request, metadata=bob.metadata)
        await moderate.comment(PostId(UUID(post_id)), reply, removed=removed, at=now + timedelta(seconds=step))

        assert (2, [1, 0]) == await counted(world, ann, post_id)


async def test_a_comment_that_is_erased_meanwhile_is_not_counted_again(world: Any) -> None:
    """The erasure of its author holds the comment, and not the post, as one that is down is not counted there."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=model.VISIBILITY_PUBLIC)
    place, first = PostId(UUID(post_id)), await comment_on(world, bob, post_id)
    moderate, now, database = moderating(world), SystemClock().now(), world.database
    await moderate.comment(place, first, removed=True, at=now)
    compiled = next(one.statements for one in RULES.personal if one.rule.table is comments)
    erase = compiled.erase
    assert erase is not None

    async def work(tx: Transaction) -> "asyncio.Task[None]":
        assert 1 == len(await tx.fetch(erase, user_id=UUID(bob.id), size=10))
        restoring = asyncio.create_task(moderate.comment(place, first, removed=False, at=now + timedelta(seconds=1)))
        while not await tx.fetch_value(WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody of locks
            await asyncio.sleep(0.01)
        return restoring

    async with asyncio.timeout(20):
        await (await database.transact(work))

    assert (0, []) == await counted(world, ann, post_id)
