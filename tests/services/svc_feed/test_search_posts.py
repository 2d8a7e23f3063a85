"""Posts are found by what they say, by those who may see them."""

from typing import Any
from uuid import UUID

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.clock import SystemClock
from mesh.data import Statement
from mesh.errors import Failure
from mesh.ids import uuid7
from svc_feed.store.post_search import PostSearch
from svc_feed.store.topics import TopicRepository
from svc_feed.usecases.index_post import IndexPost, IndexUnread
from svc_feed.usecases.list_by_topic import ListByTopic

PUBLIC, CONNECTIONS, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_CONNECTIONS, model.VISIBILITY_PRIVATE
NEWEST = pb.POST_SEARCH_ORDER_NEWEST
FORGET = Statement(
    "WITH gone AS (DELETE FROM post_search WHERE post_id = $1) UPDATE posts SET searchable_by = 0 WHERE id = $1",
    ("post_id",),
    "forget",
)


def a_word() -> str:
    return f"w{uuid7().hex}"


async def found(world: Any, member: Any, q: str, **filters: Any) -> list[str]:
    ids, token = list[str](), ""
    while True:
        request = pb.SearchPostsRequest(q=q, page_token=token, **filters)
        page = await world.posts.SearchPosts(request, metadata=member.metadata)
        ids += [item.post.id for item in page.items]
        token = page.next_page_token
        if not token:
            return ids


async def test_words_phrases_and_what_must_not_be_there(world: Any) -> None:
    """All words; next to each other in quotes; none behind a minus; topics."""
    ann, bob = await world.member(), await world.member()
    word = a_word()
    one = await world.post(ann, f"{word} Teaching data meshes, #Go", PUBLIC)
    other = await world.post(ann, f"{word} meshes of data and CAFÉ", PUBLIC)
    wanted = {
        word: [other, one],
        f"{word} mesh": [other, one],
        f'{word} "data mesh"': [one],
        f"{word} -café": [one],
        f'{word} -"data mesh"': [other],
        f"{word} cafe": [other],
        f"{word} #go": [one],
        f"{word} -#go": [other],
        f"{word} absent": [],
        "-absent": [],
        "! & | <-> ' \\ :*": [],
    }
    assert wanted == {q: await found(world, bob, q, order=NEWEST) for q in wanted}


async def test_only_what_the_caller_may_see_is_found(world: Any) -> None:
    """Public by all, for connections by the two, private by the author; and what it became, at once."""
    ann, friend, stranger = await world.member(), await world.member(), await world.member()
    await world.connect(ann, friend)
    word = a_word()
    public, connections, private = [await world.post(ann, word, each) for each in (PUBLIC, CONNECTIONS, PRIVATE)]

    async def seen() -> list[list[str]]:
        return [await found(world, member, word, order=NEWEST) for member in (ann, friend, stranger)]

    assert [[private, connections, public], [connections, public], [public]] == await seen()
    change = pb.UpdatePostRequest(post=model.Post(id=connections, visibility=PUBLIC))
    await world.posts.UpdatePost(change, metadata=ann.metadata)
    change = pb.UpdatePostRequest(post=model.Post(id=private, content="something else"))
    await world.posts.UpdatePost(change, metadata=ann.metadata)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=public), metadata=ann.metadata)
    assert [[connections]] * 3 == await seen()


async def test_filters_narrow_what_is_found(world: Any) -> None:
    """By author, topic, kind and time; any value of each."""
    ann, bob = await world.member(), await world.member()
    word = a_word()
    plain = await world.post(ann, f"{word} #one", PUBLIC)
    request = pb.CreatePostRequest(content=f"{word} #two", title="T", kind=model.POST_KIND_ARTICLE, visibility=PUBLIC)
    article = (await world.posts.CreatePost(request, metadata=bob.metadata)).post.id
    future, past = Timestamp(seconds=int(SystemClock().now().timestamp()) + 3600), Timestamp(seconds=-62_135_596_800)
    wanted = [
        ({"author_id": [ann.id]}, [plain]),
        ({"author_id": [ann.id, bob.id]}, [article, plain]),
        ({"topic": ["#Two", "none"]}, [article]),
        ({"kind": [model.POST_KIND_POST]}, [plain]),
        ({"since": future}, []),
        ({"since": past}, [article, plain]),
    ]
    for order in (NEWEST, pb.POST_SEARCH_ORDER_RELEVANT):
        for filters, ids in wanted:
            assert sorted(ids) == sorted(await found(world, ann, word, order=order, **filters))
    with pytest.raises(Failure) as caught:
        await found(world, ann, word, topic=["1 2"])
    assert caught.value.reason == "TOPIC_INVALID"


async def test_the_best_match_comes_first_page_by_page(world: Any) -> None:
    """A title counts for more; pages show each post once, also when others come in between."""
    ann = await world.member()
    word = a_word()
    request = pb.CreatePostRequest(content="text", title=word, kind=model.POST_KIND_ARTICLE, visibility=PUBLIC)
    best = (await world.posts.CreatePost(request, metadata=ann.metadata)).post.id
    rest = [await world.post(ann, f"{'filler ' * n} {word}", PUBLIC) for n in range(4)]
    first = await world.posts.SearchPosts(pb.SearchPostsRequest(q=word, page_size=2), metadata=ann.metadata)
    await world.post(ann, word, PUBLIC)
    ids, token = [item.post.id for item in first.items], first.next_page_token
    while token:
        request = pb.SearchPostsRequest(q=word, page_size=2, page_token=token)
        page = await world.posts.SearchPosts(request, metadata=ann.metadata)
        ids, token = ids + [item.post.id for item in page.items], page.next_page_token
    assert best == ids[0]
    assert sorted([best, *rest]) == sorted(ids)
    request = pb.SearchPostsRequest(q="else", page_token=first.next_page_token)
    with pytest.raises(Failure) as caught:
        await world.posts.SearchPosts(request, metadata=ann.metadata)
    assert caught.value.reason == "PAGE_TOKEN_INVALID"


async def test_posts_from_before_are_read_by_the_worker(world: Any) -> None:
    """And listed under their topics; a deleted one is not."""
    ann = await world.member()
    word = a_word()
    kept, gone = [await world.post(ann, f"{word} #{word}", PUBLIC) for _ in range(2)]
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=gone), metadata=ann.metadata)
    for post_id in (kept, gone):
        await world.database.execute(FORGET, post_id=UUID(post_id))
    assert [] == await found(world, ann, word)
    index = IndexPost(ListByTopic(TopicRepository(), SystemClock()), PostSearch())
    await IndexUnread(world.database, index)()
    assert [kept] == await found(world, ann, word)
