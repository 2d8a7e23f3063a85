"""What of each table is a member's: exported to them, and erased with them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, Table, Uuid, cast, func, null, select, update

from mesh.data import Record, Transaction, batch, by_column, constant, statement
from mesh.privacy import ME, NOBODY, Blank, Delete, Impersonal, Keep, Personal, Rules, mesh_rules
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey
from svc_feed.store import polls
from svc_feed.store.comment_reactions import count_off, forget_of
from svc_feed.store.engagement import COUNT, counted
from svc_feed.store.personal_mentions import MENTIONED
from svc_feed.store.personal_promotion import PROMOTION
from svc_feed.store.personal_safety import SAFETY
from svc_feed.store.tables import (
    article_pages,
    author_reach,
    bookmarks,
    comment_reactions,
    comments,
    drafts,
    engagement,
    feed_preferences,
    feed_readers,
    follower_days,
    media,
    media_index,
    media_uses,
    metadata,
    poll_votes,
    post_index,
    post_revisions,
    post_search,
    post_topics,
    posts,
    recorded_rankings,
    topic_follows,
    topics,
    view_days,
    wide_authors,
)
from svc_feed.store.topics import FEWER_FOLLOWERS, FEWER_POSTS

_p, _c, _e = posts.c, comments.c, engagement.c
DELETED = "[deleted]"
"""What stands where a post was that others talk about."""

_OF = ("post_author_id", "post_id", "fewer")
_posts = batch(post_author_id=Uuid(), post_id=Uuid(), fewer=Integer())
_THESE = (_p.author_id == _posts.c.post_author_id, _p.id == _posts.c.post_id)
_REPLIED = ("post_author_id", "post_id", "parent_id", "fewer")
_parents = batch(post_author_id=Uuid(), post_id=Uuid(), parent_id=Uuid(), fewer=Integer())
_FEWER_COMMENTS = statement(
    update(posts).where(*_THESE).values(comment_count=func.greatest(_p.comment_count - _posts.c.fewer, constant(0))),
    name="fewer comments",
)
_FEWER_REPLIES = statement(
    update(comments)
    .where(
        _c.post_author_id == _parents.c.post_author_id,
        _c.post_id == _parents.c.post_id,
        _c.id == _parents.c.parent_id,
    )
    .values(reply_count=func.greatest(_c.reply_count - _parents.c.fewer, constant(0))),
    name="fewer replies",
)


async def _count_likes(tx: Transaction, gone: Sequence[Record]) -> None:
    fewer: dict[PostKey, Counter[Reaction]] = {}
    for row in sorted(gone, key=lambda row: (row["post_author_id"], row["post_id"])):
        post = PostKey(row["post_author_id"], row["post_id"])
        fewer.setdefault(post, Counter())[Reaction(row["reaction"])] -= 1
    await tx.execute(COUNT, **counted(fewer))


async def _count_comments(tx: Transaction, gone: Sequence[Record]) -> None:
    shown = [row for row in gone if not (row["removed"] or row["held"])]
    await forget_of(tx, gone)
    await tx.execute(_FEWER_COMMENTS, **_fewer(_OF, shown))
    if replies := [row for row in shown if row["parent_id"] is not None]:
        await tx.execute(_FEWER_REPLIES, **_fewer(_REPLIED, replies))


async def _count_topic_posts(tx: Transaction, gone: Sequence[Record]) -> None:
    await tx.execute(FEWER_POSTS, **_fewer(("topic", "more"), gone))


async def _count_followers(tx: Transaction, gone: Sequence[Record]) -> None:
    await tx.execute(FEWER_FOLLOWERS, **_fewer(("topic", "more"), gone))


def _fewer(names: Sequence[str], gone: Sequence[Record]) -> dict[str, list[Any]]:
    found = Counter(tuple(row[name] for name in names[:-1]) for row in gone)
    return by_column(names, [(*where, number) for where, number in sorted(found.items())])


_NO_MEDIA = cast(constant("{}"), ARRAY(Uuid))
_COMPANYS = "what the company said"


def _said_by_company(found: Table) -> ColumnElement[bool]:
    """Of what posts are found by: that of a company, whose post stays."""
    said = select(_p.id).where(_p.author_id == found.c.author_id, _p.id == found.c.post_id, _p.company_id.is_not(None))
    return said.exists()


_PLACE = "post_author_id post_id id parent_id sequence thread"
_REPLIES = "replies of others hang on its place"
_DECIDED = "what moderation, or the post's author, decided about the place"
_UNNAMED = {"mentioned_ids": null(), "mention_spans": null()}
_NONE = {"reaction_count": constant(0), "reaction_counts": cast(constant("{}"), ARRAY(Integer))}
_EMPTY = "empty places of nobody, so that replies of others stay readable"

RULES = Rules(
    metadata,
    [
        Personal(
            posts,
            (_p.author_id == ME) & _p.company_id.is_(None),
            Blank(
                {
                    "title": null(),
                    "content": constant(DELETED),
                    "media_ids": _NO_MEDIA,
                    "shared_post_id": null(),
                    "shared_author_id": null(),
                    "detached_from": null(),
                    "list_id": null(),
                    "cover_media_id": null(),
                    "excerpt": null(),
                    "reading_minutes": null(),
                    "erased_at": func.now(),
                    "poll_question": null(),
                    "poll_options": null(),
                    "poll_ends_at": null(),
                    "poll_votes": null(),
                    **_UNNAMED,
                },
                {
                    "author_id company_id id kind visibility": "what others wrote about it hangs on its place",
                    "comment_audience quote_audience": "for whom its place was",
                    "like_count reaction_counts comment_count share_count comment_sequence": "numbers",
                    "revision searchable_by looked_by": "numbers",
                    "created_at updated_at deleted_at edited_at edits_told_at": "its place in time",
                    "removed decision_id held held_for limited_for announced moderated_at": _DECIDED,
                },
                _p.erased_at.is_not(None),
                "empty places, so that what others wrote beneath stays readable",
            ),
            section="posts",
            shows="id kind title content excerpt reading_minutes media_ids cover_media_id visibility"
            " like_count reaction_counts comment_count share_count created_at updated_at edited_at deleted_at"
            " removed decision_id held held_for limited_for moderated_at revision shared_post_id shared_author_id"
            " detached_from mentioned_ids mention_spans"
            " list_id comment_audience quote_audience poll_question poll_options poll_ends_at poll_votes",
            hides={
                "author_id": "the member",
                "company_id": "these are no company's",
                "comment_sequence erased_at edits_told_at announced": "what the service counts by",
                "searchable_by looked_by": "versions of rules",
            },
        ),
        Personal(
            posts,
            (_p.author_id == ME) & _p.company_id.is_not(None),
            Blank(
                {"media_ids": _NO_MEDIA, "cover_media_id": null()},
                {
                    "author_id": "an id that is nobody's any more, under which the post lies",
                    "id company_id kind title content excerpt reading_minutes mentioned_ids mention_spans": _COMPANYS,
                    "visibility list_id comment_audience quote_audience": _COMPANYS,
                    "shared_post_id shared_author_id detached_from": _COMPANYS,
                    "poll_question poll_options poll_ends_at poll_votes": _COMPANYS,
                    "like_count reaction_counts comment_count share_count comment_sequence": "numbers",
                    "revision searchable_by looked_by": "numbers",
                    "created_at updated_at deleted_at edited_at edits_told_at erased_at": "its place in time",
                    "removed decision_id held held_for limited_for announced moderated_at": _DECIDED,
                },
                _p.media_ids == _NO_MEDIA,
                "what the member wrote in a company's name stays as the company's, without pictures",
            ),
            section="company_posts",
            shows="id company_id content media_ids mentioned_ids mention_spans"
            " created_at updated_at edited_at deleted_at",
            hides={
                "author_id": "the member",
                "kind title visibility list_id comment_audience quote_audience shared_post_id shared_author_id"
                " detached_from"
                " cover_media_id excerpt reading_minutes"
                " poll_question poll_options poll_ends_at poll_votes": "a company's post has none, or always the same",
                "like_count reaction_counts comment_count share_count revision": "how others answered the company",
                "removed decision_id held held_for limited_for moderated_at": "decisions about the company's post",
                "comment_sequence erased_at edits_told_at announced": "what the service counts by",
                "searchable_by looked_by": "versions of rules",
            },
        ),
        Personal(
            post_revisions,
            post_revisions.c.author_id == ME,
            Delete(),
            section="post_revisions",
            shows="post_id revision changed title content edited_at",
            hides={"author_id": "the member"},
        ),
        Personal(
            drafts,
            drafts.c.author_id == ME,
            Delete(),
            section="drafts",
            shows="id kind title content media_ids cover_media_id mentioned_ids mention_spans visibility list_id"
            " comment_audience quote_audience"
            " poll_question poll_options poll_ends_at shared_post_id publish_at refused_for refusal refused_at"
            " post_id published_at created_at updated_at revision",
            hides={"author_id": "the member"},
        ),
        Personal(
            article_pages,
            article_pages.c.author_id == ME,
            Delete(),
            unseen="made of the articles",
        ),
        Personal(
            post_index,
            None,
            Keep("where an empty place is: ids alone"),
            unseen="ids of the posts",
        ),
        Personal(
            engagement,
            _e.user_id == ME,
            Delete(_count_likes, (_e.reaction,)),
            section="reactions",
            shows="post_author_id post_id reaction created_at",
            hides={"user_id": "the member", "type": "always a reaction"},
        ),
        Personal(
            poll_votes,
            poll_votes.c.user_id == ME,
            Delete(polls.count_off, (poll_votes.c.option,)),
            section="poll_votes",
            shows="post_author_id post_id option created_at",
            hides={"user_id": "the member"},
        ),
        Personal(
            bookmarks,
            bookmarks.c.user_id == ME,
            Delete(),
            section="bookmarks",
            shows="post_author_id post_id created_at",
            hides={"user_id": "the member"},
        ),
        Personal(
            comment_reactions,
            comment_reactions.c.user_id == ME,
            Delete(count_off, (comment_reactions.c.reaction,)),
            section="comment_reactions",
            shows="post_author_id post_id comment_id reaction created_at",
            hides={"user_id": "the member"},
        ),
        Personal(
            comments,
            (_c.author_id == ME) & _c.deleted_at.is_(None),
            Blank(
                {"author_id": NOBODY, "content": constant(""), "deleted_at": func.now(), "edited_at": null()}
                | _NONE
                | _UNNAMED,
                {
                    _PLACE: _REPLIES,
                    "reply_count created_at": "of the thread",
                    "removed decision_id held held_for moderated_at hidden": _DECIDED,
                    "revision looked_by": "numbers",
                },
                _c.author_id == NOBODY,
                _EMPTY,
                settle=_count_comments,
                returning=(_c.parent_id, _c.removed, _c.held),
            ),
            section="comments",
            shows="post_author_id post_id id parent_id content reply_count reaction_count reaction_counts created_at"
            " edited_at revision hidden removed decision_id held held_for moderated_at mentioned_ids mention_spans",
            hides={
                "author_id deleted_at": "the member's, not deleted",
                "sequence thread": "its place in the order",
                "looked_by": "a version of rules",
            },
        ),
        Personal(
            comments,
            _c.author_id == ME,
            Blank(
                {"author_id": NOBODY, "content": constant(""), "edited_at": null()} | _NONE | _UNNAMED,
                {
                    _PLACE: _REPLIES,
                    "reply_count created_at deleted_at": "of the thread",
                    "removed decision_id held held_for moderated_at hidden": _DECIDED,
                    "revision looked_by": "numbers",
                },
                _c.author_id == NOBODY,
                _EMPTY,
            ),
        ),
        Personal(
            post_search,
            (post_search.c.author_id == ME) & ~_said_by_company(post_search),
            Delete(),
            unseen="the words of the posts, which are exported",
        ),
        Personal(
            post_topics,
            (post_topics.c.author_id == ME) & ~_said_by_company(post_topics),
            Delete(_count_topic_posts),
            unseen="the topics of the posts: their texts say so",
        ),
        Personal(
            topic_follows,
            topic_follows.c.user_id == ME,
            Delete(_count_followers),
            section="topics",
            shows="topic created_at",
            hides={"user_id": "the member"},
        ),
        Personal(
            feed_preferences,
            feed_preferences.c.user_id == ME,
            Delete(),
            section="feed_preferences",
            shows="effect subject name created_at expires_at",
            hides={"user_id": "the member", "id": "its place in the order"},
        ),
        Personal(
            view_days,
            view_days.c.author_id == ME,
            Delete(),
            section="views",
            shows="subject_id day views",
            hides={"author_id": "the member", "audience": "how many saw it, of whom nobody can be told"},
        ),
        Personal(
            follower_days,
            follower_days.c.author_id == ME,
            Delete(),
            section="follower_days",
            shows="day gained lost",
            hides={"author_id": "the member"},
        ),
        Impersonal(topics, "how often something is written of and followed, by whomever"),
        Personal(
            wide_authors,
            wide_authors.c.author_id == ME,
            Delete(),
            unseen="how the service works: from when on posts of the member are merged into feeds",
        ),
        Personal(
            author_reach,
            author_reach.c.author_id == ME,
            Delete(),
            unseen="how the service works: by which numbers posts of the member are merged into feeds",
        ),
        Personal(
            feed_readers,
            feed_readers.c.user_id == ME,
            Delete(),
            section="feed",
            shows="read_at reads",
            hides={"user_id": "the member", "due_at": "how the service works: when the feed is built anew"},
        ),
        Personal(
            media_uses,
            media_uses.c.owner_id == ME,
            Delete(),
            unseen="which posts show what: the posts say so",
        ),
        Personal(
            media_index,
            media_index.c.owner_id == ME,
            Delete(),
            unseen="ids of the media",
        ),
        Personal(
            media,
            media.c.owner_id == ME,
            Delete(),
            section="media",
            shows="id content_type size_bytes sha256 alt_text state failure variants page_count created_at",
            hides={"owner_id": "the member", "tries expires_at": "what the service works by"},
        ),
        Personal(
            recorded_rankings,
            recorded_rankings.c.viewer_id == ME,
            Delete(),
            section="recorded_rankings",
            shows="id scoring candidates given recorded_at",
            hides={"viewer_id": "the member"},
        ),
        *MENTIONED,
        *SAFETY,
        *PROMOTION,
        *mesh_rules(metadata),
    ],
)
STATEMENTS = [compiled.statements for compiled in RULES.personal]
