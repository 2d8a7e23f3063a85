"""Posts and answers to them over the wire."""

import asyncio
import random
from typing import Any

import pytest

from guild.events.v1.posts_pb2 import CommentDeleted, PostDeleted, PostUpdated
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.graph.v1 import audience_list_pb2 as lists
from guild.graph.v1 import connection_service_pb2 as graph
from mesh.errors import Aborted, Failure, InvalidArgument, NotFound, PermissionDenied
from mesh.ids import uuid7
from mesh.testing import TestIdentity

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


async def test_a_block_ends_what_there_was_to_see(world: Any) -> None:
    """For both, with the next read: posts, pages, feeds, comments."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    made = {member.id: await world.post(member, visibility=PUBLIC) for member in (ann, bob)}
    await comment(world, bob, made[ann.id], "from bob")
    assert len(await world.ids(ann)) == len(await world.ids(bob)) == 2
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=bob.id), metadata=ann.metadata)
    for me, other in ((ann, bob), (bob, ann)):
        assert not await seen_by(world, me, made[other.id])
        assert [made[me.id]] == await world.ids(me)
        with pytest.raises(NotFound) as caught:
            await world.feeds.ListUserPosts(feeds.ListUserPostsRequest(user_id=other.id), metadata=me.metadata)
        assert caught.value.reason == "USER_NOT_FOUND"
    assert [] == await list_comments(world, ann, made[ann.id])


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
        (model.Post(content=" "), [], "INVALID_ARGUMENT"),
        (model.Post(title="no article"), [], "CONTENT_MISSING"),
        (model.Post(content="x"), ["like_count"], "FIELD_NOT_UPDATABLE"),
        (model.Post(media_ids=[str(uuid7())]), [], "MEDIA_NOT_FOUND"),
        (model.Post(), ["visibility"], "FIELD_NOT_UPDATABLE"),
        (model.Post(visibility=model.VISIBILITY_UNSPECIFIED), [], "INVALID_ARGUMENT"),
        (model.Post(visibility=model.VISIBILITY_UNSPECIFIED), ["visibility"], "INVALID_ARGUMENT"),
        (model.Post(), ["content"], "CONTENT_MISSING"),
        (model.Post(kind=model.POST_KIND_ARTICLE), [], "FIELD_NOT_UPDATABLE"),
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


async def test_an_edit_that_changes_nothing_leaves_no_trace(world: Any) -> None:
    """Time, revision, etag stay, and nobody is told; a real one moves all of them, and says what changed."""
    ann = await world.member()
    post_id = await world.post(ann, "before", PUBLIC)
    read = pb.GetPostRequest(post_id=post_id)
    before = (await world.posts.GetPost(read, metadata=ann.metadata)).item.post
    same = pb.UpdatePostRequest(post=model.Post(id=post_id, content="before", visibility=PUBLIC))
    for request in (same, pb.UpdatePostRequest(post=model.Post(id=post_id))):
        assert before == (await world.posts.UpdatePost(request, metadata=ann.metadata)).post
    change = pb.UpdatePostRequest(post=model.Post(id=post_id, content="after", visibility=PUBLIC))
    after = (await world.posts.UpdatePost(change, metadata=ann.metadata)).post
    assert (1, 2) == (before.revision, after.revision)
    assert before.etag != after.etag
    (event,) = await world.events(PostUpdated, post_id)
    assert (["content"], 2) == (list(event.changed_fields), event.revision)


async def test_a_stale_etag_changes_nothing(world: Any) -> None:
    """Neither an update nor a deletion; the current one is let through."""
    ann = await world.member()
    post_id = await world.post(ann, "1")
    stale = (await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=ann.metadata)).item.post.etag
    change = pb.UpdatePostRequest(post=model.Post(id=post_id, content="2"), etag=stale)
    current = (await world.posts.UpdatePost(change, metadata=ann.metadata)).post.etag
    for call in (
        world.posts.UpdatePost(change, metadata=ann.metadata),
        world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id, etag=stale), metadata=ann.metadata),
    ):
        with pytest.raises(Aborted) as caught:
            await call
        assert caught.value.reason == "ETAG_MISMATCH"
    assert await seen_by(world, ann, post_id)
    gone = pb.DeletePostRequest(post_id=post_id, etag=current)
    for _ in range(2):
        await world.posts.DeletePost(gone, metadata=ann.metadata)
    assert not await seen_by(world, ann, post_id)


async def test_a_share_carries_the_original(world: Any) -> None:
    """Sharing a share too; the original counts its shares, and who may not see it sees the share without it."""
    ann, bob, cat = [await world.member(name) for name in ("Ann", "Bob", "Cat")]
    original = await world.post(ann, "original", PUBLIC)
    said = pb.SharePostRequest(post_id=original, content="look", visibility=PUBLIC)
    share = (await world.posts.SharePost(said, metadata=bob.metadata)).post
    again = (await world.posts.SharePost(pb.SharePostRequest(post_id=share.id), metadata=cat.metadata)).post
    assert (original, original, CONNECTIONS, "") == (
        share.shared_post_id,
        again.shared_post_id,
        again.visibility,
        again.content,
    )
    item = (await world.posts.GetPost(pb.GetPostRequest(post_id=share.id), metadata=cat.metadata)).item
    assert ("look", "Bob", "original", "Ann", True) == (
        item.post.content,
        item.author.name,
        item.shared_post.content,
        item.shared_author.name,
        item.viewer.may_share,
    )
    assert item.shared_post.share_count == 2
    assert [again.id] == [found.post.id for found in (await world.page(cat)).items if found.shared_post.id == original]
    hide = pb.UpdatePostRequest(post=model.Post(id=original, visibility=PRIVATE))
    await world.posts.UpdatePost(hide, metadata=ann.metadata)
    bare = (await world.posts.GetPost(pb.GetPostRequest(post_id=share.id), metadata=cat.metadata)).item
    assert (False, False) == (bare.HasField("shared_post"), bare.viewer.may_share)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=share.id), metadata=bob.metadata)
    left = (await world.posts.GetPost(pb.GetPostRequest(post_id=original), metadata=ann.metadata)).item
    assert left.post.share_count == 1
    (event,) = await world.events(PostDeleted, share.id)
    assert event.shared_post_id == original


async def test_a_post_says_what_its_reader_did_and_may_do(world: Any) -> None:
    """In a read, on a member's page and in the feed alike."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post_id = await world.post(ann, visibility=PUBLIC)
    love = pb.ReactToPostRequest(post_id=post_id, reaction=model.REACTION_LOVE)
    await world.posts.ReactToPost(love, metadata=bob.metadata)
    page = feeds.ListUserPostsRequest(user_id=ann.id)
    for member, contexts, reaction in (
        (bob, [model.POST_CONTEXT_KIND_CONNECTION], model.REACTION_LOVE),
        (ann, [model.POST_CONTEXT_KIND_OWN], model.REACTION_UNSPECIFIED),
    ):
        read = (await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=member.metadata)).item
        (listed,) = (await world.feeds.ListUserPosts(page, metadata=member.metadata)).items
        (ranked,) = (await world.page(member)).items
        assert ranked.HasField("score")
        ranked.ClearField("score")
        assert read == listed == ranked
        assert (contexts, reaction, reaction, bool(reaction)) == (
            [context.kind for context in read.contexts],
            read.viewer.reaction,
            read.viewer_reaction,
            read.viewer_has_liked,
        )


