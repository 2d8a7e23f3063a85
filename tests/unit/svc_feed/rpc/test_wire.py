"""The feed as bytes says what the messages of the contract say."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from guild.feed.v1 import feed_service_pb2 as pb
from guild.feed.v1 import post_pb2 as model
from svc_feed.domain.author import Author
from svc_feed.domain.feed import Entry
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Kind, Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import OWN, Verdict, Visibility
from svc_feed.rpc import messages
from svc_feed.rpc.wire import FeedWriter
from svc_feed.usecases.get_feed import FeedPage, Item
from svc_feed.usecases.show import Shown

counts = st.integers(0, 2**31 - 1)
moments = st.floats(1e9, 7e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
posts = st.builds(
    Post,
    id=st.uuids().map(PostId),
    author_id=st.sampled_from([UserId(UUID(int=number)) for number in range(3)]),
    kind=st.sampled_from(Kind),
    content=st.text(max_size=400),
    visibility=st.sampled_from(Visibility),
    created_at=moments,
    updated_at=moments,
    title=st.none() | st.text(min_size=1, max_size=20),
    like_count=counts,
    comment_count=counts,
    share_count=counts,
)
items = st.builds(
    lambda post, score, *around: Item(Entry.of(post.author_id, post.id, score), post, *around),
    posts,
    st.floats(allow_nan=False),
    st.none() | st.sampled_from(Reaction),
    st.builds(Verdict, *[st.booleans()] * 4),
)
pages = st.builds(
    lambda found, name, token: FeedPage(
        found, {item.post.author_id: Author(item.post.author_id, name) for item in found}, token
    ),
    st.lists(items, max_size=4),
    st.text(max_size=200),
    st.text(max_size=300),
)


def scored(item: model.PostItem, score: float) -> model.PostItem:
    item.score = score
    return item


def as_message(page: FeedPage) -> pb.GetFeedResponse:
    return pb.GetFeedResponse(
        items=[
            scored(
                messages.item(Shown(item.post, page.authors[item.post.author_id], item.verdict, item.reaction)),
                item.entry.score,
            )
            for item in page.items
        ],
        next_page_token=page.next_page_token,
    )


@given(pages)
def test_bytes_and_message_agree(page: FeedPage) -> None:
    """Whatever the page holds, written for the first time or from what is kept."""
    write = FeedWriter()
    for _ in range(2):
        assert as_message(page) == pb.GetFeedResponse.FromString(write(page))


@given(posts, counts)
def test_counts_are_never_kept(post: Post, likes: int) -> None:
    """A later read of the same post shows the later count."""
    write = FeedWriter()
    author = {post.author_id: Author(post.author_id)}
    shown: list[int] = []
    for count in (post.like_count, likes):
        later = Post(**{name: getattr(post, name) for name in post.__dataclass_fields__} | {"like_count": count})
        page = FeedPage([Item(Entry.of(post.author_id, post.id, 1.0), later, None, OWN)], author, "")
        shown.append(pb.GetFeedResponse.FromString(write(page)).items[0].post.like_count)
    assert [post.like_count, likes] == shown
