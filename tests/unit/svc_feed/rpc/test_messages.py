"""Requests as the domain reads them."""

import contextlib
import dataclasses
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.errors import Failure
from mesh.ids import uuid7
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.medium import MediaNotFound
from svc_feed.domain.post import EDITABLE, Kind, Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Visibility
from svc_feed.rpc import messages

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANN = UserId(uuid7())
FIELDS = [field.name for field in model.Post.DESCRIPTOR.fields if field.name != "id"]

stored = st.builds(
    Post,
    id=st.uuids().map(PostId),
    author_id=st.just(ANN),
    kind=st.just(Kind.ARTICLE),
    content=st.just("text"),
    visibility=st.sampled_from(Visibility),
    created_at=st.just(NOW),
    updated_at=st.just(NOW),
    title=st.just("title"),
    like_count=st.integers(0, 9),
)
given_posts = st.builds(
    lambda **fields: model.Post(**{name: value for name, value in fields.items() if value is not None}),
    content=st.none() | st.sampled_from(["", "text", "other"]),
    title=st.none() | st.sampled_from(["title", "other"]),
    visibility=st.none() | st.sampled_from(model.Visibility.values()[1:]),
    kind=st.none() | st.sampled_from(model.PostKind.values()[1:]),
    like_count=st.none() | st.integers(1, 9),
    author_id=st.none() | st.uuids().map(str),
)


def test_what_a_draft_leaves_open() -> None:
    """A post, for connections, without a title."""
    draft = messages.draft(pb.CreatePostRequest(content="x"))
    assert (Kind.POST, Visibility.CONNECTIONS, None, ()) == (
        draft.kind,
        draft.visibility,
        draft.title,
        draft.media_ids,
    )


def test_media_have_two_names() -> None:
    """What older clients send as media is joined to media_ids, each once; what is no id is no upload."""
    one, two = uuid7(), uuid7()
    draft = messages.draft(pb.CreatePostRequest(media_ids=[str(one)], media=[str(two), str(one)]))
    assert (one, two) == draft.media_ids
    with pytest.raises(MediaNotFound) as caught:
        messages.draft(pb.CreatePostRequest(media=["https://example.com/cat.png"]))
    assert {"mediaId": "https://example.com/cat.png"} == caught.value.metadata


def test_enums_match_by_name() -> None:
    """Every value of the contract has one in the domain, but the unspecified."""
    numbers = model.Reaction.values()[1:]
    assert tuple(Reaction) == messages.reactions_of(numbers) == messages.reactions_of(())
    assert numbers == [messages.REACTION_OUT[reaction] for reaction in Reaction]
    assert (tuple(Kind), (Kind.ARTICLE,)) == (messages.kinds(()), messages.kinds([model.POST_KIND_ARTICLE]))


@given(stored, given_posts, st.lists(st.sampled_from(FIELDS), unique=True))
def test_an_update_changes_what_it_names_to_what_it_says(before: Post, post: model.Post, mask: list[str]) -> None:
    """Never to what a new post would have: a field is set, cleared where that is allowed, or the update is refused."""
    request = pb.UpdatePostRequest(post=post)
    request.post.id = str(uuid7())
    request.update_mask.paths.extend(mask)
    named = mask or [field.name for field, _ in post.ListFields()]
    after = before
    with contextlib.suppress(Failure):
        after = before.edited(messages.changes(request), by=ANN, at=NOW + timedelta(hours=1))
        assert set(named) <= EDITABLE
    expected = {name: getattr(before, name) for name in EDITABLE}
    if after is not before:
        expected |= {name: getattr(post, name) for name in named if name in {"content", "title"}}
        if "visibility" in named:
            assert post.HasField("visibility")
            expected["visibility"] = Visibility[model.Visibility.Name(post.visibility).removeprefix("VISIBILITY_")]
    assert expected == {name: getattr(after, name) for name in EDITABLE}
    moved = {"revision", "updated_at", "edited_at", "excerpt", "reading_minutes"}
    untouched = {field.name for field in dataclasses.fields(Post) if field.init} - EDITABLE - moved
    assert [getattr(before, name) for name in untouched] == [getattr(after, name) for name in untouched]


@pytest.mark.parametrize(
    ("post", "mask", "expected"),
    [
        (model.Post(content="x"), [], {"content": "x"}),
        (model.Post(content="x", title="t"), ["title"], {"title": "t"}),
        (model.Post(content="x"), ["title"], {"title": None}),
        (model.Post(content=""), [], {"content": ""}),
        (model.Post(), ["visibility", "media_ids"], {"visibility": None, "media_ids": ()}),
        (model.Post(media_ids=[str(UUID(int=1))]), [], {"media_ids": (UUID(int=1),)}),
        (model.Post(like_count=3), [], {"like_count": None}),
    ],
)
def test_an_update_names_its_fields(post: model.Post, mask: list[str], expected: dict[str, object]) -> None:
    """By its mask, or by what it sets; the id is no field to change."""
    request = pb.UpdatePostRequest(post=post)
    request.post.id = str(uuid7())
    request.update_mask.paths.extend(mask)
    assert expected == messages.changes(request)
