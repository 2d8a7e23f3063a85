"""Posts and answers to them over the wire."""

import asyncio
from typing import Any

import pytest

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.errors import Failure, InvalidArgument, NotFound, PermissionDenied
from mesh.ids import uuid7

PUBLIC, CONNECTIONS, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_CONNECTIONS, model.VISIBILITY_PRIVATE


async def seen_by(world: Any, member: Any, post_id: str) -> bool:
    try:
        await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=member.metadata)
    except NotFound as failure:
        return failure.reason != "POST_NOT_FOUND"
    return True


async def test_unspecified_means_connections(world: Any) -> None:
    """A post that does not say for whom it is comes back for connections, complete."""
    ann = await world.member()
    created = await world.posts.CreatePost(pb.CreatePostRequest(content="hello"), metadata=ann.metadata)
    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=created.post.id), metadata=ann.metadata)
    assert created.post == shown.item.post
    assert (CONNECTIONS, model.POST_KIND_POST, ann.id) == (
        shown.item.post.visibility,
        shown.item.post.kind,
        shown.item.post.author_id,
    )
    assert ("Some One", ann.id) == (shown.item.author.name, shown.item.author.id)


async def test_a_post_is_seen_by_those_it_is_for(world: Any) -> None:
    """Public by all, connections by the two, private by the author; the others hear that it does not exist."""
    ann, friend, stranger = await world.member(), await world.member(), await world.member()
    await world.connect(ann, friend)
    expected = {PUBLIC: (True, True, True), CONNECTIONS: (True, True, False), PRIVATE: (True, False, False)}
    actual = {}
    for visibility in expected:
        post_id = await world.post(ann, visibility=visibility)
        actual[visibility] = tuple([await seen_by(world, member, post_id) for member in (ann, friend, stranger)])
    assert expected == actual


async def test_every_verb_hides_what_the_caller_may_not_see(world: Any) -> None:
    """Reading, reacting, commenting, listing, changing, deleting: all say POST_NOT_FOUND."""
    ann, stranger = await world.member(), await world.member()
    hidden = await world.post(ann)
    for post_id in (hidden, str(uuid7())):
        calls = (
            world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=stranger.metadata),
            world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id), metadata=stranger.metadata),
            world.posts.UnreactToPost(pb.UnreactToPostRequest(post_id=post_id), metadata=stranger.metadata),
            world.posts.ListReactions(pb.ListReactionsRequest(post_id=post_id), metadata=stranger.metadata),
            world.posts.CreateComment(
                pb.CreateCommentRequest(post_id=post_id, content="hi"), metadata=stranger.metadata
            ),
            world.posts.ListComments(pb.ListCommentsRequest(post_id=post_id), metadata=stranger.metadata),
            world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=stranger.metadata),
            world.posts.UpdatePost(
                pb.UpdatePostRequest(post=model.Post(id=post_id, content="mine")), metadata=stranger.metadata
            ),
        )
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert ["POST_NOT_FOUND"] * len(calls) == [getattr(answer, "reason", answer) for answer in answers]


async def test_only_the_author_changes_and_deletes(world: Any) -> None:
    """Who may see the post is told why not; a deleted one is gone for all, and deleting it again succeeds."""
    ann, other = await world.member(), await world.member()
    post_id = await world.post(ann, "before", PUBLIC)
    change = pb.UpdatePostRequest(post=model.Post(id=post_id, content="after"))
    for call in (
        world.posts.UpdatePost(change, metadata=other.metadata),
        world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=other.metadata),
    ):
        with pytest.raises(PermissionDenied) as caught:
            await call
        assert caught.value.reason == "NOT_THE_AUTHOR"
    updated = await world.posts.UpdatePost(change, metadata=ann.metadata)
    assert ("after", PUBLIC) == (updated.post.content, updated.post.visibility)
    for _ in range(2):
        await world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=ann.metadata)
    assert [False, False] == [await seen_by(world, member, post_id) for member in (ann, other)]


