"""Who shares a post, and how its author takes it out of a share."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from guild.events.v1.posts_pb2 import PostDeleted, PostUpdated, ShareDetached
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.graph.v1 import connection_service_pb2 as graph
from mesh.data import Statement
from mesh.errors import NotFound, PermissionDenied
from mesh.ids import uuid7

PUBLIC = model.VISIBILITY_PUBLIC
REMOVE = Statement("UPDATE posts SET removed = true WHERE id = $1", ("post",), "remove")


async def share(world: Any, member: Any, post_id: str, content: str = "") -> str:
    request = pb.SharePostRequest(post_id=post_id, content=content, visibility=PUBLIC)
    return (await world.posts.SharePost(request, metadata=member.metadata)).post.id


async def detach(world: Any, member: Any, post_id: str, share_id: str) -> None:
    request = pb.DetachShareRequest(post_id=post_id, share_id=share_id)
    await world.posts.DetachShare(request, metadata=member.metadata)


async def read(world: Any, reader: Any, post_id: str) -> model.PostItem:
    return (await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=reader.metadata)).item


async def listed(world: Any, reader: Any, post_id: str) -> tuple[list[str], int]:
    reply = await world.posts.ListShares(pb.ListSharesRequest(post_id=post_id), metadata=reader.metadata)
    return [item.post.id for item in reply.items], reply.total_size


async def test_a_quote_goes_on_without_what_it_carried(world: Any) -> None:
    """In feeds that showed it a moment before, too; several times is once, and all at once too."""
    ann, bob, cy, dee = [await world.member() for _ in range(4)]
    await world.connect(bob, cy)
    post_id = await world.post(ann, "mine", PUBLIC)
    quote, other = await share(world, bob, post_id, "look at that"), await share(world, dee, post_id, "yes")
    [item] = [one for one in (await world.page(cy)).items if one.post.id == quote]
    assert ("mine", False) == (item.shared_post.content, item.post.share_detached)

    await asyncio.gather(*(detach(world, ann, post_id, quote) for _ in range(3)))
    await detach(world, ann, post_id, quote)

    [shown] = [one for one in (await world.page(cy)).items if one.post.id == quote]
    for one in (shown, await read(world, cy, quote)):
        assert ("look at that", True) == (one.post.content, one.post.share_detached)
        assert not one.HasField("shared_post")
        assert not one.post.HasField("shared_post_id")
    assert ([other], 1) == await listed(world, cy, post_id)
    assert 1 == (await read(world, ann, post_id)).post.share_count
    [event] = await world.events(ShareDetached, post_id)
    assert (quote, bob.id, ann.id) == (event.share_id, event.sharer_id, event.post_author_id)
    [changed] = await world.events(PostUpdated, quote)
    assert (["shared_post_id"], 2) == (changed.changed_fields, changed.revision)


async def test_a_repost_without_words_goes(world: Any) -> None:
    """Whether or not the author may still see who shared."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, "mine", PUBLIC)
    repost = await share(world, bob, post_id)
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=bob.id), metadata=ann.metadata)

    for _ in range(2):
        await detach(world, ann, post_id, repost)

    with pytest.raises(NotFound):
        await read(world, bob, repost)
    assert 0 == (await read(world, ann, post_id)).post.share_count
    assert (1, 1) == tuple([len(await world.events(*one)) for one in ((PostDeleted, repost), (ShareDetached, post_id))])


async def test_only_the_author_takes_it_out_and_only_of_its_shares(world: Any) -> None:
    """Others are told why not; what is no share of it is not there."""
    ann, bob = await world.member(), await world.member()
    post_id, another = await world.post(ann, "mine", PUBLIC), await world.post(ann, "another", PUBLIC)
    quote = await share(world, bob, post_id, "words")

    with pytest.raises(PermissionDenied):
        await detach(world, bob, post_id, quote)
    for of, what in ((another, quote), (post_id, another), (post_id, str(uuid7()))):
        with pytest.raises(NotFound) as refused:
            await detach(world, ann, of, what)
        assert "POST_NOT_FOUND" == refused.value.reason
    assert ([quote], 1) == await listed(world, bob, post_id)


async def test_shares_that_moderation_keeps_back_are_not_counted(world: Any) -> None:
    """They are in no list either."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, "mine", PUBLIC)
    kept, removed = await share(world, bob, post_id, "kind"), await share(world, bob, post_id, "unkind")
    await world.database.execute(REMOVE, post=UUID(removed))

    assert ([kept], 1) == await listed(world, ann, post_id)
