"""What a post said before, and who is told that it says something else."""

from typing import Any
from uuid import UUID

import pytest

from guild.events.v1.posts_pb2 import PostRevised
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.graph.v1 import connection_service_pb2 as graph
from mesh.data import Statement
from mesh.errors import NotFound
from mesh.testing import wait_for
from svc_feed.domain.revision import KEPT_REVISIONS

PUBLIC = model.VISIBILITY_PUBLIC
KEPT, ADDED, REMOVED = model.TEXT_CHANGE_KEPT, model.TEXT_CHANGE_ADDED, model.TEXT_CHANGE_REMOVED
COUNT = Statement("SELECT count(*) FROM post_revisions WHERE post_id = $1", ("post",), "count revisions")
LONG_AGO = Statement(
    "UPDATE posts SET edits_told_at = edits_told_at - interval '2 hours' WHERE id = $1", ("post",), "long ago"
)


async def edit(world: Any, author: Any, post_id: str, **fields: Any) -> model.Post:
    request = pb.UpdatePostRequest(post=model.Post(id=post_id, **fields))
    return (await world.posts.UpdatePost(request, metadata=author.metadata)).post


async def history(world: Any, reader: Any, post_id: str, **page: Any) -> Any:
    request = pb.ListPostRevisionsRequest(post_id=post_id, **page)
    return await world.posts.ListPostRevisions(request, metadata=reader.metadata)


def parts(found: Any) -> list[tuple[int, str]]:
    return [(part.change, part.text) for part in found]


async def test_who_sees_a_post_sees_what_it_said_before(world: Any) -> None:
    """Word by word, newest first; who it was for is nobody's business, and what changes nothing is no edit."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, "the first words", PUBLIC)
    assert [] == list((await history(world, bob, post_id)).revisions)
    await edit(world, ann, post_id, visibility=model.VISIBILITY_PRIVATE)
    unedited = await edit(world, ann, post_id, visibility=PUBLIC)
    for text in ("the second words", "the second words", "the third words"):
        edited = await edit(world, ann, post_id, content=text)

    first = await history(world, bob, post_id, page_size=1)
    second = await history(world, bob, post_id, page_size=1, page_token=first.next_page_token)

    assert (False, True) == (unedited.HasField("edited_at"), edited.HasField("edited_at"))
    [latest], [earlier] = first.revisions, second.revisions
    assert [(5, ["content"]), (4, ["content"])] == [(one.revision, one.changed_fields) for one in (latest, earlier)]
    assert edited.edited_at == latest.edited_at
    assert [(KEPT, "the "), (REMOVED, "second"), (ADDED, "third"), (KEPT, " words")] == parts(latest.content)
    assert [(KEPT, "the "), (REMOVED, "first"), (ADDED, "second"), (KEPT, " words")] == parts(earlier.content)
    assert "" == second.next_page_token
    await edit(world, ann, post_id, visibility=model.VISIBILITY_PRIVATE)
    with pytest.raises(NotFound):
        await history(world, bob, post_id)


async def test_a_title_has_a_history_of_its_own(world: Any) -> None:
    """Each text is compared with what the next edit of it made of it."""
    ann = await world.member()
    request = pb.CreatePostRequest(content="text", title="One", kind=model.POST_KIND_ARTICLE)
    post_id = (await world.posts.CreatePost(request, metadata=ann.metadata)).post.id
    await edit(world, ann, post_id, title="Two")
    await edit(world, ann, post_id, content="other")
    await edit(world, ann, post_id, title="Three", content="more")

    shown = [(parts(one.title), parts(one.content)) for one in (await history(world, ann, post_id)).revisions]

    assert [
        ([(REMOVED, "Two"), (ADDED, "Three")], [(REMOVED, "other"), (ADDED, "more")]),
        ([], [(REMOVED, "text"), (ADDED, "other")]),
        ([(REMOVED, "One"), (ADDED, "Two")], []),
    ] == shown


async def test_the_latest_edits_are_kept_and_go_with_the_post(world: Any) -> None:
    """A hundred of them; a deleted post has none."""
    ann = await world.member()
    post_id = await world.post(ann, "0")
    for number in range(1, KEPT_REVISIONS + 3):
        await edit(world, ann, post_id, content=str(number))

    found, token = list[int](), ""
    while True:
        page = await history(world, ann, post_id, page_size=20, page_token=token)
        found += [one.revision for one in page.revisions]
        if not (token := page.next_page_token):
            break
    assert [*range(KEPT_REVISIONS + 3, 3, -1)] == found
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=ann.metadata)
    assert 0 == await world.database.fetch_value(COUNT, post=UUID(post_id))


async def test_who_answered_is_told_once_in_a_while(world: Any) -> None:
    """Those who reacted or commented and still see it, not its author; with its end what they were told is void."""
    ann, bob, cy, dee = [await world.member() for _ in range(4)]
    post_id = await world.post(ann, "before", PUBLIC)
    for member in (ann, bob, dee):
        await world.posts.ReactToPost(pb.ReactToPostRequest(post_id=post_id), metadata=member.metadata)
    for member in (bob, cy):
        comment = pb.CreateCommentRequest(post_id=post_id, content="so")
        await world.posts.CreateComment(comment, metadata=member.metadata)
    await world.graph.BlockUser(graph.BlockUserRequest(user_id=dee.id), metadata=ann.metadata)

    async def told() -> list[tuple[int, set[str], bool]]:
        found = await world.events(PostRevised, post_id)
        return [(one.revision, {*one.recipient_ids}, one.gone) for one in found]

    async def first_told() -> bool:
        return [(2, {bob.id, cy.id}, False)] == await told()

    await edit(world, ann, post_id, content="after")
    await wait_for(first_told, timeout=10)
    await edit(world, ann, post_id, content="a moment after")
    await edit(world, ann, post_id, visibility=model.VISIBILITY_CONNECTIONS)
    await edit(world, ann, post_id, visibility=PUBLIC, content="for all")
    await world.database.execute(LONG_AGO, post=UUID(post_id))
    await edit(world, ann, post_id, content="at last")

    async def told_again() -> bool:
        return [{bob.id, cy.id}] * 2 == [to for _, to, _ in await told()]

    await wait_for(told_again, timeout=10)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=ann.metadata)

    async def void() -> bool:
        return (0, {bob.id, cy.id, dee.id}, True) == (await told())[-1]

    await wait_for(void, timeout=10)
