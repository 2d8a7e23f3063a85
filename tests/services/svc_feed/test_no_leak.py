"""Nothing of a post reaches anybody who may not see it: every method whose answer holds some, for every relation.

Each post of the owner has a secret of its own in its text, its revisions, the comment below it and the name of its
picture. Whatever a method answers is searched for the secrets as bytes, wherever in the answer they may be.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from google.protobuf.descriptor import Descriptor
from google.protobuf.timestamp_pb2 import Timestamp

from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from guild.feed.v1 import topic_service_pb2 as topics
from guild.media.v1 import media_service_pb2 as media
from guild.privacy.v1 import personal_data_service_pb2 as personal
from guild.privacy.v1.personal_data_service_pb2_grpc import PersonalDataServiceStub
from mesh.contract import Access, spec
from mesh.errors import NotFound, Unauthenticated
from mesh.ids import uuid7
from mesh.objects import Objects
from mesh.testing import TestIdentity
from tests.services.svc_feed.people import THE_LIST
from tests.services.svc_feed.test_access import LIST, PUBLIC, RELATIONS, SHOWN, VISIBILITIES, served
from tests.services.svc_feed.test_media import MP4, Shelf

CONTENT = {
    *("guild.feed.v1.Post", "guild.feed.v1.Comment", "guild.feed.v1.PostRevision", "guild.feed.v1.PostReaction"),
    "guild.media.v1.Media",
}
"""What says something of a post, or of who answered one."""
OF_THE_CALLER = {
    *("CreatePost", "SharePost", "UpdatePost", "PublishDraft", "CreateComment", "EditComment"),
    *("CreateUpload", "CompleteUpload"),
}
"""Methods that answer with what the caller has just written; who may call them is in test_access.py."""


class Owned(NamedTuple):
    """A post with all that hangs on it."""

    visibility: int
    secret: str
    post_id: str
    comment_id: str
    media_id: str


@dataclass(frozen=True)
class Gallery:
    """Posts of one owner, for each audience one, among viewers who answered what they saw before they were parted."""

    world: Any
    identity: TestIdentity
    word: str
    owner: Any
    viewers: Mapping[str, Any]
    posts: Sequence[Owned]
    share: str

    def metadata(self, relation: str) -> Any:
        if relation == "anonymous":
            return ()
        return (self.owner if relation == "self" else self.viewers[relation]).metadata


Requests = Callable[[Gallery], Iterator[Any]]


def each_post(make: Any) -> Requests:
    return lambda gallery: (make(post_id=owned.post_id) for owned in gallery.posts)


def ordered(order: Any) -> Requests:
    return lambda _: iter([feeds.GetFeedRequest(limit=100, order=order)])


def once(make: Callable[[Gallery], Any]) -> Requests:
    return lambda gallery: iter([make(gallery)])


PROBES: dict[str, tuple[Requests, set[int]]] = {
    "GetFeed": (ordered(feeds.FEED_ORDER_RANKED), {*VISIBILITIES}),
    "GetFeed, newest first": (ordered(feeds.FEED_ORDER_RECENT), {*VISIBILITIES}),
    "GetPost": (each_post(pb.GetPostRequest), {*VISIBILITIES}),
    "GetPost, a share": (once(lambda gallery: pb.GetPostRequest(post_id=gallery.share)), {PUBLIC}),
    "ListPostRevisions": (each_post(pb.ListPostRevisionsRequest), {*VISIBILITIES}),
    "ListUserPosts": (once(lambda one: feeds.ListUserPostsRequest(user_id=str(one.owner.user_id))), {*VISIBILITIES}),
    "ListCompanyPosts": (
        once(lambda gallery: feeds.ListCompanyPostsRequest(company_id=str(gallery.owner.user_id))),
        set(),
    ),
    "SearchPosts": (once(lambda gallery: pb.SearchPostsRequest(q=gallery.word)), {*VISIBILITIES}),
    "ListTopicPosts": (once(lambda gallery: topics.ListTopicPostsRequest(topic=gallery.word)), {PUBLIC}),
    "ListBookmarks": (once(lambda _: pb.ListBookmarksRequest()), {*VISIBILITIES}),
    "ListMyActivity": (once(lambda _: pb.ListMyActivityRequest()), {*VISIBILITIES}),
    "ListShares": (each_post(pb.ListSharesRequest), {PUBLIC}),
    "ListComments": (each_post(pb.ListCommentsRequest), {*VISIBILITIES}),
    "GetMedia": (
        lambda gallery: (media.GetMediaRequest(media_id=owned.media_id) for owned in gallery.posts),
        {*VISIBILITIES},
    ),
    "BatchGetMedia": (
        once(lambda gallery: media.BatchGetMediaRequest(media_ids=[owned.media_id for owned in gallery.posts])),
        {*VISIBILITIES},
    ),
}
"""Requests whose answers may hold secrets, and of which audiences: of shares and topics those of public posts, of
companies none of a member's."""
NUMBERS = {"ListReactions", "ListCommentReactions"}
"""Methods that tell who answered: they answer where the post may be seen, and are asked for each post."""


