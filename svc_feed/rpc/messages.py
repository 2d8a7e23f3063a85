"""Between this service's domain and the contract's messages; pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from guild.common.v1.answer_quality_pb2 import COMPLETENESS_FULL, COMPLETENESS_PARTIAL, AnswerQuality
from guild.common.v1.content_ref_pb2 import CONTENT_KIND_COMMENT, CONTENT_KIND_POST, ContentRef
from guild.common.v1.person_pb2 import Person
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.feed.v1 import post_pb2 as pb
from guild.feed.v1 import post_service_pb2 as posts
from mesh.contract import moment, timestamp
from svc_feed.domain.activity import ActivityKind
from svc_feed.domain.answers import AnswerAudience
from svc_feed.domain.author import Author, Company
from svc_feed.domain.comment import Comment, CommentOrder, SeenComment, Words
from svc_feed.domain.differences import Change, Part
from svc_feed.domain.feed import Order
from svc_feed.domain.hashtags import topic_of
from svc_feed.domain.history import Act
from svc_feed.domain.ids import CommentId, ListId, MediaId, PostId, UserId
from svc_feed.domain.item import Item, Own, Reasons
from svc_feed.domain.medium import MediaNotFound
from svc_feed.domain.mention import Mention, ShownMention, unnamed
from svc_feed.domain.offer import Offer
from svc_feed.domain.poll import Poll, Question, Standing
from svc_feed.domain.post import Draft, Kind, Post
from svc_feed.domain.post_query import PostOrder, PostQuestion
from svc_feed.domain.post_status import PostStatus
from svc_feed.domain.reach import Reach
from svc_feed.domain.reaction import Reaction, commonest
from svc_feed.domain.revision import ShownEdit
from svc_feed.domain.safety.assessment import EXPLANATIONS, SafetyReason
from svc_feed.domain.visibility import Relation, Visibility
from svc_feed.usecases.held_content import Held
from svc_feed.usecases.list_activity import ShownActivity
from svc_feed.usecases.operate_feeds import ExplainedEntry, ExplainedReach, Explanation
from svc_feed.usecases.reactions import ShownReaction
from svc_feed.usecases.record_interactions import Told

KIND = {pb.POST_KIND_POST: Kind.POST, pb.POST_KIND_ARTICLE: Kind.ARTICLE}
KIND_OUT = {kind: number for number, kind in KIND.items()}
VISIBILITY = {pb.Visibility.Value(f"VISIBILITY_{value.name}"): value for value in Visibility}
VISIBILITY_OUT = {value: number for number, value in VISIBILITY.items()}
_STATUS_OUT = {value: pb.PostStatus.Value(f"POST_STATUS_{value.name}") for value in PostStatus}
_CHANGE_OUT = {value: pb.TextChange.Value(f"TEXT_CHANGE_{value.name}") for value in Change}
ANSWERS = {pb.AnswerAudience.Value(f"ANSWER_AUDIENCE_{value.name}"): value for value in AnswerAudience}
ANSWERS_OUT = {value: number for number, value in ANSWERS.items()}
_REACTION = {pb.Reaction.Value(f"REACTION_{value.name}"): value for value in Reaction}
_ACTIVITY = {posts.ActivityKind.Value(f"ACTIVITY_KIND_{value.name}"): value for value in ActivityKind}
_ACTIVITY_OUT = {value: number for number, value in _ACTIVITY.items()}
_ACT = {feeds.InteractionKind.Value(f"INTERACTION_KIND_{value.name}"): value for value in Act}
_COMMENT_ORDER = {posts.CommentOrder.Value(f"COMMENT_ORDER_{value.name}"): value for value in CommentOrder}
REACTION_OUT = {value: number for number, value in _REACTION.items()}


def kinds(numbers: Sequence[pb.PostKind.ValueType]) -> tuple[Kind, ...]:
    """The kinds a filter lets through: all when it names none."""
    return tuple(KIND[number] for number in numbers) or tuple(Kind)


def post_question(request: posts.SearchPostsRequest) -> PostQuestion:
    """What somebody searches for, the best matches first unless it says otherwise; raises TopicInvalid."""
    newest = request.order == posts.POST_SEARCH_ORDER_NEWEST
    return PostQuestion(
        text=request.q,
        authors=tuple(UserId(UUID(author)) for author in request.author_id),
        topics=tuple(map(topic_of, request.topic)),
        kinds=tuple(KIND[number] for number in request.kind),
        since=moment(request.since) if request.HasField("since") else None,
        order=PostOrder.NEWEST if newest else PostOrder.RELEVANT,
    )


def reactions_of(numbers: Sequence[pb.Reaction.ValueType]) -> tuple[Reaction, ...]:
    """The reactions a filter lets through: all when it names none."""
    return tuple(_REACTION[number] for number in numbers) or tuple(Reaction)


def activity_kinds(numbers: Sequence[posts.ActivityKind.ValueType]) -> tuple[ActivityKind, ...]:
    """The kinds of activity a filter lets through: all when it names none."""
    return tuple(_ACTIVITY[number] for number in numbers) or tuple(ActivityKind)


def comment_order(request: posts.ListCommentsRequest) -> CommentOrder:
    """How comments are listed: in their threads unless it says otherwise."""
    return _COMMENT_ORDER[request.order] if request.HasField("order") else CommentOrder.THREADS


def reaction(request: posts.ReactToPostRequest | posts.ReactToCommentRequest) -> Reaction:
    """How a member reacts: with a like unless it says otherwise."""
    return _REACTION[request.reaction] if request.HasField("reaction") else Reaction.LIKE


def comment_id(text: str) -> CommentId | None:
    """The comment an optional field names."""
    return CommentId(UUID(text)) if text else None


def draft(request: posts.CreatePostRequest) -> Draft:
    """What an author wants to publish: unspecified means a post, for connections."""
    return Draft(
        content=request.content,
        visibility=VISIBILITY[request.visibility] if request.HasField("visibility") else Visibility.CONNECTIONS,
        kind=KIND[request.kind] if request.HasField("kind") else Kind.POST,
        title=request.title if request.HasField("title") else None,
        media_ids=tuple(dict.fromkeys(map(_medium, (*request.media_ids, *request.media)))),
        list_id=_list_id(request.list_id),
        comment_audience=ANSWERS.get(request.comment_audience, AnswerAudience.EVERYBODY),
        quote_audience=ANSWERS.get(request.quote_audience, AnswerAudience.EVERYBODY),
        cover_media_id=_cover(request),
        question=_question(request.poll) if request.HasField("poll") else None,
        mentions=mentions_from(request.mentions),
    )


def _question(asked: pb.Poll) -> Question:
    return Question(asked.question, tuple(asked.options), moment(asked.ends_at) if asked.HasField("ends_at") else None)


def _poll(value: Poll) -> pb.Poll:
    return pb.Poll(question=value.question, options=value.options, ends_at=timestamp(value.ends_at))


def poll_result(value: Standing) -> pb.PollResult:
    """How a poll stands."""
    return pb.PollResult(votes=value.votes, total_votes=value.total, chosen=value.chosen, ended=value.ended)


def sharing(request: posts.SharePostRequest) -> Draft:
    """What a member says to what they share."""
    return Draft(
        content=request.content,
        visibility=VISIBILITY[request.visibility] if request.HasField("visibility") else Visibility.CONNECTIONS,
        list_id=_list_id(request.list_id),
        mentions=mentions_from(request.mentions),
    )


def said(request: posts.CreateCompanyPostRequest) -> Draft:
    """What a company says: for everybody."""
    return Draft(
        content=request.content, visibility=Visibility.PUBLIC, media_ids=tuple(map(_medium, request.media_ids))
    )


def words(request: posts.CreateCommentRequest | posts.EditCommentRequest) -> Words:
    """What somebody says in a comment."""
    return Words(request.content, mentions_from(request.mentions))


def mentions_from(given: Iterable[pb.Mention]) -> tuple[Mention, ...]:
    """Mentions as somebody writes them."""
    return tuple(Mention(UserId(UUID(one.user_id)), one.start, one.length) for one in given)


def mentions(values: Iterable[ShownMention]) -> list[pb.Mention]:
    """Mentions as somebody sees them."""
    return [pb.Mention(user_id=str(one.user_id), start=one.start, length=one.length, name=name) for one, name in values]


def _list_id(text: str) -> ListId | None:
    return ListId(UUID(text)) if text else None


def _cover(message: posts.CreatePostRequest | pb.Post) -> MediaId | None:
    return _medium(message.cover_media_id) if message.cover_media_id else None


def _medium(name: str) -> MediaId:
    try:
        return MediaId(UUID(name))
    except ValueError:
        raise MediaNotFound(name) from None


def changes(request: posts.UpdatePostRequest) -> dict[str, Any]:
    """The fields an update names: those of its mask, or without a mask those that are set."""
    message = request.post
    named = request.update_mask.paths or [field.name for field, _ in message.ListFields() if field.name != "id"]
    given = {
        "content": message.content,
        "title": message.title if message.HasField("title") else None,
        "media_ids": tuple(map(_medium, message.media_ids)),
        "visibility": VISIBILITY[message.visibility] if message.HasField("visibility") else None,
        "cover_media_id": _cover(message),
        "list_id": _list_id(message.list_id),
        "comment_audience": ANSWERS.get(message.comment_audience),
        "quote_audience": ANSWERS.get(message.quote_audience),
        "mentions": mentions_from(message.mentions),
    }
    return {name: given.get(name) for name in named}


def post(value: Post, media_urls: Sequence[str] = (), *, whole: bool = True) -> pb.Post:
    """A post; of an article, unless it is to be `whole`, how it begins."""
    return pb.Post(
        id=str(value.id),
        author_id="" if value.company_id or value.status is PostStatus.ERASED else str(value.author_id),
        company_id=str(value.company_id) if value.company_id else None,
        kind=KIND_OUT[value.kind],
        title=value.title,
        content=value.content if whole or value.excerpt is None else None,
        excerpt=value.excerpt or "",
        reading_minutes=value.reading_minutes or 0,
        cover_media_id=str(value.cover_media_id) if value.cover_media_id else None,
        media_ids=[str(medium) for medium in value.media_ids],
        media_urls=media_urls,
        visibility=VISIBILITY_OUT[value.visibility],
        like_count=value.like_count,
        reaction_counts=_counts(value.reaction_counts),
        comment_count=value.comment_count,
        share_count=value.share_count,
        created_at=timestamp(value.created_at),
        updated_at=timestamp(value.updated_at),
        shared_post_id=str(value.shared_post_id) if value.shared_post_id else None,
        share_detached=value.detached_from is not None,
        etag=value.etag,
        revision=value.revision,
        status=_STATUS_OUT[value.status],
        edited_at=timestamp(value.edited_at) if value.edited_at else None,
        comment_audience=ANSWERS_OUT[value.comment_audience],
        quote_audience=ANSWERS_OUT[value.quote_audience],
        poll=_poll(value.poll) if value.poll else None,
        hashtags=value.hashtags,
    )


def revision(value: ShownEdit) -> pb.PostRevision:
    """What an edit changed."""
    return pb.PostRevision(
        revision=value.edit.revision,
        edited_at=timestamp(value.edit.edited_at),
        changed_fields=value.edit.changed,
        title=map(_part, value.title),
        content=map(_part, value.content),
    )


def _part(value: Part) -> pb.TextPart:
    return pb.TextPart(change=_CHANGE_OUT[value.change], text=value.text)


def of_own(value: Post) -> pb.Post:
    """What its author alone is told of a post."""
    return pb.Post(
        list_id=str(value.list_id) if value.list_id else None,
        decision_id=str(value.decision_id) if value.decision_id else None,
        held_for=value.held_for if value.status is PostStatus.HELD else None,
        safety=safety(value),
    )


def own_post(value: Post) -> pb.Post:
    """A post as its author sees it, or who acts for the company that says it."""
    message = streamed(value)
    message.MergeFrom(of_own(value))
    message.mentions.extend(mentions(unnamed(value.mentions)))
    return message


def streamed(value: Post) -> pb.Post:
    """A post as services hear of it: whoever speaks, with who wrote it."""
    message = post(value)
    message.author_id = str(value.author_id)
    return message


def safety(value: Post | Comment) -> pb.SafetyNotice | None:
    """What the author is told of what was found; None where nothing was."""
    if isinstance(value, Post) and value.limited_for is not None:
        outcome, reason = pb.SAFETY_OUTCOME_LIMITED, value.limited_for
    elif value.held_for is None or not value.withheld:
        return None
    else:
        removed = value.status is PostStatus.REMOVED if isinstance(value, Post) else value.removed
        outcome, reason = pb.SAFETY_OUTCOME_REMOVED if removed else pb.SAFETY_OUTCOME_HELD, value.held_for
    if reason not in {*SafetyReason}:
        return None
    found = SafetyReason(reason)
    return pb.SafetyNotice(outcome=outcome, reason=safety_reason(found), text=EXPLANATIONS[found])


def safety_reason(value: SafetyReason | None) -> pb.SafetyReason.ValueType:
    """What was found."""
    return pb.SafetyReason.Value(f"SAFETY_REASON_{value.name if value else 'UNSPECIFIED'}")


def held_content(value: Held) -> posts.HeldContent:
    """Content that waits for an operator."""
    author, key, comment_id = value.review.content
    return posts.HeldContent(
        content=ContentRef(
            kind=CONTENT_KIND_COMMENT if comment_id else CONTENT_KIND_POST,
            id=str(value.review.content.id),
            parent_id=str(key.post_id) if comment_id else None,
            author_id=str(author),
        ),
        reason=safety_reason(value.review.reason),
        text=value.text,
        held_at=timestamp(value.review.created_at),
    )


def _counts(values: Sequence[int]) -> list[pb.ReactionCount]:
    return [pb.ReactionCount(reaction=REACTION_OUT[kind], count=count) for kind, count in commonest(values)]


def author(value: Author) -> Person:
    """What a post shows of a member."""
    return Person(
        id=str(value.id),
        name=value.name,
        headline=value.headline,
        profile_picture_url=value.profile_picture_url,
    )


def _state(value: Comment) -> pb.CommentState.ValueType:
    if value.is_nobodys:
        return pb.COMMENT_STATE_ERASED
    if value.deleted_at is not None:
        return pb.COMMENT_STATE_DELETED
    if value.removed:
        return pb.COMMENT_STATE_REMOVED
    if value.held:
        return pb.COMMENT_STATE_HELD
    return pb.COMMENT_STATE_HIDDEN if value.hidden else pb.COMMENT_STATE_VISIBLE


def comment(seen: SeenComment, viewer: UserId) -> pb.Comment:
    """A comment as somebody sees it: without a text and how it was answered where that is not for them."""
    value, reaction, named = seen
    shown, own = value.told_to(viewer), viewer == value.author_id
    return pb.Comment(
        id=str(value.id),
        post_id=str(value.post_id),
        author_id="" if value.is_nobodys else str(value.author_id),
        parent_id=str(value.parent_id) if value.parent_id else None,
        content=value.content if shown else "",
        created_at=timestamp(value.created_at),
        state=_state(value),
        reply_count=value.reply_count,
        etag=value.etag,
        reaction_count=value.reaction_count if shown else 0,
        reaction_counts=_counts(value.reaction_counts) if shown else (),
        viewer_reaction=REACTION_OUT[reaction] if reaction else None,
        edited_at=timestamp(value.edited_at) if value.edited_at else None,
        revision=value.revision,
        decision_id=str(value.decision_id) if own and value.decision_id else None,
        held_for=value.held_for if own and value.held else None,
        safety=safety(value) if own else None,
        mentions=mentions(named) if shown else (),
    )


@cache
def around(relation: Relation, own: Own, may_comment: bool, may_share: bool, reasons: Reasons) -> pb.PostItem:
    """What an item says of its viewer, and why it is shown."""
    given = REACTION_OUT[own.reaction] if own.reaction else None
    connected = relation is Relation.CONNECTED
    causes = (
        (relation is Relation.SELF, pb.POST_CONTEXT_KIND_OWN),
        (connected, pb.POST_CONTEXT_KIND_CONNECTION),
        (relation is Relation.FOLLOWED, pb.POST_CONTEXT_KIND_FOLLOWED_AUTHOR),
        (reasons.of_topic, pb.POST_CONTEXT_KIND_FOLLOWED_TOPIC),
        (connected and reasons.is_share, pb.POST_CONTEXT_KIND_CONNECTION_SHARED),
        (reasons.often_answered, pb.POST_CONTEXT_KIND_OFTEN_ANSWERED),
        (reasons.popular, pb.POST_CONTEXT_KIND_POPULAR),
    )
    contexts = [pb.PostContext(kind=kind) for holds, kind in causes if holds]
    return pb.PostItem(
        viewer_reaction=given,
        viewer_has_liked=own.reaction is not None,
        viewer=pb.PostViewer(reaction=given, may_comment=may_comment, may_share=may_share, bookmarked=own.bookmarked),
        contexts=contexts,
    )


def shown(value: Item) -> pb.PostItem:
    """What an item says to everybody who sees it: the post, what it shares, and their authors."""
    message = pb.PostItem(
        post=post(value.post, value.media_urls, whole=False),
        shared_post=post(value.shared, value.shared_media_urls, whole=False) if value.shared else None,
    )
    if isinstance(value.author, Company):
        message.company.CopyFrom(_company(value.author))
    else:
        message.author.CopyFrom(author(value.author))
    if isinstance(value.shared_author, Company):
        message.shared_company.CopyFrom(_company(value.shared_author))
    elif value.shared_author is not None:
        message.shared_author.CopyFrom(author(value.shared_author))
    return message


def _company(value: Company) -> pb.CompanyCard:
    return pb.CompanyCard(id=str(value.id), name=value.name, logo_url=value.logo_url)


def item(value: Item) -> pb.PostItem:
    """A post with what is around it."""
    message = shown(value)
    message.MergeFrom(around(value.verdict.relation, value.own, value.may_comment, value.may_share, value.reasons))
    if value.verdict.is_self:
        message.post.MergeFrom(of_own(value.post))
    if value.standing is not None:
        message.poll_result.CopyFrom(poll_result(value.standing))
    if value.mentions or value.shared_mentions:
        message.MergeFrom(mentioning(value))
    return message


def mentioning(value: Item) -> pb.PostItem:
    """What an item says of whom its texts mention."""
    shared = pb.Post(mentions=mentions(value.shared_mentions)) if value.shared_mentions else None
    return pb.PostItem(post=pb.Post(mentions=mentions(value.mentions)), shared_post=shared)


def whole_item(value: Item, html: str) -> pb.PostItem:
    """A post with what is around it where it is read alone."""
    message = item(value)
    message.post.content, message.post.content_html = value.post.content, html
    return message


def paid(offer: Offer) -> pb.PostItem:
    """What an item says of its being promoted."""
    return pb.PostItem(
        promoted=True,
        campaign_id=str(offer.campaign_id),
        impression_id=str(offer.impression_id),
        contexts=[pb.PostContext(kind=pb.POST_CONTEXT_KIND_PROMOTED)],
    )


def quality(missing: frozenset[str], built_at: float | None) -> AnswerQuality:
    """How complete a page of a feed is, and of when its list, in seconds since the epoch."""
    return AnswerQuality(
        completeness=COMPLETENESS_PARTIAL if missing else COMPLETENESS_FULL,
        missing_sources=sorted(missing),
        built_at=None if built_at is None else timestamp(datetime.fromtimestamp(built_at, UTC)),
    )


def order(request: feeds.GetFeedRequest) -> Order:
    """How a feed is to be read: ranked unless it says otherwise."""
    return Order.RECENT if request.order == feeds.FEED_ORDER_RECENT else Order.RANKED


def reactions(values: Sequence[ShownReaction]) -> list[pb.PostReaction]:
    """Who reacted, how, when."""
    return [
        pb.PostReaction(user=author(member), reaction=REACTION_OUT[given.reaction], created_at=timestamp(given.at))
        for given, member in values
    ]


def activity(value: ShownActivity, viewer: UserId) -> posts.Activity:
    """What a member did, with the post it was about."""
    (kind, at, _, said, reaction), shown_item = value
    return posts.Activity(
        kind=_ACTIVITY_OUT[kind],
        created_at=timestamp(at),
        item=item(shown_item) if shown_item else None,
        comment=comment(said, viewer) if said else None,
        reaction=REACTION_OUT[reaction] if reaction else None,
    )


def told(message: feeds.Interaction) -> Told:
    """What a client tells of a post."""
    return Told(PostId(UUID(message.post_id)), _ACT[message.kind], timedelta(milliseconds=message.dwell_ms))


def explained(value: Explanation) -> feeds.ExplainFeedResponse:
    """Why a feed is as it is."""
    return feeds.ExplainFeedResponse(
        items=[_explained_item(item) for item in value.items],
        scoring_version=value.scoring,
        built_at=timestamp(value.built_at) if value.built_at else None,
        item_count=value.item_count,
        reach=_reach(value.reach),
    )


def _reach(value: ExplainedReach) -> feeds.Reach:
    since, measure = value
    return feeds.Reach(
        by=feeds.FEED_SOURCE_MERGE if since else feeds.FEED_SOURCE_FAN_OUT,
        merged_since=timestamp(since) if since else None,
        measure=_measure(measure) if measure else None,
    )


def _measure(value: Reach) -> feeds.ReachMeasure:
    measure = feeds.ReachMeasure(
        followers=value.followers,
        warm_share=value.warm,
        posts_per_day=value.posts_per_day,
        reads_per_day=value.reads_per_day,
        measured_at=timestamp(value.measured_at),
    )
    measure.writing.FromMicroseconds(round(value.writing))
    measure.merging.FromMicroseconds(round(value.merging))
    return measure


def _explained_item(item: ExplainedEntry) -> feeds.ExplainedItem:
    return feeds.ExplainedItem(
        post_id=str(item.entry.post_id),
        author_id=str(item.entry.author_id),
        score=item.entry.score,
        terms=[
            feeds.ScoreTerm(name=term.name, value=term.value, weight=term.weight, contribution=term.contribution)
            for term in item.terms
        ],
        source=feeds.FeedSource.Value(f"FEED_SOURCE_{item.source.name}"),
        visible=item.visible,
        seen=item.seen,
    )
