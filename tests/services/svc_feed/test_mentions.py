"""Members are mentioned in posts and comments: shown under a verdict of each reader, told to those who may see."""

from typing import Any
from uuid import UUID

import pytest

from guild.events.v1 import posts_pb2 as events
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1 import mute_pb2 as mutes
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.clock import SystemClock
from mesh.errors import Failure
from mesh.ids import UserId, uuid7
from mesh.privacy import PersonalData
from svc_feed.store.personal import RULES

PUBLIC, CONNECTIONS = model.VISIBILITY_PUBLIC, model.VISIBILITY_CONNECTIONS
TEXT = "👋 Bob, and Eve"


def at(member: Any, start: int = 2, length: int = 3) -> model.Mention:
    return model.Mention(user_id=member.id, start=start, length=length)


def bare(mentions: Any) -> list[tuple[str, int, int]]:
    return [(one.user_id, one.start, one.length) for one in mentions]


async def read(world: Any, reader: Any, post_id: str) -> model.Post:
    request = pb.GetPostRequest(post_id=post_id)
    return (await world.posts.GetPost(request, metadata=reader.metadata)).item.post


async def update(world: Any, author: Any, **fields: Any) -> model.Post:
    request = pb.UpdatePostRequest(post=model.Post(**fields))
    return (await world.posts.UpdatePost(request, metadata=author.metadata)).post


async def reason(call: Any) -> str:
    with pytest.raises(Failure) as caught:
        await call
    return caught.value.reason


async def test_each_reader_is_shown_whom_they_may_see(world: Any) -> None:
    """With what they are called now, also in a feed read twice; a block takes the mention and leaves the text."""
    ann, bob, eve = [await world.member(name) for name in ("Ann", "Bob Berg", "Eve")]
    cid = await world.member("Cid")
    post_id = await world.post(ann, TEXT, PUBLIC, mentions=[at(eve, 11, 3), at(bob)])
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=cid.id), metadata=bob.metadata)

    assert [("Bob Berg", 2, 3), ("Eve", 11, 3)] == [
        (one.name, one.start, one.length) for one in (await read(world, ann, post_id)).mentions
    ]
    to_cid = await read(world, cid, post_id)
    assert (TEXT, [(eve.id, 11, 3)]) == (to_cid.content, bare(to_cid.mentions))
    for _ in range(2):  # once as they are read, once as they are kept
        (item,) = [one for one in (await world.page(ann)).items if one.post.id == post_id]
        assert [(bob.id, 2, 3), (eve.id, 11, 3)] == bare(item.post.mentions)
    shared = (
        await world.posts.SharePost(
            pb.SharePostRequest(post_id=post_id, content="Cid!", visibility=PUBLIC, mentions=[at(cid, 0, 3)]),
            metadata=eve.metadata,
        )
    ).post
    request = pb.GetPostRequest(post_id=shared.id)
    item = (await world.posts.GetPost(request, metadata=cid.metadata)).item
    assert ([(cid.id, 0, 3)], [(eve.id, 11, 3)]) == (bare(item.post.mentions), bare(item.shared_post.mentions))


async def test_who_may_see_it_is_told_once(world: Any) -> None:
    """Neither who may not see the post, nor who muted its author; an edit tells of those who are left."""
    ann, bob, eve, mia = [await world.member() for _ in range(4)]
    await world.connect(ann, bob)
    await world.connect(ann, mia)
    await ConnectionServiceStub(world.profile.channel).MuteUser(
        mutes.MuteUserRequest(user_id=ann.id), metadata=mia.metadata
    )
    everybody = [at(bob, 2, 1), at(eve, 3, 1), at(mia, 4, 1), at(ann, 11, 3)]
    post_id = await world.post(ann, TEXT, CONNECTIONS, mentions=everybody)

    (created,) = await world.events(events.PostCreated, post_id)
    assert [bob.id] == [*created.mentioned_user_ids]

    opened = await update(world, ann, id=post_id, visibility=PUBLIC)
    assert bare(everybody) == bare(opened.mentions)
    other = await update(world, ann, id=post_id, content=f"{TEXT}!", mentions=[at(eve)])
    assert [(eve.id, 2, 3)] == bare(other.mentions)
    gone = await update(world, ann, id=post_id, content="nobody")
    assert [] == bare(gone.mentions)
    updated = await world.events(events.PostUpdated, post_id)
    assert [sorted([bob.id, eve.id]), [eve.id], []] == [[*one.mentioned_user_ids] for one in updated]
    assert ["content", "mentions"] == [*updated[1].changed_fields]