async def test_all_posts_are_streamed_to_services(world: Any, identity: TestIdentity) -> None:
    """From the beginning or from behind a cursor; deleted ones are left out, private ones are not."""
    ann = await world.member()
    made = {await world.post(ann, str(number), PRIVATE) for number in range(3)}
    gone = await world.post(ann)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=gone), metadata=ann.metadata)
    service = identity.service_metadata("jobs", "feed")
    found = [
        post.id
        async for batch in world.posts.StreamPosts(pb.StreamPostsRequest(), metadata=service)
        for post in batch.posts
    ]
    assert made <= set(found)
    assert gone not in found
    assert len(set(found)) == len(found)
    with pytest.raises(InvalidArgument) as caught:
        async for _ in world.posts.StreamPosts(pb.StreamPostsRequest(cursor="x"), metadata=service):
            pass
    assert caught.value.reason == "PAGE_TOKEN_INVALID"


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


@pytest.mark.parametrize("seed", range(3))
async def test_crossing_reactions_explain_the_count(world: Any, seed: int) -> None:
    """Members react and take back at once, several times: what they were told adds up to the count, and the list."""
    rng = random.Random(seed)
    ann, members = await world.member(), [await world.member() for _ in range(3)]
    post_id = await world.post(ann, visibility=PUBLIC)

    async def change(member: Any, reaction: Any) -> int:
        if reaction == model.REACTION_UNSPECIFIED:
            taken = pb.UnreactToPostRequest(post_id=post_id)
            return -(await world.posts.UnreactToPost(taken, metadata=member.metadata)).already_liked
        request = pb.ReactToPostRequest(post_id=post_id, reaction=reaction)
        return not (await world.posts.ReactToPost(request, metadata=member.metadata)).already_liked

    kinds = (model.REACTION_UNSPECIFIED, model.REACTION_UNSPECIFIED, model.REACTION_LIKE, model.REACTION_LOVE)
    changes = await asyncio.gather(
        *(change(member, rng.choice(kinds)) for _ in range(10) for member in members for _ in range(2))
    )

    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=ann.metadata)
    listed = await world.posts.ListReactions(pb.ListReactionsRequest(post_id=post_id), metadata=ann.metadata)
    assert sum(changes) == shown.item.post.like_count == listed.total_size == len(listed.reactions)


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


