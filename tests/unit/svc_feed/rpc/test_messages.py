"""Requests as the domain reads them."""

import pytest

from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.ids import uuid7
from svc_feed.domain.post import Kind
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Visibility
from svc_feed.rpc import messages


def test_what_a_draft_leaves_open() -> None:
    """A post, for connections, without a title."""
    draft = messages.draft(pb.CreatePostRequest(content="x"))
    assert (Kind.POST, Visibility.CONNECTIONS, None, ()) == (
        draft.kind,
        draft.visibility,
        draft.title,
        draft.media_ids,
    )


def test_enums_match_by_name() -> None:
    """Every value of the contract has one in the domain, but the unspecified."""
    numbers = model.Reaction.values()[1:]
    assert tuple(Reaction) == messages.reactions_of(numbers) == messages.reactions_of(())
    assert numbers == [messages.REACTION_OUT[reaction] for reaction in Reaction]
    assert (tuple(Kind), (Kind.ARTICLE,)) == (messages.kinds(()), messages.kinds([model.POST_KIND_ARTICLE]))


@pytest.mark.parametrize(
    ("post", "mask", "expected"),
    [
        (model.Post(content="x"), [], {"content": "x"}),
        (model.Post(content="x", title="t"), ["title"], {"title": "t"}),
        (model.Post(content="x"), ["title"], {"title": None}),
        (model.Post(visibility=model.VISIBILITY_PRIVATE), [], {"visibility": Visibility.PRIVATE}),
        (model.Post(like_count=3), [], {"like_count": None}),
    ],
)
def test_an_update_names_its_fields(post: model.Post, mask: list[str], expected: dict[str, object]) -> None:
    """By its mask, or by what it sets; the id is no field to change."""
    request = pb.UpdatePostRequest(post=post)
    request.post.id = str(uuid7())
    request.update_mask.paths.extend(mask)
    assert expected == messages.changes(request)