@pytest.mark.parametrize(
    ("post", "mask", "reason"),
    [
        (model.Post(content="x" * 3_001), [], "CONTENT_TOO_LONG"),
        (model.Post(content=" "), [], "CONTENT_MISSING"),
        (model.Post(title="no article"), [], "CONTENT_MISSING"),
        (model.Post(content="x"), ["like_count"], "FIELD_NOT_UPDATABLE"),
        (model.Post(media_ids=[str(uuid7())]), [], "MEDIA_NOT_FOUND"),
    ],
)
async def test_impossible_changes_are_refused(world: Any, post: model.Post, mask: list[str], reason: str) -> None:
    """With the reason that the contract names."""
    ann = await world.member()
    request = pb.UpdatePostRequest(post=post)
    request.post.id = await world.post(ann)
    request.update_mask.paths.extend(mask)
    with pytest.raises(Failure) as caught:
        await world.posts.UpdatePost(request, metadata=ann.metadata)
    assert reason == caught.value.reason


async def test_a_member_likes_once(world: Any) -> None:
    """The second like changes nothing, another reaction replaces it, taking it back ends at zero."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    replies = [
        await world.posts.ReactToPost(request, metadata=bob.metadata)
        for request in (
            pb.ReactToPostRequest(post_id=post_id),
            pb.ReactToPostRequest(post_id=post_id),
            pb.ReactToPostRequest(post_id=post_id, reaction=model.REACTION_LOVE),
        )
    ]
    expected = [(1, False, model.REACTION_LIKE), (1, True, model.REACTION_LIKE), (1, True, model.REACTION_LOVE)]
    assert expected == [(reply.like_count, reply.already_liked, reply.reaction) for reply in replies]
    taken = [
        await world.posts.UnreactToPost(pb.UnreactToPostRequest(post_id=post_id), metadata=bob.metadata)
        for _ in range(2)
    ]
    assert [(0, True), (0, False)] == [(reply.like_count, reply.already_liked) for reply in taken]


async def test_concurrent_likes_are_all_counted(world: Any) -> None:
    """Eight members like at once, each of them twice: the count is eight, and so is the list."""
    ann, members = await world.member(), [await world.member() for _ in range(8)]
    post_id = await world.post(ann, visibility=PUBLIC)
    await asyncio.gather(
        *(
            world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id), metadata=member.metadata)
            for member in members
            for _ in range(2)
        )
    )
    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=members[0].metadata)
    assert (8, model.REACTION_LIKE) == (shown.item.post.like_count, shown.item.viewer_reaction)
    listed: list[str] = []
    token = ""
    for _ in range(3):
        page = await world.posts.ListReactions(
            pb.ListReactionsRequest(post_id=post_id, page_size=3, page_token=token), metadata=ann.metadata
        )
        listed += [reaction.user.id for reaction in page.reactions]
        token = page.next_page_token
        assert page.total_size == 8
    assert (sorted(member.id for member in members), "") == (sorted(listed), token)


async def comment(world: Any, member: Any, post_id: str, content: str, parent: str | None = None) -> model.Comment:
    request = pb.CreateCommentRequest(post_id=post_id, content=content, parent_id=parent)
    return (await world.posts.CreateComment(request, metadata=member.metadata)).comment


async def test_comments_stay_in_their_threads(world: Any) -> None:
    """Thread by thread, and by time within one, over pages; a parent lists its direct replies."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    one = await comment(world, bob, post_id, "1")
    two = await comment(world, ann, post_id, "2")
    reply = await comment(world, ann, post_id, "1.1", one.id)
    await comment(world, bob, post_id, "2.1", two.id)
    await comment(world, bob, post_id, "1.1.1", reply.id)
    await comment(world, bob, post_id, "1.2", one.id)
    texts: list[str] = []
    token = ""
    for _ in range(3):
        page = await world.posts.ListComments(
            pb.ListCommentsRequest(post_id=post_id, page_size=2, page_token=token), metadata=bob.metadata
        )
        texts += [found.content for found in page.comments]
        token = page.next_page_token
    assert (["1", "1.1", "1.1.1", "1.2", "2", "2.1"], "") == (texts, token)
    replies = await world.posts.ListComments(
        pb.ListCommentsRequest(post_id=post_id, parent_id=one.id), metadata=bob.metadata
    )
    assert ["1.1", "1.2"] == [found.content for found in replies.comments]
    assert {ann.id, bob.id} == {author.id for author in replies.authors}
    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=bob.metadata)
    assert shown.item.post.comment_count == 6