async def list_comments(world: Any, member: Any, post_id: str, parent: str | None = None) -> list[tuple[str, int]]:
    request = pb.ListCommentsRequest(post_id=post_id, parent_id=parent)
    found = await world.posts.ListComments(request, metadata=member.metadata)
    return [(comment.content, comment.state) for comment in found.comments]


async def test_a_deleted_comment_keeps_its_place_for_its_replies(world: Any) -> None:
    """It is listed without its text while it has replies, counted no more, and takes no new ones."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    one = await comment(world, bob, post_id, "1")
    reply = await comment(world, ann, post_id, "1.1", one.id)
    two = await comment(world, bob, post_id, "2")

    async def delete(member: Any, deleted: model.Comment, etag: str = "") -> None:
        request = pb.DeleteCommentRequest(post_id=post_id, comment_id=deleted.id, etag=etag)
        await world.posts.DeleteComment(request, metadata=member.metadata)

    with pytest.raises(Aborted) as stale:
        await delete(bob, one, "another")
    assert stale.value.reason == "ETAG_MISMATCH"
    for _ in range(2):
        await delete(bob, one, one.etag)
    await delete(ann, two)  # the post's author may
    visible, deleted = model.COMMENT_STATE_VISIBLE, model.COMMENT_STATE_DELETED
    assert [("", deleted), ("1.1", visible)] == await list_comments(world, bob, post_id)
    assert [("1.1", visible)] == await list_comments(world, bob, post_id, one.id)
    shown = await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=bob.metadata)
    assert shown.item.post.comment_count == 1
    with pytest.raises(NotFound) as caught:
        await comment(world, bob, post_id, "late", one.id)
    assert caught.value.reason == "COMMENT_NOT_FOUND"
    with pytest.raises(PermissionDenied) as refused:
        await delete(bob, reply)
    assert refused.value.reason == "NOT_THE_AUTHOR"
    await delete(ann, reply)
    assert [] == await list_comments(world, bob, post_id)
    assert 3 == len(await world.events(CommentDeleted, post_id))


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


async def test_a_list_is_one_of_the_author_s_own(world: Any) -> None:
    """Nobody else's, to publish, to share and to change to; which one it is, its members are not told."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    request = lists.CreateAudienceListRequest(audience_list=lists.AudienceList(name="Close"))
    mine, others = [
        (await world.graph.CreateAudienceList(request, metadata=one.metadata)).audience_list.id for one in (ann, bob)
    ]
    member = lists.AddAudienceListMemberRequest(list_id=mine, user_id=bob.id)
    await world.graph.AddAudienceListMember(member, metadata=ann.metadata)
    public = await world.post(ann, visibility=PUBLIC)
    of_list = {"visibility": model.VISIBILITY_LIST, "list_id": others}
    for call in (
        world.posts.CreatePost(pb.CreatePostRequest(content="x", **of_list), metadata=ann.metadata),
        world.posts.SharePost(pb.SharePostRequest(post_id=public, **of_list), metadata=ann.metadata),
        world.posts.UpdatePost(pb.UpdatePostRequest(post=model.Post(id=public, **of_list)), metadata=ann.metadata),
    ):
        with pytest.raises(NotFound) as caught:
            await call
        assert ("AUDIENCE_LIST_NOT_FOUND", others) == (caught.value.reason, caught.value.metadata["listId"])
    narrowed = model.Post(id=public, visibility=model.VISIBILITY_LIST, list_id=mine)
    after = (await world.posts.UpdatePost(pb.UpdatePostRequest(post=narrowed), metadata=ann.metadata)).post
    told = [
        (await world.posts.GetPost(pb.GetPostRequest(post_id=public), metadata=one.metadata)).item.post.list_id
        for one in (ann, bob)
    ]
    page = [item.post.list_id for one in (ann, bob) for item in (await world.page(one)).items]
    assert (mine, [mine, ""], [mine, ""]) == (after.list_id, told, page)
    opened = model.Post(id=public, visibility=PUBLIC)
    after = (await world.posts.UpdatePost(pb.UpdatePostRequest(post=opened), metadata=ann.metadata)).post
    assert not after.HasField("list_id")


@pytest.mark.parametrize("fields", [{"visibility": model.VISIBILITY_LIST}, {"list_id": str(uuid7())}])
async def test_a_list_and_its_visibility_go_together(world: Any, fields: dict[str, Any]) -> None:
    """One without the other says nothing."""
    ann = await world.member()
    with pytest.raises(InvalidArgument):
        await world.posts.CreatePost(pb.CreatePostRequest(content="x", **fields), metadata=ann.metadata)