async def test_only_members_whom_the_author_may_see_are_mentioned(world: Any) -> None:
    """Who blocked the author is as nobody; who is mentioned already stays when the post is edited."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, TEXT, PUBLIC, mentions=[at(bob)])
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=ann.id), metadata=bob.metadata)
    nobody = model.Mention(user_id=str(uuid7()), start=2, length=3)

    assert ["MENTION_INVALID"] * 4 == [
        await reason(world.post(ann, TEXT, PUBLIC, mentions=[mention]))
        for mention in (at(bob), nobody, at(ann, 2, 200), at(ann, 1, 1))
    ]
    kept = await update(world, ann, id=post_id, content=f"{TEXT}?", mentions=[at(bob)])
    assert [(bob.id, 2, 3)] == bare(kept.mentions)
    assert [] == bare((await read(world, ann, post_id)).mentions)
    assert "MENTION_INVALID" == await reason(update(world, ann, id=post_id, mentions=[nobody]))


async def test_those_who_are_mentioned_may_comment(world: Any) -> None:
    """Where the author lets them alone; who is mentioned no more may no more."""
    ann, bob, eve = [await world.member() for _ in range(3)]
    only = {"comment_audience": model.ANSWER_AUDIENCE_MENTIONED, "quote_audience": model.ANSWER_AUDIENCE_MENTIONED}
    post_id = await world.post(ann, TEXT, PUBLIC, mentions=[at(bob)], **only)

    def say(member: Any) -> Any:
        request = pb.CreateCommentRequest(post_id=post_id, content="Hi Ann", mentions=[at(ann, 3, 3)])
        return world.posts.CreateComment(request, metadata=member.metadata)

    async def may(member: Any) -> tuple[bool, bool]:
        request = pb.GetPostRequest(post_id=post_id)
        viewer = (await world.posts.GetPost(request, metadata=member.metadata)).item.viewer
        return viewer.may_comment, viewer.may_share

    assert [(True, True), (True, True), (False, False)] == [await may(one) for one in (ann, bob, eve)]
    await say(bob)
    assert "ANSWERS_CLOSED" == await reason(say(eve))
    share = pb.SharePostRequest(post_id=post_id)
    assert "ANSWERS_CLOSED" == await reason(world.posts.SharePost(share, metadata=eve.metadata))
    await update(world, ann, id=post_id, content="closed")
    assert "ANSWERS_CLOSED" == await reason(say(bob))
    assert (False, False) == await may(bob)


async def test_comments_mention_as_posts_do(world: Any) -> None:
    """Told to who sees post and comment; an edit replaces mentions, and who is erased is text."""
    ann, bob, eve = [await world.member(name) for name in ("Ann", "Bob", "Eve")]
    post_id = await world.post(ann, visibility=PUBLIC)
    request = pb.CreateCommentRequest(post_id=post_id, content="Eve and Bob", mentions=[at(eve, 0, 3), at(bob, 8, 3)])
    comment = (await world.posts.CreateComment(request, metadata=bob.metadata)).comment

    async def listed(reader: Any) -> list[tuple[str, str]]:
        request = pb.ListCommentsRequest(post_id=post_id)
        (found,) = (await world.posts.ListComments(request, metadata=reader.metadata)).comments
        return [(one.user_id, one.name) for one in found.mentions]

    assert [(eve.id, 0, 3), (bob.id, 8, 3)] == bare(comment.mentions)
    assert [(eve.id, "Eve"), (bob.id, "Bob")] == await listed(ann)
    (written,) = await world.events(events.CommentCreated, post_id)
    assert [eve.id] == [*written.mentioned_user_ids]
    (mine,) = (await world.posts.ListMyActivity(pb.ListMyActivityRequest(), metadata=bob.metadata)).activities
    assert ["Eve", "Bob"] == [one.name for one in mine.comment.mentions]

    edit = pb.EditCommentRequest(post_id=post_id, comment_id=comment.id, content="Eve!", mentions=[at(eve, 0, 3)])
    assert [(eve.id, 0, 3)] == bare((await world.posts.EditComment(edit, metadata=bob.metadata)).comment.mentions)
    (edited,) = await world.events(events.CommentEdited, post_id)
    assert [eve.id] == [*edited.mentioned_user_ids]

    await update(world, ann, id=post_id, content=TEXT, mentions=[at(eve), at(bob, 6, 3)])
    data = PersonalData(world.database, RULES, SystemClock())
    await data.erase(UserId(UUID(eve.id)), uuid7())
    assert [] == await listed(ann)
    assert [(bob.id, 6, 3)] == bare((await read(world, ann, post_id)).mentions)
