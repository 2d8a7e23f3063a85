"""The tables of the feed service.

Everything about a post lives with its author: `author_id` (`post_author_id` where the row is somebody else's) leads
each key, so that the same schema runs on one PostgreSQL and on a distributed one. Ids are UUIDv7: a range of ids is a
range of time, and the primary key of posts is also their order.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    and_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from mesh.data import mesh_tables
from mesh.privacy import erased_rows_table

metadata = MetaData()
mesh_tables(metadata)
erased_rows_table(metadata)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _mentions(table: str) -> tuple[Column[object] | Index, ...]:
    return (
        Column("mentioned_ids", ARRAY(Uuid), comment="whom its text names; null where nobody"),
        Column("mention_spans", ARRAY(Integer), comment="for each where its words begin, and how long they are"),
        Index(
            f"{table}_mentions",
            "mentioned_ids",
            postgresql_using="gin",
            postgresql_where=text("mentioned_ids IS NOT NULL"),
        ),
    )


posts = Table(
    "posts",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text),
    Column("content", Text, nullable=False),
    Column("media_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("visibility", Text, nullable=False),
    Column("like_count", Integer, nullable=False, server_default="0"),
    Column("reaction_counts", ARRAY(Integer), nullable=False, server_default="{}", comment="by kind, in their order"),
    Column("comment_count", Integer, nullable=False, server_default="0"),
    Column("share_count", Integer, nullable=False, server_default="0"),
    Column("comment_sequence", BigInteger, nullable=False, server_default="0", comment="of the newest comment"),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("deleted_at", nullable=True),
    Column("revision", Integer, nullable=False, server_default="1", comment="raised by every edit"),
    Column("shared_post_id", Uuid, comment="what a share carries, and whose it is"),
    Column("shared_author_id", Uuid),
    Column("detached_from", Uuid, comment="the post it shared, whose author took it out"),
    _moment("erased_at", nullable=True),
    Column("poll_question", Text),
    Column("poll_options", ARRAY(Text)),
    _moment("poll_ends_at", nullable=True),
    Column("poll_votes", ARRAY(Integer), comment="for each answer, in their order"),
    Column(
        "searchable_by",
        SmallInteger,
        nullable=False,
        server_default="0",
        comment="the version of the rules by which searches find it",
    ),
    Column(
        "looked_by",
        SmallInteger,
        nullable=False,
        server_default="0",
        comment="the version of the rules that looked at its text",
    ),
    Column("removed", Boolean, nullable=False, server_default="false", comment="moderation took it down"),
    Column("decision_id", Uuid, comment="which of its decisions took it down"),
    Column("held", Boolean, nullable=False, server_default="false", comment="somebody has to look at it first"),
    Column("held_for", Text),
    Column("limited_for", Text, comment="why it is not recommended; null where it is"),
    Column("announced", Boolean, nullable=False, server_default="true", comment="others were told that it is there"),
    Column("moderated_at", DateTime(timezone=True), comment="the decision that says so: older ones come too late"),
    Column("list_id", Uuid, comment="whom a post is for that is for an audience list of its author"),
    Column("comment_audience", Text, nullable=False, server_default="everybody", comment="who may comment it"),
    Column("quote_audience", Text, nullable=False, server_default="everybody", comment="who may share it"),
    Column("company_id", Uuid, comment="in whose name its author wrote it"),
    _moment("edited_at", nullable=True),
    Column("cover_media_id", Uuid, comment="one of the media of an article"),
    Column("excerpt", Text, comment="of an article, as below"),
    Column("reading_minutes", Integer),
    Column("edits_told_at", DateTime(timezone=True), comment="when those who answered it were last told of an edit"),
    *_mentions("posts"),
    Index(
        "posts_shares", "shared_author_id", "shared_post_id", "id", postgresql_where=text("shared_post_id IS NOT NULL")
    ),
    Index("posts_of_company", "company_id", "id", postgresql_where=text("company_id IS NOT NULL")),
    Index("posts_searchable_by", "searchable_by"),
    Index("posts_looked_by", "looked_by", "id"),
)

ALIVE = and_(posts.c.deleted_at.is_(None), ~posts.c.removed, ~posts.c.held)
"""Of posts that are shown: neither deleted by their author nor taken down or held by moderation."""

post_revisions = Table(
    "post_revisions",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True, comment="of the post since the edit"),
    Column("changed", ARRAY(Text), nullable=False, comment="fields that say something else since"),
    Column("title", Text, comment="before; null where it did not change, as below"),
    Column("content", Text),
    _moment("edited_at"),
    comment="what edits replaced",
)

drafts = Table(
    "drafts",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True, comment="the post has another one"),
    Column("kind", Text, nullable=False),
    Column("title", Text),
    Column("content", Text, nullable=False),
    Column("media_ids", ARRAY(Uuid), nullable=False),
    Column("cover_media_id", Uuid),
    Column("visibility", Text, nullable=False),
    Column("list_id", Uuid),
    Column("comment_audience", Text, nullable=False),
    Column("quote_audience", Text, nullable=False),
    Column("poll_question", Text, comment="null where nothing is asked"),
    Column("poll_options", ARRAY(Text)),
    _moment("poll_ends_at", nullable=True),
    Column("shared_post_id", Uuid, comment="what the post is to share"),
    Column("publish_at", DateTime(timezone=True), comment="null unless it is scheduled"),
    Column("refused_for", Text, comment="why it was not published at its time: a reason of the contract"),
    Column("refusal", Text, comment="the same in words"),
    _moment("refused_at", nullable=True),
    Column("post_id", Uuid, comment="what it became; all that it said is in the post alone"),
    _moment("published_at", nullable=True),
    _moment("created_at"),
    _moment("updated_at"),
    Column("revision", Integer, nullable=False, comment="raised by every change"),
    *_mentions("drafts"),
    Index("drafts_due", "publish_at"),
    Index("drafts_by_age", "published_at"),
)

article_pages = Table(
    "article_pages",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("revision", Integer, nullable=False, comment="of the article"),
    Column("rules", SmallInteger, nullable=False, comment="the version of what is let through"),
    Column("html", Text, nullable=False),
    comment="articles laid out, as often as they were edited",
)

post_index = Table(
    "post_index",
    metadata,
    Column("id", Uuid, primary_key=True, comment="a post's id finds its author, hence its shard; never changes"),
    Column("author_id", Uuid, nullable=False),
    Column("company_id", Uuid, comment="in whose name its author wrote it; never changes"),
)

engagement = Table(
    "engagement",
    metadata,
    Column("post_author_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("type", Text, primary_key=True, comment="reaction"),
    Column("reaction", Text, nullable=False),
    _moment("created_at"),
    Index("engagement_newest", "post_author_id", "post_id", "created_at", "user_id"),
    Index("engagement_affinity", "post_author_id", "user_id", "post_id"),
    Index("engagement_of_member", "user_id", "created_at", "post_id"),
)

poll_votes = Table(
    "poll_votes",
    metadata,
    Column("post_author_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("option", Integer, nullable=False, comment="the place of the answer, from 0"),
    _moment("created_at"),
    Index("poll_votes_of_member", "user_id"),
)

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("post_author_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    _moment("created_at"),
    Index("bookmarks_of_member", "user_id", "created_at", "post_id"),
)

comment_reactions = Table(
    "comment_reactions",
    metadata,
    Column("post_author_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("comment_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("reaction", Text, nullable=False),
    _moment("created_at"),
    Index("comment_reactions_newest", "post_author_id", "post_id", "comment_id", "created_at", "user_id"),
    Index("comment_reactions_of_member", "user_id"),
)

comments = Table(
    "comments",
    metadata,
    Column("post_author_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("author_id", Uuid, nullable=False),
    Column("parent_id", Uuid),
    Column("sequence", BigInteger, nullable=False),
    Column("thread", BigInteger, nullable=False, comment="sequence of the comment that began the thread"),
    Column("content", Text, nullable=False),
    Column("reply_count", Integer, nullable=False, server_default="0"),
    _moment("created_at"),
    _moment("deleted_at", nullable=True),
    Column(
        "looked_by",
        SmallInteger,
        nullable=False,
        server_default="0",
        comment="the version of the rules that looked at its text",
    ),
    Column("removed", Boolean, nullable=False, server_default="false", comment="moderation took it down"),
    Column("decision_id", Uuid, comment="which of its decisions took it down"),
    Column("held", Boolean, nullable=False, server_default="false", comment="somebody has to look at it first"),
    Column("held_for", Text),
    Column("moderated_at", DateTime(timezone=True), comment="the decision that says so: older ones come too late"),
    Column("reaction_count", Integer, nullable=False, server_default="0"),
    Column("reaction_counts", ARRAY(Integer), nullable=False, server_default="{}", comment="by kind, in their order"),
    _moment("edited_at", nullable=True),
    Column("revision", Integer, nullable=False, server_default="1", comment="raised by every edit"),
    Column("hidden", Boolean, nullable=False, server_default="false", comment="by the post's author"),
    *_mentions("comments"),
    Index("comments_in_order", "post_author_id", "post_id", "thread", "sequence", unique=True),
    Index("comments_replies", "post_author_id", "post_id", "parent_id", "sequence"),
    Index("comments_of_member", "author_id", "id"),
    Index("comments_looked_by", "looked_by", "id"),
)


post_search = Table(
    "post_search",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("words", TSVECTOR, nullable=False, comment="made by mesh.lexemes; topics with their #"),
    _moment("created_at"),
    Index("post_search_words", "words", postgresql_using="gin"),
    Index("post_search_newest", "post_id"),
    comment="posts that are shown, by what they say",
)


def _topic(*, primary_key: bool = False) -> Column[str]:
    """A folded hashtag; compared by its bytes, so that an index finds how it begins."""
    return Column("topic", Text(collation="C"), primary_key=primary_key, nullable=False)


post_topics = Table(
    "post_topics",
    metadata,
    _topic(primary_key=True),
    Column("post_id", Uuid, primary_key=True),
    Column("author_id", Uuid, nullable=False),
    Index("post_topics_of_author", "author_id"),
    comment="public posts that are shown, by what they are about",
)

topics = Table(
    "topics",
    metadata,
    _topic(primary_key=True),
    Column("post_count", Integer, nullable=False, server_default="0", comment="of the last 30 days"),
    Column("follower_count", Integer, nullable=False, server_default="0"),
    Column("counted_at", DateTime(timezone=True), nullable=False, comment="when all its posts were counted"),
    Index("topics_most_used", "post_count", "topic"),
    Index("topics_counted", "counted_at"),
)

topic_follows = Table(
    "topic_follows",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    _topic(primary_key=True),
    _moment("created_at"),
    Index("topic_follows_newest", "user_id", "created_at", "topic"),
    Index("topic_follows_of_topic", "topic", "user_id"),
)

feed_preferences = Table(
    "feed_preferences",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True, comment="in the order in which they were stated"),
    Column("effect", Text, nullable=False, comment="see_less, snooze or hide"),
    Column("subject", Text, nullable=False, comment="author, topic, kind or post"),
    Column("name", Text(collation="C"), nullable=False, comment="an id, a folded hashtag, or a kind"),
    _moment("created_at"),
    Column("expires_at", DateTime(timezone=True), comment="null for what holds until it is taken back"),
    Index("feed_preferences_once", "user_id", "effect", "subject", "name", unique=True),
    Index("feed_preferences_ended", "expires_at"),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("band", BigInteger, primary_key=True, comment="a quarter of the fingerprint with its place"),
    Column("content_id", Uuid, primary_key=True),
    Column("author_id", Uuid, nullable=False),
    Column("fingerprint", BigInteger, nullable=False, comment="64 bits, less 2^63"),
    _moment("created_at"),
    Index("fingerprints_lately", "band", "created_at"),
    Index("fingerprints_of_author", "author_id"),
    Index("fingerprints_age", "created_at"),
    comment="texts of the last days, to find those that are nearly the same",
)

content_reviews = Table(
    "content_reviews",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("content_id", Uuid, primary_key=True, comment="the post, or a comment on it"),
    Column("post_author_id", Uuid, nullable=False),
    Column("post_id", Uuid, nullable=False),
    Column("outcome", SmallInteger, nullable=False, comment="from 0: allow, limit, review, remove"),
    Column("reason", Text),
    Column("known", Boolean, nullable=False, comment="false for what has to be looked at again"),
    Column("rules", SmallInteger, nullable=False, comment="their version"),
    _moment("created_at"),
    Column("decision_id", Uuid, comment="by which it was removed"),
    _moment("decided_at", nullable=True),
    Column("decided_by", Text, nullable=False, server_default="", comment="an operator"),
    _moment("told_at", nullable=True),
    Index("content_reviews_held", "content_id", postgresql_where=text("outcome = 2 AND decided_at IS NULL")),
    Index("content_reviews_due", "content_id", postgresql_where=text("told_at IS NULL")),
    Index("content_reviews_age", "created_at"),
    comment="what was found in posts and comments",
)

view_days = Table(
    "view_days",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("subject_id", Uuid, primary_key=True, comment="a post, or the author for all of their posts"),
    Column("day", DateTime(timezone=True), primary_key=True, comment="when it began, in UTC"),
    Column("views", BigInteger, nullable=False, server_default="0"),
    Column("audience", LargeBinary, nullable=False, server_default="", comment="registers of a HyperLogLog"),
    Index("view_days_by_age", "day"),
)

follower_days = Table(
    "follower_days",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("day", DateTime(timezone=True), primary_key=True, comment="when it began, in UTC"),
    Column("gained", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Index("follower_days_by_age", "day"),
)

wide_authors = Table(
    "wide_authors",
    metadata,
    Column("author_id", Uuid, primary_key=True, comment="too many followers to write each post into their feeds"),
    _moment("since"),
)

author_reach = Table(
    "author_reach",
    metadata,
    Column("author_id", Uuid, primary_key=True),
    Column("followers", Integer, nullable=False),
    Column("warm", Double, nullable=False, comment="the part of their feeds that is warm"),
    Column("posts_per_day", Double, nullable=False),
    Column("reads_per_day", Double, nullable=False, comment="of one warm feed"),
    _moment("measured_at"),
    comment="authors with many followers, by what decides how their posts reach them",
)

feed_readers = Table(
    "feed_readers",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    _moment("read_at"),
    Column("reads", Double, nullable=False, comment="up to read_at, each half after a day"),
    Column("due_at", DateTime(timezone=True), nullable=False, comment="when the feed is built ahead of a read"),
    Index("feed_readers_due", "due_at"),
    Index("feed_readers_read", "read_at"),
    comment="members who read their feeds lately",
)

media = Table(
    "media",
    metadata,
    Column("owner_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text),
    Column("alt_text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("failure", Text),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("variants", JSONB, nullable=False, server_default="[]", comment="its objects: name, type, bytes, pixels"),
    Column("page_count", Integer),
    _moment("created_at"),
    Column("expires_at", DateTime(timezone=True), comment="when it is dropped; null while something shows it"),
    Index("media_expiring", "expires_at"),
)

media_index = Table(
    "media_index",
    metadata,
    Column("id", Uuid, primary_key=True, comment="a medium's id finds its owner, hence its shard; never changes"),
    Column("owner_id", Uuid, nullable=False),
)

media_uses = Table(
    "media_uses",
    metadata,
    Column("owner_id", Uuid, primary_key=True),
    Column("media_id", Uuid, primary_key=True),
    Column("used_by", Text, primary_key=True, comment="post, draft, or picture, of a profile"),
    Column("used_id", Uuid, primary_key=True),
    _moment("created_at"),
    Index("media_uses_of", "owner_id", "used_by", "used_id"),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("advertiser_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("post_id", Uuid, nullable=False, comment="of the advertiser"),
    Column("name", Text, nullable=False),
    Column("currency", Text, nullable=False, comment="ISO 4217"),
    Column("budget", BigInteger, nullable=False, comment="in the currency's smallest unit, as all amounts below"),
    Column("daily_budget", BigInteger),
    Column("cost_per_mille", BigInteger, nullable=False),
    Column("max_bid", BigInteger),
    Column("locations", ARRAY(Text), nullable=False, server_default="{}"),
    Column("skills", ARRAY(Text), nullable=False, server_default="{}"),
    Column("headline_words", ARRAY(Text), nullable=False, server_default="{}"),
    Column("pacing", Text, nullable=False),
    Column("frequency_cap", Integer, nullable=False),
    _moment("start_at"),
    _moment("end_at", nullable=True),
    _moment("created_at"),
    _moment("updated_at"),
    Column("review", Text, nullable=False),
    Column("rejection", Text, nullable=False, server_default=""),
    Column("approved_revision", Integer, comment="of the post, when somebody looked at it"),
    Column("paused", Boolean, nullable=False, server_default="false"),
    _moment("ended_at", nullable=True),
    Column("revision", Integer, nullable=False, server_default="1", comment="raised by every change but those below"),
    Column("spent", BigInteger, nullable=False, server_default="0", comment="in thousandths of the smallest unit"),
    Column("day", Date, comment="the last on which anything was spent, in UTC"),
    Column("spent_on_day", BigInteger, nullable=False, server_default="0", comment="in thousandths"),
    Column("impressions", BigInteger, nullable=False, server_default="0", comment="lines of the ledger"),
    Column("clicks", BigInteger, nullable=False, server_default="0"),
    Column("reach", BigInteger, nullable=False, server_default="0", comment="members who saw it"),
    _moment("erased_at", nullable=True),
    Index("campaigns_alive", "end_at", postgresql_where=text("ended_at IS NULL")),
)

campaign_index = Table(
    "campaign_index",
    metadata,
    Column("id", Uuid, primary_key=True, comment="a campaign's id finds its advertiser, hence its shard"),
    Column("advertiser_id", Uuid, nullable=False),
)

charges = Table(
    "charges",
    metadata,
    Column("advertiser_id", Uuid, primary_key=True),
    Column("campaign_id", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True, comment="counts the lines of a campaign's ledger, without gaps"),
    Column("impression_id", Uuid, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="in thousandths of the smallest unit"),
    Column("spent", BigInteger, nullable=False, comment="the sum of the campaign up to this line"),
    _moment("charged_at"),
)

campaign_viewers = Table(
    "campaign_viewers",
    metadata,
    Column("advertiser_id", Uuid, primary_key=True),
    Column("campaign_id", Uuid, primary_key=True),
    Column("viewer_id", Uuid, primary_key=True),
    Index("campaign_viewers_of_member", "viewer_id"),
)

campaign_reviews = Table(
    "campaign_reviews",
    metadata,
    Column("advertiser_id", Uuid, primary_key=True),
    Column("campaign_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("operator", Text, nullable=False, comment="who decided"),
    Column("approved", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("post_revision", Integer, nullable=False, comment="what was looked at"),
    _moment("reviewed_at"),
)

impressions = Table(
    "impressions",
    metadata,
    Column("viewer_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True, comment="a range of ids is a range of time"),
    Column("advertiser_id", Uuid, nullable=False),
    Column("campaign_id", Uuid, nullable=False),
    Column("day", Date, nullable=False, comment="in UTC"),
    Column("nth", Integer, nullable=False, comment="of the campaign for the viewer on the day: bounded by its cap"),
    Column("price", BigInteger, nullable=False, comment="in thousandths of the smallest unit"),
    _moment("served_at"),
    _moment("seen_at", nullable=True),
    Column("charged", Boolean, nullable=False, server_default="false"),
    _moment("clicked_at", nullable=True),
    Index("impressions_in_turn", "viewer_id", "campaign_id", "day", "nth", unique=True),
    Index("impressions_by_age", "served_at"),
)

recorded_rankings = Table(
    "recorded_rankings",
    metadata,
    Column("viewer_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True, comment="a range of ids is a range of time"),
    Column("scoring", Text, nullable=False, comment="the version of the ranking"),
    Column("candidates", JSONB, nullable=False, comment="author, post and signals of each"),
    Column("given", JSONB, nullable=False, comment="the order: places among the candidates, with their scores"),
    _moment("recorded_at"),
    Index("recorded_rankings_by_age", "recorded_at"),
)
