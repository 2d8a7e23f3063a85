"""The feed as bytes says what the messages of the contract say."""

import dataclasses
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from guild.feed.v1 import feed_service_pb2 as pb
from guild.feed.v1 import post_pb2 as model
from svc_feed.domain.answers import AnswerAudience
from svc_feed.domain.author import Author
from svc_feed.domain.ids import CampaignId, ImpressionId, PostId, UserId
from svc_feed.domain.item import Item, Own
from svc_feed.domain.mention import Mention, ShownMention
from svc_feed.domain.offer import POSITION, Offer, Promoted
from svc_feed.domain.poll import Poll, Standing
from svc_feed.domain.post import Kind, Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey
from svc_feed.domain.visibility import Verdict, Visibility
from svc_feed.rpc import messages
from svc_feed.rpc.wire import FeedWriter
from svc_feed.usecases.get_feed import FeedPage

counts = st.integers(0, 2**31 - 1)
moments = st.floats(1e9, 7e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
posts = st.builds(
    Post,
    id=st.uuids().map(PostId),
    author_id=st.uuids().map(UserId),
    kind=st.sampled_from(Kind),
    content=st.text(max_size=400),
    visibility=st.sampled_from(Visibility),
    created_at=moments,
    updated_at=moments,
    title=st.none() | st.text(min_size=1, max_size=20),
    like_count=counts,
    reaction_counts=st.lists(counts, max_size=6).map(tuple),
    poll=st.none() | st.builds(Poll, st.text(), st.just(("a", "b")), moments),
    comment_count=counts,
    share_count=counts,
    revision=st.integers(1, 1_000),
    comment_audience=st.sampled_from(AnswerAudience),
    quote_audience=st.sampled_from(AnswerAudience),
    media_ids=st.lists(st.uuids(), max_size=3).map(tuple),
    shared_post_id=st.none() | st.uuids().map(PostId),
    shared_author_id=st.none() | st.uuids().map(UserId),
    excerpt=st.none() | st.text(max_size=20),
    reading_minutes=st.none() | st.integers(1, 99),
)
authors = st.builds(Author, st.uuids().map(UserId), st.text(max_size=200), st.text(), st.text())
verdicts = st.builds(Verdict, *[st.booleans()] * 6)
mentions = st.builds(ShownMention, st.builds(Mention, st.uuids().map(UserId), counts, counts), st.text())
items = st.builds(
    lambda post, author, verdict, own, shared, viewer, mentions: Item(
        post,
        author,
        verdict,
        own,
        *shared,
        shared_verdict=verdict,
        viewer=viewer,
        standing=post.poll and Standing((), 3, own.chosen, ended=False),
        mentions=mentions,
        shared_mentions=mentions if shared[0] else (),
    ),
    posts,
    authors,
    verdicts,
    st.builds(Own, st.none() | st.sampled_from(Reaction), st.booleans(), st.none() | st.integers(0, 3)),
    st.just((None, None)) | st.tuples(posts, authors),
    st.none() | st.uuids().map(UserId),
    st.lists(
        st.builds(ShownMention, st.builds(Mention, st.uuids().map(UserId), counts, counts), st.text()), max_size=2
    ).map(tuple),
)
pages = st.builds(
    FeedPage,
    st.lists(st.tuples(st.floats(allow_nan=False), items), max_size=4),
    st.text(max_size=300),
    st.none() | st.floats(1e9, 7e9),
    st.frozensets(st.sampled_from(["cache", "profile"])),
    scoring=st.sampled_from(["", "2"]),
)

offers = st.builds(
    Offer,
    st.builds(PostKey, st.uuids().map(UserId), st.uuids().map(PostId)),
    st.uuids().map(CampaignId),
    st.uuids().map(ImpressionId),
    st.integers(0, 10**18),
    st.dates(),
)


def scored(item: model.PostItem, score: float) -> model.PostItem:
    item.score = score
    return item


def as_message(page: FeedPage) -> pb.GetFeedResponse:
    return pb.GetFeedResponse(
        items=[scored(messages.item(item), score) for score, item in page.items],
        next_page_token=page.next_page_token,
        quality=messages.quality(page.missing, page.built_at),
        scoring_version=page.scoring,
    )


@given(st.lists(st.tuples(st.floats(allow_nan=False), items), min_size=POSITION, max_size=POSITION + 2), items, offers)
def test_a_promoted_item_comes_fifth(found: list[tuple[float, Item]], item: Item, offer: Offer) -> None:
    """With what it is told of by, and without a score; all others are as they are without it."""
    page = FeedPage(found, "", promoted=Promoted(offer, item))
    expected = as_message(page)
    paid = messages.item(item)
    paid.MergeFrom(messages.paid(offer))
    assert (True, str(offer.impression_id)) == (paid.promoted, paid.impression_id)
    wanted = [*expected.items[:POSITION], paid, *expected.items[POSITION:]]
    assert wanted == [*pb.GetFeedResponse.FromString(FeedWriter()(page)).items]


@given(pages)
def test_bytes_and_message_agree(page: FeedPage) -> None:
    """Whatever the page holds, written for the first time or from what is kept."""
    write = FeedWriter()
    for _ in range(2):
        assert as_message(page) == pb.GetFeedResponse.FromString(write(page))


def for_another(item: Item, which: int, at: int) -> dict[str, Any]:
    """What differs for another reader, or in another feed."""
    others = {8: {"often": not item.often}, 9: {"of_topic": not item.of_topic}, 10: {"viewer": None, "mentions": ()}}
    return others.get(which, {"viewer": UserId(UUID(int=at))})


def edited(item: Item, at: int) -> Item:
    """The same post somewhat later, or as another reader sees it."""
    post, shared, change = item.post, item.shared, dict[str, Any]()
    match at % 13:
        case 0:
            change = {"post": dataclasses.replace(post, content=f"{at}", revision=post.revision + 1)}
        case 1:
            counts = {"like_count": at, "comment_count": at % 3, "share_count": 0}
            change = {"post": dataclasses.replace(post, **counts, reaction_counts=(at, 1))}
        case 2:
            change = {"author": dataclasses.replace(item.author, name=f"{at}")}
        case 3:
            change = {"verdict": Verdict(), "own": Own(Reaction.FUNNY, bookmarked=True), "mentions": ()}
        case 4:
            change = {"shared": None, "shared_author": None, "shared_mentions": ()}
        case 5 if shared is not None:
            change = {"shared": dataclasses.replace(shared, like_count=at)}
        case 6:
            change = {"media_urls": (f"https://example.com/{at}",)}
        case 7 if shared is not None:
            change = {"shared_media_urls": (f"https://example.com/{at}",)}
        case 8 | 9 | 10 | 11 as which:
            change = for_another(item, which, at)
        case _:
            change = {"post": dataclasses.replace(post)}  # read anew, and nothing changed
    return item._replace(**change)


@given(items, st.lists(st.integers(0, 2**31 - 1), max_size=8), st.floats(allow_nan=False))
def test_later_and_for_others_bytes_and_message_agree(item: Item, changes: list[int], score: float) -> None:
    """What is kept of a post is not shown when anything of it is another, or its reader is."""
    write, states = FeedWriter(), [item]
    for at in changes:
        states.append(edited(states[-1], at))
    for state in (*states, *reversed(states)):
        page = FeedPage([(score, state)], "")
        assert as_message(page) == pb.GetFeedResponse.FromString(write(page))