def texts_of(message: Descriptor, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The messages that one may hold."""
    yield message.full_name
    for part in message.fields:
        if part.message_type is not None and part.message_type.full_name not in seen:
            yield from texts_of(part.message_type, seen | {message.full_name, part.message_type.full_name})


def test_no_method_that_shows_posts_is_missing() -> None:
    """A new one whose answer holds posts, comments, reactions or media is tried here, or only the caller's own."""
    found = {
        name
        for name, path in served().items()
        if spec(path).required_policy.access in {Access.USER, Access.PUBLIC}
        and not CONTENT.isdisjoint(texts_of(spec(path).output.DESCRIPTOR))
    }
    assert found == {probe.partition(",")[0] for probe in PROBES} | NUMBERS | OF_THE_CALLER


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gallery(staged: Any, people: Any, identity: TestIdentity) -> Gallery:
    owner, sharer = identity.sign_in(), identity.sign_in()
    viewers = {one: identity.sign_in() for one in RELATIONS if one not in {"self", "anonymous"}}
    word, shelf = f"w{uuid7().hex}", Shelf(staged, Objects(staged.config.objects))
    people.owner = str(owner.user_id)
    people.relations = {str(viewer.user_id): "listed" for viewer in viewers.values()}
    posts = [await publish(shelf, owner, word, visibility) for visibility in VISIBILITIES]
    for viewer in (*viewers.values(), owner):
        for owned in posts:
            if viewer is owner or owned.visibility in SHOWN["listed"]:
                await answer(staged, viewer, owned)
    public = next(owned for owned in posts if owned.visibility == PUBLIC)
    share = pb.SharePostRequest(post_id=public.post_id, visibility=model.VISIBILITY_PUBLIC)
    shared = (await staged.posts.SharePost(share, metadata=sharer.metadata)).post.id
    people.relations = {str(viewer.user_id): relation for relation, viewer in viewers.items()}
    return Gallery(staged, identity, word, owner, viewers, posts, shared)


async def publish(shelf: Shelf, owner: Any, word: str, visibility: int) -> Owned:
    secret = f"s{uuid7().hex}"
    signed = Signed(str(owner.user_id), owner.metadata)
    medium = await shelf.uploaded(signed, MP4, "video/mp4", alt_text=secret)
    request = pb.CreatePostRequest(
        content=f"#{word} {secret}", visibility=model.Visibility.ValueType(visibility), media_ids=[medium.id]
    )
    if visibility == LIST:
        request.list_id = THE_LIST
    posts = shelf.world.posts
    post_id = (await posts.CreatePost(request, metadata=owner.metadata)).post.id
    edit = pb.UpdatePostRequest(post=model.Post(id=post_id, content=f"#{word} again {secret}"))
    await posts.UpdatePost(edit, metadata=owner.metadata)
    said = pb.CreateCommentRequest(post_id=post_id, content=secret)
    comment = (await posts.CreateComment(said, metadata=owner.metadata)).comment
    return Owned(visibility, secret, post_id, comment.id, medium.id)


class Signed(NamedTuple):
    """A member as the helpers of media want one."""

    id: str
    metadata: Any


async def answer(world: Any, viewer: Any, owned: Owned) -> None:
    """All that leaves a post in a list of the viewer's own."""
    post, metadata = {"post_id": owned.post_id}, viewer.metadata
    await world.posts.BookmarkPost(pb.BookmarkPostRequest(**post), metadata=metadata)
    await world.posts.ReactToPost(pb.ReactToPostRequest(**post), metadata=metadata)
    await world.posts.CreateComment(pb.CreateCommentRequest(**post, content="mine"), metadata=metadata)


def stub_of(world: Any, method: str) -> Any:
    stubs = (world.posts, world.feeds, world.topics, world.media)
    return next(getattr(stub, method) for stub in stubs if hasattr(stub, method))


async def told(gallery: Gallery, method: str, requests: Iterator[Any], relation: str) -> bytes:
    """All that a method answers, as bytes; what is not there says nothing."""
    call, said = stub_of(gallery.world, method), b""
    for request in requests:
        try:
            said += (await call(request, metadata=gallery.metadata(relation))).SerializeToString()
        except NotFound as refused:
            said += refused.message.encode()
        except Unauthenticated:
            assert relation == "anonymous"
    return said


@pytest.mark.parametrize("relation", RELATIONS)
async def test_answers_hold_what_the_caller_may_see(gallery: Gallery, relation: str) -> None:
    """Every audience, every method: what is shown is what the policy says, no more and no less."""
    actual, wanted = {}, {}
    for probe, (requests, audiences) in PROBES.items():
        method = probe.partition(",")[0]
        said = await told(gallery, method, requests(gallery), relation)
        actual[probe] = {owned.visibility for owned in gallery.posts if owned.secret.encode() in said}
        reached = relation != "anonymous" or spec(served()[method]).required_policy.access is Access.PUBLIC
        wanted[probe] = SHOWN[relation] & audiences if reached else set()
    if relation == "anonymous":
        wanted["GetPost, a share"] = set()  # what is shared is for members
    assert wanted == actual


@pytest.mark.parametrize("relation", RELATIONS)
async def test_who_answered_is_told_with_the_post(gallery: Gallery, relation: str) -> None:
    """Reactions to a post and to a comment: to whom the post is shown."""
    for owned in gallery.posts:
        shown = relation != "anonymous" and owned.visibility in SHOWN[relation]
        for request in (
            pb.ListReactionsRequest(post_id=owned.post_id),
            pb.ListCommentReactionsRequest(post_id=owned.post_id, comment_id=owned.comment_id),
        ):
            call = stub_of(gallery.world, type(request).__name__.removesuffix("Request"))
            try:
                await call(request, metadata=gallery.metadata(relation))
            except (NotFound, Unauthenticated):
                assert not shown
            else:
                assert shown


@pytest.mark.parametrize("relation", [one for one in RELATIONS if one not in {"self", "anonymous"}])
async def test_what_is_new_counts_what_is_shown(gallery: Gallery, relation: str) -> None:
    """A number tells as well: of the owner's posts those that may be seen."""
    request = feeds.CountNewPostsRequest(since=Timestamp(seconds=1))
    reply = await gallery.world.feeds.CountNewPosts(request, metadata=gallery.metadata(relation))
    assert len(SHOWN[relation]) == reply.count


@pytest.mark.parametrize("relation", [relation for relation in RELATIONS if relation != "anonymous"])
async def test_an_export_has_the_members_own_alone(gallery: Gallery, relation: str) -> None:
    """Nothing of what others wrote, be it that the member answered it."""
    member = gallery.owner if relation == "self" else gallery.viewers[relation]
    stub = PersonalDataServiceStub(gallery.world.feed.channel)
    request = personal.ExportUserRequest(user_id=str(member.user_id))
    stream = stub.ExportUser(request, metadata=gallery.identity.service_metadata("profile", "feed"))
    said = "".join([record async for part in stream for record in part.records])
    assert (relation == "self") == any(owned.secret in said for owned in gallery.posts)
    assert "mine" in said
