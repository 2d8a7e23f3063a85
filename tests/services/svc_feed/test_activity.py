"""What a member did, in one list."""

from typing import Any

import pytest

from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.errors import InvalidArgument

PUBLIC, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_PRIVATE
POST, SHARE, COMMENT, REACTION = pb.ActivityKind.values()[1:]


async def did(world: Any, member: Any, *kinds: int, size: int = 0) -> list[Any]:
    found, token = list[Any](), ""
    while True:
        request = pb.ListMyActivityRequest(page_size=size, page_token=token)
        request.kind.extend(pb.ActivityKind.ValueType(kind) for kind in kinds)
        page = await world.posts.ListMyActivity(request, metadata=member.metadata)
        assert not size or len(page.activities) <= size
        found += page.activities
        token = page.next_page_token
        if not token:
            return found


async def test_what_a_member_did_is_listed_latest_first(world: Any) -> None:
    """Whatever it was, on pages of any size, with the posts as the member sees them now; nobody else's is."""
    ann, bob = await world.member(), await world.member()
    theirs = [await world.post(ann, str(number), PUBLIC) for number in range(2)]
    mine = await world.post(bob, "mine", PUBLIC)
    said = pb.CreateCommentRequest(post_id=theirs[0], content="said")
    comment = (await world.posts.CreateComment(said, metadata=bob.metadata)).comment
    for post_id in theirs:
        love = pb.ReactToPostRequest(post_id=post_id, reaction=model.REACTION_LOVE)
        await world.posts.ReactToPost(love, metadata=bob.metadata)
    share = pb.SharePostRequest(post_id=theirs[0], content="look", visibility=PUBLIC)
    shared = (await world.posts.SharePost(share, metadata=bob.metadata)).post.id

    expected = [(SHARE, shared), (REACTION, theirs[1]), (REACTION, theirs[0]), (COMMENT, theirs[0]), (POST, mine)]
    for size in (0, 1, 2, 5):
        found = await did(world, bob, size=size)
        assert expected == [(one.kind, one.item.post.id) for one in found]
    assert [(COMMENT, comment.id, "said")] == [
        (one.kind, one.comment.id, one.comment.content) for one in found if one.HasField("comment")
    ]
    assert {model.REACTION_LOVE} == {one.reaction for one in found if one.HasField("reaction")}
    assert [POST, POST] == [one.kind for one in await did(world, ann)]
    assert expected[1:4] == [(one.kind, one.item.post.id) for one in await did(world, bob, COMMENT, REACTION, size=2)]

    hide = pb.UpdatePostRequest(post=model.Post(id=theirs[1], visibility=PRIVATE))
    await world.posts.UpdatePost(hide, metadata=ann.metadata)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=mine), metadata=bob.metadata)
    gone = pb.DeleteCommentRequest(post_id=theirs[0], comment_id=comment.id)
    await world.posts.DeleteComment(gone, metadata=bob.metadata)
    left = [(one.kind, one.HasField("item")) for one in await did(world, bob)]
    assert [(SHARE, True), (REACTION, False), (REACTION, True)] == left


async def test_a_token_of_other_kinds_is_refused(world: Any) -> None:
    """It is a place in another list."""
    ann = await world.member()
    for text in ("1", "2"):
        await world.post(ann, text)
    first = await world.posts.ListMyActivity(pb.ListMyActivityRequest(page_size=1), metadata=ann.metadata)
    other = pb.ListMyActivityRequest(page_size=1, page_token=first.next_page_token, kind=[pb.ACTIVITY_KIND_POST])
    with pytest.raises(InvalidArgument) as caught:
        await world.posts.ListMyActivity(other, metadata=ann.metadata)
    assert "PAGE_TOKEN_INVALID" == caught.value.reason
