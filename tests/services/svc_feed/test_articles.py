"""Long-form articles: whole where they are read, how they begin where they are listed."""

from typing import Any
from uuid import UUID

import pytest

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.data import Statement
from mesh.errors import InvalidArgument, NotFound
from mesh.ids import uuid7
from mesh.testing import wait_for

TEXT = "# On *feeds*\n\n" + "They are read [often](https://words.example/hidden). " * 20
ARTICLE = {"title": "Feeds", "kind": model.POST_KIND_ARTICLE, "visibility": model.VISIBILITY_PUBLIC}
PAGES = Statement("SELECT revision FROM article_pages WHERE post_id = $1", ("post",), "pages")


async def read(world: Any, reader: Any, post_id: str) -> model.Post:
    """An article once it is laid out."""

    async def laid_out() -> model.Post | None:
        reply = await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=reader.metadata)
        return reply.item.post if reply.item.post.content_html else None

    return await wait_for(laid_out, timeout=20)


async def pages(world: Any, post_id: str) -> list[int]:
    return [row[0] for row in await world.database.fetch(PAGES, post=UUID(post_id))]


async def test_an_article_is_whole_where_it_is_read(world: Any) -> None:
    """With its HTML, made once for each revision; lists have an excerpt, and say how long it takes to read."""
    ann, bob = await world.member(), await world.member()
    post_id = await world.post(ann, TEXT, **ARTICLE)
    share = pb.SharePostRequest(post_id=post_id, visibility=model.VISIBILITY_PUBLIC)
    await world.posts.SharePost(share, metadata=bob.metadata)

    whole = await read(world, bob, post_id)
    listed = (await world.page(ann)).items[0].post
    posted = feeds.ListUserPostsRequest(user_id=bob.id)
    [shared] = (await world.feeds.ListUserPosts(posted, metadata=ann.metadata)).items

    assert TEXT == whole.content
    assert whole.content_html.startswith("<h1>On <em>feeds</em></h1>\n<p>They are read <a href=")
    for post in (listed, shared.shared_post):
        assert ("", "", 1) == (post.content, post.content_html, post.reading_minutes)
        assert post.excerpt.startswith("On feeds They are read often. They")
    edit = pb.UpdatePostRequest(post=model.Post(id=post_id, content="*other*"))
    edited = (await world.posts.UpdatePost(edit, metadata=ann.metadata)).post
    assert ("*other*", "other") == (edited.content, edited.excerpt)
    assert "<p><em>other</em></p>\n" == (await read(world, ann, post_id)).content_html
    assert [2] == await pages(world, post_id)
    await world.posts.DeletePost(pb.DeletePostRequest(post_id=post_id), metadata=ann.metadata)
    assert [] == await pages(world, post_id)


async def test_an_article_is_found_by_its_words(world: Any) -> None:
    """Not by its marks, nor by addresses that nobody sees."""
    ann, word = await world.member(), f"w{uuid7().hex}"
    post_id = await world.post(ann, f"**{word}** and [more](https://x{word}.example/)", **ARTICLE)
    found = []
    for q in (word, f'"{word} and more"', f"x{word}"):
        reply = await world.posts.SearchPosts(pb.SearchPostsRequest(q=q), metadata=ann.metadata)
        found.append([item.post.id for item in reply.items])
    assert [[post_id], [post_id], []] == found


async def test_a_cover_is_one_of_the_media(world: Any) -> None:
    """Of an article; others are refused."""
    ann, one, other = await world.member(), str(uuid7()), str(uuid7())
    for wrong in (
        {**ARTICLE, "media_ids": [one], "cover_media_id": other},
        {"media_ids": [one], "cover_media_id": one},
    ):
        with pytest.raises(InvalidArgument):
            await world.post(ann, "text", **wrong)
    post_id = await world.post(ann, "text", **ARTICLE)
    edit = pb.UpdatePostRequest(post=model.Post(id=post_id, cover_media_id=one))
    with pytest.raises(NotFound) as refused:
        await world.posts.UpdatePost(edit, metadata=ann.metadata)
    assert "MEDIA_NOT_FOUND" == refused.value.reason
