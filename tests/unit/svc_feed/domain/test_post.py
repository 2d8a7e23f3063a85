"""What a post may be, and who may change it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mesh.errors import Failure
from mesh.ids import uuid7
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Draft, Kind, NotTheAuthor, Post, PostNotShareable
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
        {"content": "", "shared_post_id": PostId(uuid7()), "shared_author_id": ANN},
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
        ({"content": "\u2800\u3164"}, "CONTENT_MISSING"),
        ({"title": "a post has none"}, "CONTENT_MISSING"),
        ({"kind": Kind.ARTICLE}, "CONTENT_MISSING"),
        ({"content": "x" * 3_001}, "CONTENT_TOO_LONG"),
        ({"kind": Kind.ARTICLE, "title": "t", "content": "x" * 120_001}, "CONTENT_TOO_LONG"),
    ],
)
def test_a_post_that_may_not_be(fields: dict[str, Any], reason: str) -> None:
    """The failure says why."""
    with pytest.raises(Failure) as caught:
        post(**fields).check()
    assert reason == caught.value.reason


def test_an_edit_replaces_what_it_names() -> None:
    """The time of the last change and the revision move along; counts stay."""
    later = NOW + timedelta(hours=1)
    before = post(like_count=3)
    after = before.edited({"content": "bye"}, by=ANN, at=later)
    assert ("bye", later, NOW, 3) == (after.content, after.updated_at, after.created_at, after.like_count)
    assert (["content"], before.revision + 1) == (after.changed_since(before), after.revision)
    assert after.etag != before.etag


def test_an_edit_that_changes_nothing_is_none() -> None:
    """Time, revision and etag stay."""
    before = post()
    assert before is before.edited({"content": "hello", "visibility": Visibility.PUBLIC}, by=ANN, at=NOW)


def test_an_edit_of_another_revision_is_refused() -> None:
    """ETAG_MISMATCH; the current one is let through, and so is none."""
    before = post(revision=2)
    with pytest.raises(Failure) as caught:
        before.edited({"content": "bye"}, by=ANN, at=NOW, etag="1")
    assert caught.value.reason == "ETAG_MISMATCH"
    assert ["bye", "bye"] == [
        before.edited({"content": "bye"}, by=ANN, at=NOW, etag=etag).content for etag in ("", before.etag)
    ]


def test_only_what_is_for_everybody_is_shared() -> None:
    """The share keeps whose post it carries."""
    original = post()
    share = Post.published(Draft(), by=UserId(uuid7()), at=NOW, sharing=original)
    assert (original.id, ANN, Visibility.CONNECTIONS) == (
        share.shared_post_id,
        share.shared_author_id,
        share.visibility,
    )
    with pytest.raises(PostNotShareable):
        Post.published(Draft(), by=ANN, at=NOW, sharing=post(visibility=Visibility.CONNECTIONS))


def test_nobody_else_edits() -> None:
    """Not even with an edit that changes nothing."""
    with pytest.raises(NotTheAuthor):
        post().edited({}, by=UserId(uuid7()), at=NOW)
