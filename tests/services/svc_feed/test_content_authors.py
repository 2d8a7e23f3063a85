"""Who wrote posts and comments is told to services that ask for somebody who may read them."""

from typing import Any

import pytest

from guild.common.v1 import content_ref_pb2 as content
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.trust.v1 import content_author_service_pb2 as authors
from guild.trust.v1.content_author_service_pb2_grpc import ContentAuthorServiceStub
from mesh.errors import Failure, PermissionDenied
from mesh.ids import uuid7
from mesh.testing import SignedIn, TestIdentity

MISSING = "CONTENT_NOT_FOUND"
POST, COMMENT = content.CONTENT_KIND_POST, content.CONTENT_KIND_COMMENT


async def author(
    staged: Any, identity: TestIdentity, viewer: SignedIn, ref: content.ContentRef, metadata: Any = None
) -> tuple[str, bool] | str:
    """Who wrote it, and whether its readers are told; or why that is not told."""
    request = authors.GetContentAuthorRequest(content=ref, viewer_id=str(viewer.user_id))
    asking = identity.service_metadata("profile", "feed") if metadata is None else metadata
    try:
        reply = await ContentAuthorServiceStub(staged.feed.channel).GetContentAuthor(request, metadata=asking)
    except Failure as failure:
        return failure.reason
    return reply.author_id, reply.told


async def posted(staged: Any, by: SignedIn, visibility: Any = model.VISIBILITY_CONNECTIONS) -> content.ContentRef:
    request = pb.CreatePostRequest(content="hello", visibility=visibility)
    post = (await staged.posts.CreatePost(request, metadata=by.metadata)).post
    return content.ContentRef(kind=POST, id=post.id)


async def commented(staged: Any, by: SignedIn, post: content.ContentRef) -> content.ContentRef:
    request = pb.CreateCommentRequest(post_id=post.id, content="hello")
    comment = (await staged.posts.CreateComment(request, metadata=by.metadata)).comment
    return content.ContentRef(kind=COMMENT, id=comment.id, parent_id=post.id)


@pytest.fixture
def owner(people: Any, identity: TestIdentity) -> SignedIn:
    """Who wrote it all; nobody is related to them yet."""
    owner = identity.sign_in()
    people.owner, people.relations = str(owner.user_id), {}
    return owner


@pytest.mark.parametrize("relation", ["1st", "stranger", "blocked"])
async def test_who_may_see_them_may_have_their_author_named(
    staged: Any, people: Any, identity: TestIdentity, owner: SignedIn, relation: str
) -> None:
    """A post for connections and a comment on it; to all others neither is there."""
    viewer = identity.sign_in()
    people.relations[str(viewer.user_id)] = relation
    post = await posted(staged, owner)
    comment = await commented(staged, owner, post)

    answers = [await author(staged, identity, viewer, ref) for ref in (post, comment)]

    assert [(str(owner.user_id), True) if relation == "1st" else MISSING] * 2 == answers


async def test_what_is_gone_hidden_or_elsewhere_has_no_author(
    staged: Any, identity: TestIdentity, owner: SignedIn
) -> None:
    """Whoever asks."""
    viewer, public = identity.sign_in(), model.VISIBILITY_PUBLIC
    post, other = await posted(staged, owner, public), await posted(staged, owner, public)
    hidden, deleted = await commented(staged, viewer, post), await commented(staged, viewer, post)
    hide = pb.HideCommentRequest(post_id=post.id, comment_id=hidden.id)
    await staged.posts.HideComment(hide, metadata=owner.metadata)
    delete = pb.DeleteCommentRequest(post_id=post.id, comment_id=deleted.id)
    await staged.posts.DeleteComment(delete, metadata=viewer.metadata)
    await staged.posts.DeletePost(pb.DeletePostRequest(post_id=other.id), metadata=owner.metadata)

    assert (str(viewer.user_id), True) == await author(staged, identity, owner, hidden)
    missing = [
        hidden,
        deleted,
        other,
        content.ContentRef(kind=POST, id=str(uuid7())),
        content.ContentRef(kind=COMMENT, id=hidden.id),
        content.ContentRef(kind=COMMENT, id=hidden.id, parent_id=str(uuid7())),
        content.ContentRef(kind=content.CONTENT_KIND_JOB, id=post.id),
    ]
    answers = [await author(staged, identity, identity.sign_in(), ref) for ref in missing]
    assert [MISSING] * len(missing) == answers


async def test_who_speaks_for_a_company_is_for_services_only(
    staged: Any, identity: TestIdentity, owner: SignedIn
) -> None:
    """They are told that readers do not know."""
    request = pb.CreateCompanyPostRequest(
        author_id=str(owner.user_id), company_id=str(uuid7()), content="we are hiring"
    )
    reply = await staged.posts.CreateCompanyPost(request, metadata=identity.service_metadata("jobs", "feed"))
    ref = content.ContentRef(kind=POST, id=reply.post.id)
    assert (str(owner.user_id), False) == await author(staged, identity, identity.sign_in(), ref)


async def test_members_may_not_ask(staged: Any, identity: TestIdentity, owner: SignedIn) -> None:
    """Nor anybody who is not a service."""
    ref = await posted(staged, owner, model.VISIBILITY_PUBLIC)
    answers = [await author(staged, identity, owner, ref, by) for by in (owner.metadata, ())]
    assert [PermissionDenied.reason] * 2 == answers
