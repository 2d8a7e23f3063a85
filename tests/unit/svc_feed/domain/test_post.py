"""What a post may be, and who may change it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mesh.errors import Failure
from mesh.ids import uuid7
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Kind, NotTheAuthor, Post
from svc_feed.domain.visibility import Visibility

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANN = UserId(uuid7())


def post(**fields: Any) -> Post:
    defaults: dict[str, Any] = {"kind": Kind.POST, "content": "hello", "visibility": Visibility.PUBLIC}
    return Post(id=PostId(uuid7()), author_id=ANN, created_at=NOW, updated_at=NOW, **(defaults | fields))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"content": "x" * 3_000},
        {"kind": Kind.ARTICLE, "title": "On feeds", "content": "x" * 120_000},
    ],
)
def test_a_post_that_may_be(fields: dict[str, Any]) -> None:
    """Up to the length of its kind."""
    post(**fields).check()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"content": ""}, "CONTENT_MISSING"),
        ({"content": " \n"}, "CONTENT_MISSING"),
        ({"title": "a post has none"}, "CONTENT_MISSING"),
        ({"kind": Kind.ARTICLE}, "CONTENT_MISSING"),
        ({"content": "x" * 3_001}, "CONTENT_TOO_LONG"),
        ({"kind": Kind.ARTICLE, "title": "t", "content": "x" * 120_001}, "CONTENT_TOO_LONG"),
        ({"media_ids": (uuid7(),)}, "MEDIA_NOT_FOUND"),
    ],
)
def test_a_post_that_may_not_be(fields: dict[str, Any], reason: str) -> None:
    """The failure says why."""
    with pytest.raises(Failure) as caught:
        post(**fields).check()
    assert reason == caught.value.reason


def test_an_edit_replaces_what_it_names() -> None:
    """And the time of the last change; counts stay."""
    later = NOW + timedelta(hours=1)
    before = post(like_count=3)
    after = before.edited({"content": "bye"}, by=ANN, at=later)
    assert ("bye", later, NOW, 3) == (after.content, after.updated_at, after.created_at, after.like_count)


def test_nobody_else_edits() -> None:
    """Not even with an edit that changes nothing."""
    with pytest.raises(NotTheAuthor):
        post().edited({}, by=UserId(uuid7()), at=NOW)
