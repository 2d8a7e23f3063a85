"""What one instance of the service does, the next read of a feed at another one shows."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.feed.v1.feed_service_pb2_grpc import FeedServiceStub
from guild.graph.v1 import connection_service_pb2 as graph
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from mesh.data import Transaction
from mesh.lifecycle import App
from mesh.testing import wait_for
from svc_feed.app import build_api
from svc_feed.domain.visibility import OWN
from svc_feed.store.posts import PostRepository


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other(world: Any, serve: Callable[[App], Any]) -> AsyncIterator[FeedServiceStub]:
    """A second instance, with the same stores."""
    async with serve(build_api(world.config)) as running:
        yield FeedServiceStub(running.channel)


async def items(other: Any, member: Any) -> list[model.PostItem]:
    """A feed as the second instance gives it."""
    return list((await other.GetFeed(feeds.GetFeedRequest(limit=20), metadata=member.metadata)).items)


async def test_counts_and_reactions_are_those_of_now(world: Any, other: Any) -> None:
    """Of each reader their own; comments and shares with them, and what is taken back."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post_id = await world.post(ann, visibility=model.VISIBILITY_PUBLIC)
    of_post = {"post_id": post_id}

    async def seen() -> list[tuple[int, int, int, int]]:
        found: list[tuple[int, int, int, int]] = []
        for member in (ann, bob):
            (item,) = [item for item in await items(other, member) if item.post.id == post_id]
            assert (item.viewer_reaction != 0, item.viewer_reaction) == (item.viewer_has_liked, item.viewer.reaction)
            found.append((item.viewer_reaction, item.post.like_count, item.post.comment_count, item.post.share_count))
        return found

    steps = [await seen()]
    for verb, request, by in (
        ("ReactToPost", pb.ReactToPostRequest(**of_post, reaction=model.REACTION_LOVE), bob),
        ("ReactToPost", pb.ReactToPostRequest(**of_post), ann),
        ("CreateComment", pb.CreateCommentRequest(**of_post, content="x"), bob),
        ("ReactToPost", pb.ReactToPostRequest(**of_post, reaction=model.REACTION_FUNNY), bob),
        ("SharePost", pb.SharePostRequest(**of_post), bob),
        ("UnreactToPost", pb.UnreactToPostRequest(**of_post), ann),
    ):
        await getattr(world.posts, verb)(request, metadata=by.metadata)
        steps.append(await seen())

    love, like, funny = model.REACTION_LOVE, model.REACTION_LIKE, model.REACTION_FUNNY
    assert [
        [(0, 0, 0, 0), (0, 0, 0, 0)],
        [(0, 1, 0, 0), (love, 1, 0, 0)],
        [(like, 2, 0, 0), (love, 2, 0, 0)],
        [(like, 2, 1, 0), (love, 2, 1, 0)],
        [(like, 2, 1, 0), (funny, 2, 1, 0)],
        [(like, 2, 1, 1), (funny, 2, 1, 1)],
        [(0, 1, 1, 1), (funny, 1, 1, 1)],
    ] == steps


async def test_edits_are_seen(world: Any, other: Any) -> None:
    """Text, media, visibility, and that it is deleted; by those who see it."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post_id = await world.post(ann, "before")
    medium = uuid4()

    async def update(**fields: Any) -> None:
        request = pb.UpdatePostRequest(post=model.Post(id=post_id, **fields))
        await world.posts.UpdatePost(request, metadata=ann.metadata)

    async def illustrate(tx: Transaction) -> None:
        """What UpdatePost will do when there are media to upload."""
        store = PostRepository()
        post = await store.lock(tx, UUID(ann.id), UUID(post_id), shown=OWN.shown)  # pyright: ignore[reportArgumentType]
        assert post is not None
        store.save(tx, dataclasses.replace(post, media_ids=(medium,), revision=post.revision + 1))

    async def seen() -> list[tuple[str, list[str], int]]:
        return [(item.post.content, list(item.post.media_ids), item.post.revision) for item in await items(other, bob)]

    steps = [await seen()]
    for change in (
        lambda: update(content="after"),
        lambda: update(visibility=model.VISIBILITY_PRIVATE),
        lambda: update(visibility=model.VISIBILITY_PUBLIC),
        lambda: world.database.transact(illustrate),
        lambda: world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=ann.metadata),
    ):
        await change()
        steps.append(await seen())

    media = [str(medium)]
    assert [[("before", [], 1)], [("after", [], 2)], [], [("after", [], 4)], [("after", media, 5)], []] == steps


async def test_a_share_shows_its_original_as_it_is(world: Any, other: Any) -> None:
    """An edit of it, a reaction to it, and that it is hidden from this reader."""
    ann, bob, carol = await world.member(), await world.member(), await world.member()
    await world.connect(bob, carol)
    original = await world.post(ann, "before", visibility=model.VISIBILITY_PUBLIC)
    await world.posts.SharePost(pb.SharePostRequest(post_id=original), metadata=bob.metadata)

    async def seen() -> list[tuple[str, int, bool]]:
        return [
            (item.shared_post.content, item.shared_post.like_count, item.viewer.may_share)
            for item in await items(other, carol)
        ]

    steps = [await seen()]
    edit = pb.UpdatePostRequest(post=model.Post(id=original, content="after"))
    await world.posts.UpdatePost(edit, metadata=ann.metadata)
    steps.append(await seen())
    await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=original), metadata=bob.metadata)
    steps.append(await seen())
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=carol.id), metadata=ann.metadata)
    steps.append(await seen())

    assert [[("before", 0, True)], [("after", 0, True)], [("after", 1, True)], [("", 0, False)]] == steps


async def test_a_block_is_honoured_at_once_and_a_name_soon(world: Any, other: Any) -> None:
    """A block by the next read; a name by all instances when the event has arrived."""
    ann, bob = await world.member("Ann Before"), await world.member()
    await world.connect(ann, bob)
    await world.post(ann)
    names = [item.author.name for item in await items(other, bob)]
    assert ["Ann Before"] == names
    profile = ProfileServiceStub(world.profile.channel)
    rename = profiles.UpdateUserRequest(user=User(id=ann.id, name="Ann After"))
    await profile.UpdateUser(rename, metadata=ann.metadata)

    async def renamed() -> bool:
        return ["Ann After"] == [item.author.name for item in await items(other, bob)]

    await wait_for(renamed, timeout=10)
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=bob.id), metadata=ann.metadata)

    assert [] == await items(other, bob)