async def test_a_reply_needs_its_parent_on_the_same_post(world: Any) -> None:
    """A comment on another post is no parent."""
    ann = await world.member()
    first, second = await world.post(ann), await world.post(ann)
    elsewhere = await comment(world, ann, first, "there")
    with pytest.raises(NotFound) as caught:
        await comment(world, ann, second, "here", elsewhere.id)
    assert caught.value.reason == "COMMENT_NOT_FOUND"


async def test_a_repeated_key_publishes_and_comments_once(world: Any) -> None:
    """The same idempotency key gets the first reply."""
    ann = await world.member()
    keyed = (*ann.metadata, ("idempotency-key", "once"))
    created = [await world.posts.CreatePost(pb.CreatePostRequest(content="x"), metadata=keyed) for _ in range(2)]
    assert created[0].post.id == created[1].post.id
    request = pb.CreateCommentRequest(post_id=created[0].post.id, content="y")
    comments = [await world.posts.CreateComment(request, metadata=keyed) for _ in range(2)]
    assert comments[0] == comments[1]
    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=created[0].post.id), metadata=ann.metadata)
    assert shown.item.post.comment_count == 1


async def test_a_member_page_shows_what_the_viewer_may_see(world: Any) -> None:
    """Newest first over pages: all to the author, without private ones to a friend, public ones to a stranger."""
    ann, friend, stranger = await world.member(), await world.member(), await world.member()
    await world.connect(ann, friend)
    made = [(await world.post(ann, visibility=each), each) for each in (PUBLIC, CONNECTIONS, PRIVATE, PUBLIC)]
    made.reverse()
    for viewer, allowed in (
        (ann, {PUBLIC, CONNECTIONS, PRIVATE}),
        (friend, {PUBLIC, CONNECTIONS}),
        (stranger, {PUBLIC}),
    ):
        seen: list[str] = []
        token = ""
        while True:
            page = await world.feeds.ListUserPosts(
                feeds.ListUserPostsRequest(user_id=ann.id, page_size=1, page_token=token), metadata=viewer.metadata
            )
            seen += [item.post.id for item in page.items]
            if not (token := page.next_page_token):
                break
        assert [post_id for post_id, visibility in made if visibility in allowed] == seen


async def test_an_unknown_member_has_no_page(world: Any) -> None:
    """A made-up id is USER_NOT_FOUND."""
    ann = await world.member()
    with pytest.raises(NotFound) as caught:
        await world.feeds.ListUserPosts(feeds.ListUserPostsRequest(user_id=str(uuid7())), metadata=ann.metadata)
    assert caught.value.reason == "USER_NOT_FOUND"


async def test_a_page_token_is_good_for_its_list(world: Any) -> None:
    """A token of one member's page is refused on another's."""
    ann, bob = await world.member(), await world.member()
    for _ in range(2):
        await world.post(ann)
    page = await world.feeds.ListUserPosts(
        feeds.ListUserPostsRequest(user_id=ann.id, page_size=1), metadata=ann.metadata
    )
    with pytest.raises(InvalidArgument) as caught:
        await world.feeds.ListUserPosts(
            feeds.ListUserPostsRequest(user_id=bob.id, page_token=page.next_page_token), metadata=bob.metadata
        )
    assert caught.value.reason == "PAGE_TOKEN_INVALID"