CLOSED, EVERYBODY = model.ANSWER_AUDIENCE_NOBODY, model.ANSWER_AUDIENCE_EVERYBODY
OF_CONNECTIONS = model.ANSWER_AUDIENCE_CONNECTIONS


@pytest.mark.parametrize("audience", [EVERYBODY, OF_CONNECTIONS, CLOSED])
async def test_items_say_who_may_answer_and_it_is_so(world: Any, audience: model.AnswerAudience.ValueType) -> None:
    """By every reader, of the post and of a share of it, from its page, its author's and the feed."""
    ann, friend, stranger = [await world.member() for _ in range(3)]
    await world.connect(ann, friend)
    closed = await world.post(ann, visibility=PUBLIC, comment_audience=audience, quote_audience=audience)
    share = pb.SharePostRequest(post_id=closed, visibility=PUBLIC)
    shared = (await world.posts.SharePost(share, metadata=ann.metadata)).post.id
    for reader in (ann, friend, stranger):
        admitted = reader is ann or audience == EVERYBODY or (reader is friend and audience == OF_CONNECTIONS)
        listing = feeds.ListUserPostsRequest(user_id=ann.id)
        items = [
            *(await world.feeds.ListUserPosts(listing, metadata=reader.metadata)).items,
            *((await world.page(reader)).items if reader is not stranger else ()),
            (await world.posts.GetPost(pb.GetPostRequest(post_id=closed), metadata=reader.metadata)).item,
        ]
        told = {
            (item.post.id, item.viewer.may_comment, item.viewer.may_share)
            for item in items
            if item.post.id in {closed, shared}
        }
        assert {(closed, admitted, admitted), (shared, True, admitted)} == told
        for call in (
            world.posts.CreateComment(pb.CreateCommentRequest(post_id=closed, content="x"), metadata=reader.metadata),
            world.posts.SharePost(pb.SharePostRequest(post_id=closed), metadata=reader.metadata),
            world.posts.SharePost(pb.SharePostRequest(post_id=shared), metadata=reader.metadata),
        ):
            assert ("OK" if admitted else "ANSWERS_CLOSED") == await reason_of(call)
    listing = feeds.ListUserPostsRequest(user_id=ann.id)
    for item in (await world.feeds.ListUserPosts(listing)).items:
        assert (False, False) == (item.viewer.may_comment, item.viewer.may_share)


async def test_an_author_closes_and_opens_a_post_to_answers(world: Any) -> None:
    """It holds from the next call on, and is part of an update; a post always says who may answer it."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, visibility=PUBLIC)
    told = []
    for audience in (CLOSED, EVERYBODY):
        post = model.Post(id=post_id, comment_audience=audience)
        after = (await world.posts.UpdatePost(pb.UpdatePostRequest(post=post), metadata=ann.metadata)).post
        comment = pb.CreateCommentRequest(post_id=post_id, content="x")
        outcome = await reason_of(world.posts.CreateComment(comment, metadata=bob.metadata))
        told.append((after.comment_audience, after.revision, outcome))
    assert [(CLOSED, 2, "ANSWERS_CLOSED"), (EVERYBODY, 3, "OK")] == told
    request = pb.UpdatePostRequest(post=model.Post(id=post_id), update_mask={"paths": ["quote_audience"]})
    assert "FIELD_NOT_UPDATABLE" == await reason_of(world.posts.UpdatePost(request, metadata=ann.metadata))


async def reason_of(call: Any) -> str:
    try:
        await call
    except Failure as failure:
        return failure.reason
    return "OK"


async def test_shares_are_listed_for_those_who_may_see_them(world: Any) -> None:
    """Newest first, page by page, each share as its reader sees it; all of them are counted."""
    ann, bob, carol = [await world.member() for _ in range(3)]
    await world.connect(bob, carol)
    original = await world.post(ann, visibility=PUBLIC)
    made = []
    for author, visibility in ((bob, PUBLIC), (bob, CONNECTIONS), (bob, PRIVATE), (carol, PUBLIC), (ann, PUBLIC)):
        request = pb.SharePostRequest(post_id=original, content="look", visibility=visibility)
        made.append((await world.posts.SharePost(request, metadata=author.metadata)).post.id)
    public, close, private, carols, anns = made
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=anns), metadata=ann.metadata)
    expected = {ann.id: [carols, public], bob.id: [carols, private, close, public], carol.id: [carols, close, public]}
    for reader in (ann, bob, carol):
        found, token = [], ""
        while True:
            request = pb.ListSharesRequest(post_id=original, page_size=1, page_token=token)
            page = await world.posts.ListShares(request, metadata=reader.metadata)
            found += page.items
            token = page.next_page_token
            if not token:
                break
        assert (expected[reader.id], 4) == ([item.post.id for item in found], page.total_size)
        assert {("look", original)} == {(item.post.content, item.shared_post.id) for item in found}
