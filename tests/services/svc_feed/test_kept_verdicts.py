"""What members may see is kept, and what they may not see any more is gone with the next read."""

from typing import Any

import pytest

from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from guild.graph.v1 import audience_list_pb2 as lists
from guild.graph.v1 import connection_service_pb2 as graph
from mesh.errors import Failure, NotFound

CONNECTIONS = model.VISIBILITY_CONNECTIONS


async def test_a_warm_feed_asks_nobody(world: Any) -> None:
    """While the profile service cannot be reached, what it said last holds; it says so in Redis."""
    ann, bob = await world.member(), await world.member()
    await world.connect(ann, bob)
    post_id = await world.post(bob, visibility=CONNECTIONS)
    await world.page(ann)
    async with world.line.cut():
        page = await world.page(ann)

    assert ([post_id], []) == ([item.post.id for item in page.items], list(page.quality.missing_sources))


async def test_without_profiles_what_was_said_of_somebody_holds(world: Any) -> None:
    """As long as its lease: of others nothing is shown, be it public, and a block is honoured by the next read."""
    reader, known, unknown = [await world.member() for _ in range(3)]
    for each in (known, unknown):
        await world.connect(reader, each)
    seen = await world.post(known)
    assert [seen] == await world.ids(reader)
    unseen = await world.post(unknown, visibility=model.VISIBILITY_PUBLIC)
    await world.arrives(reader, unseen)
    async with world.line.cut():
        page = await world.page(reader)
        own = await world.post(reader)
        await world.arrives(reader, own)
        again = await world.page(reader)
        await world.graph.BlockUser(graph.BlockUserRequest(user_id=reader.id), metadata=known.metadata)
        blocked = await world.page(reader)
    assert ([seen], "", ["profile"]) == told(page)
    assert ([own, seen], "", ["profile"]) == told(again)
    assert ([own], "", ["profile"]) == told(blocked)


def told(page: Any) -> tuple[list[str], str, list[str]]:
    return [item.post.id for item in page.items], page.next_page_token, [*page.quality.missing_sources]


@pytest.mark.parametrize("end", ["RemoveConnection", "BlockUser"])
@pytest.mark.parametrize("who", ["author", "reader"])
async def test_what_ended_is_gone_with_the_next_read(world: Any, end: str, who: str) -> None:
    """Whoever ended it: from the feed, from the post's own page, and for comments, reactions and shares."""
    reader, author = await world.member(), await world.member()
    await world.connect(reader, author)
    post_id = await world.post(author, visibility=CONNECTIONS)
    reads = (
        lambda: world.posts.GetPost(posts.GetPostRequest(post_id=post_id), metadata=reader.metadata),
        lambda: world.posts.ListComments(posts.ListCommentsRequest(post_id=post_id), metadata=reader.metadata),
        lambda: world.posts.ReactToPost(posts.ReactToPostRequest(post_id=post_id), metadata=reader.metadata),
    )
    seen = await world.ids(reader)
    for read in reads:
        await read()
    me, other = (author, reader) if who == "author" else (reader, author)
    request = getattr(graph, f"{end}Request")(user_id=other.id)
    await getattr(world.graph, end)(request, metadata=me.metadata)

    assert ([post_id], []) == (seen, await world.ids(reader))
    for read in reads:
        with pytest.raises(Failure) as caught:
            await read()
        assert "POST_NOT_FOUND" == caught.value.reason


async def test_what_begins_is_there_with_the_next_read(world: Any) -> None:
    """A verdict that says no is kept no longer than one that says yes."""
    reader, author = await world.member(), await world.member()
    post_id = await world.post(author, visibility=CONNECTIONS)

    async def read() -> Any:
        return await world.posts.GetPost(posts.GetPostRequest(post_id=post_id), metadata=reader.metadata)

    for _ in range(2):
        with pytest.raises(Failure):
            await read()
    await world.connect(reader, author)

    assert post_id == (await read()).item.post.id


async def test_who_shares_a_connection_sees_it_until_that_connection_ends(world: Any) -> None:
    """Whichever of the two it ends for: the reader was not asked anything, and knows with the next read."""
    reader, between, author = [await world.member() for _ in range(3)]
    post_id = await world.post(author, visibility=model.VISIBILITY_SECOND_DEGREE)
    told = [await seen(world, reader, post_id)]
    for one, other in ((reader, between), (between, author)):
        await world.connect(one, other)
        told.append(await seen(world, reader, post_id))
    for one, other in ((between, author), (reader, between)):
        await world.disconnect(one, other)
        told.append(await seen(world, reader, post_id))
        await world.graph.BlockUser(graph.BlockUserRequest(user_id=other.id), metadata=one.metadata)

    assert [False, False, True, False, False] == told


async def test_who_is_on_a_list_sees_what_is_for_it(world: Any) -> None:
    """From the moment they are put on it until they are taken off, or the list goes; others never."""
    author, reader, friend = [await world.member() for _ in range(3)]
    for each in (reader, friend):
        await world.connect(author, each)
    mine = await make_list(world, author)
    post_id = await world.post(author, visibility=model.VISIBILITY_LIST, list_id=mine)
    told = [await seen(world, reader, post_id)]
    for method in ("AddAudienceListMember", "RemoveAudienceListMember", "AddAudienceListMember", "DeleteAudienceList"):
        fields = {"user_id": reader.id} if method.endswith("Member") else {}
        request = getattr(lists, f"{method}Request")(list_id=mine, **fields)
        await getattr(world.graph, method)(request, metadata=author.metadata)
        told.append(await seen(world, reader, post_id))

    assert [False, True, False, True, False] == told
    assert (False, True) == (await seen(world, friend, post_id), await seen(world, author, post_id))


async def make_list(world: Any, owner: Any) -> str:
    request = lists.CreateAudienceListRequest(audience_list=lists.AudienceList(name="Close"))
    return (await world.graph.CreateAudienceList(request, metadata=owner.metadata)).audience_list.id


async def seen(world: Any, reader: Any, post_id: str) -> bool:
    try:
        await world.posts.GetPost(posts.GetPostRequest(post_id=post_id), metadata=reader.metadata)
    except NotFound:
        return False
    return True
