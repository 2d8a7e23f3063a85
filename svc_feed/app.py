"""The composition root of the feed service: the only module that knows everyone."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from guild.events.v1.graph_pb2 import ConnectionAccepted, ConnectionRemoved, UserFollowed, UserUnfollowed
from guild.events.v1.media_pb2 import MediaDeleted, MediaUploaded
from guild.events.v1.posts_pb2 import PostCreated, PostDeleted, PostUpdated
from guild.events.v1.trust_pb2 import ContentModerated, ContentRestored
from guild.events.v1.users_pb2 import SessionOpened, UserUpdated
from guild.feed.v1.analytics_service_pb2_grpc import add_AnalyticsServiceServicer_to_server
from guild.feed.v1.draft_service_pb2_grpc import add_DraftServiceServicer_to_server
from guild.feed.v1.feed_preference_service_pb2_grpc import add_FeedPreferenceServiceServicer_to_server
from guild.feed.v1.feed_service_pb2_grpc import add_FeedServiceServicer_to_server
from guild.feed.v1.post_service_pb2_grpc import add_PostServiceServicer_to_server
from guild.feed.v1.promotion_service_pb2_grpc import add_PromotionServiceServicer_to_server
from guild.feed.v1.topic_service_pb2_grpc import add_TopicServiceServicer_to_server
from guild.media.v1.media_service_pb2_grpc import add_MediaServiceServicer_to_server
from mesh.clock import Clock
from mesh.data import Database, kept
from mesh.events import Consumer
from mesh.ids import UserId
from mesh.lifecycle import App, Rounds
from mesh.objects import Objects, open_objects
from mesh.privacy import ERASED_ROWS_SWEPT, PersonalData, PlaceKind, Wipe, personal_data
from mesh.service import ACCESS, Base
from svc_feed.config import Config
from svc_feed.domain.analytics import KEEP as KEEP_VIEWS
from svc_feed.domain.auction import rates_of
from svc_feed.domain.reader import ACTIVE
from svc_feed.domain.safety.rules import ByRules
from svc_feed.domain.scoring import SCORINGS
from svc_feed.inbox.connection_accepted import OnConnectionAccepted
from svc_feed.inbox.connection_removed import OnConnectionRemoved
from svc_feed.inbox.content_moderated import OnContentModerated, OnContentRestored
from svc_feed.inbox.media_deleted import OnMediaDeleted
from svc_feed.inbox.media_uploaded import OnMediaUploaded
from svc_feed.inbox.post_created import OnPostCreated
from svc_feed.inbox.post_deleted import OnPostDeleted
from svc_feed.inbox.post_updated import OnPostUpdated
from svc_feed.inbox.session_opened import OnSessionOpened
from svc_feed.inbox.user_followed import OnUserFollowed
from svc_feed.inbox.user_unfollowed import OnUserUnfollowed
from svc_feed.inbox.user_updated import OnUserUpdated
from svc_feed.peers.audience import Audiences
from svc_feed.peers.audience_lists import AudienceLists
from svc_feed.peers.audit import OperatorLog
from svc_feed.peers.authors import Authors
from svc_feed.peers.companies import Companies
from svc_feed.peers.graph import Graph
from svc_feed.peers.trust import Trust
from svc_feed.rendering.renderer import Renderer
from svc_feed.rpc.analytics_servicer import AnalyticsServicer
from svc_feed.rpc.draft_servicer import DraftServicer
from svc_feed.rpc.feed_servicer import FeedServicer
from svc_feed.rpc.media_servicer import MediaServicer
from svc_feed.rpc.post_servicer import PostServicer
from svc_feed.rpc.preference_servicer import PreferenceServicer
from svc_feed.rpc.promotion_servicer import PromotionServicer
from svc_feed.rpc.topic_servicer import TopicServicer
from svc_feed.rpc.wire import FeedWriter
from svc_feed.store.activity import ActivityRepository
from svc_feed.store.analytics import AnalyticsRepository
from svc_feed.store.articles import ArticleRepository
from svc_feed.store.bookmarks import BookmarkRepository
from svc_feed.store.campaigns import CampaignRepository
from svc_feed.store.comment_reactions import CommentReactionRepository
from svc_feed.store.comments import CommentRepository
from svc_feed.store.content_reviews import KEPT as KEEP_REVIEWS
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.counts import CountRepository
from svc_feed.store.drafts import DRAFTS_SWEPT, DraftRepository
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.fingerprints import KEPT as KEEP_FINGERPRINTS
from svc_feed.store.fingerprints import FingerprintRepository
from svc_feed.store.history_cache import HistoryCache
from svc_feed.store.hydration import Hydration
from svc_feed.store.impressions import ImpressionRepository
from svc_feed.store.media import MediaRepository
from svc_feed.store.media_keys import everything_of
from svc_feed.store.personal import RULES
from svc_feed.store.personal_promotion import KEEP_IMPRESSIONS
from svc_feed.store.polls import PollRepository
from svc_feed.store.post_search import PostSearch
from svc_feed.store.posts import PostRepository
from svc_feed.store.preferences import PreferenceRepository
from svc_feed.store.ranking import RankingRepository
from svc_feed.store.reach import ReachRepository
from svc_feed.store.readers import ReaderRepository
from svc_feed.store.recorded_rankings import KEEP as KEEP_RANKINGS
from svc_feed.store.recorded_rankings import RecordedRankings
from svc_feed.store.revisions import RevisionRepository
from svc_feed.store.tables import (
    content_reviews,
    feed_preferences,
    feed_readers,
    fingerprints,
    impressions,
    recorded_rankings,
    view_days,
)
from svc_feed.store.topics import TopicRepository
from svc_feed.store.wish_cache import WishCache
from svc_feed.usecases.announce_post import AnnouncePost
from svc_feed.usecases.apply_decision import ApplyDecision
from svc_feed.usecases.bookmarks import Bookmarks
from svc_feed.usecases.build_feed import BuildFeed
from svc_feed.usecases.campaigns import Campaigns
from svc_feed.usecases.change_reactions import ChangeReactions
from svc_feed.usecases.comment_reactions import CommentReactions
from svc_feed.usecases.comments import Comments
from svc_feed.usecases.company_posts import CompanyPosts
from svc_feed.usecases.content_safety import ByRepetition, ContentSafety
from svc_feed.usecases.correct_counts import ROUND_SECONDS as COUNTS_ROUND_SECONDS
from svc_feed.usecases.correct_counts import CorrectCounts
from svc_feed.usecases.count_new_posts import CountNewPosts
from svc_feed.usecases.count_topics import ROUND_SECONDS as TOPICS_ROUND_SECONDS
from svc_feed.usecases.count_topics import CountTopics
from svc_feed.usecases.count_views import CountViews
from svc_feed.usecases.drafts import Drafts
from svc_feed.usecases.end_campaigns import EVERY_SECONDS as END_SECONDS
from svc_feed.usecases.end_campaigns import EndCampaigns
from svc_feed.usecases.fan_out_post import FAN_OUT_SECONDS, FanOutPost
from svc_feed.usecases.find_comment import FindComment
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.get_feed import GetFeed
from svc_feed.usecases.held_content import HeldContent
from svc_feed.usecases.index_post import ROUND_SECONDS as SEARCH_ROUND_SECONDS
from svc_feed.usecases.index_post import IndexPost, IndexUnread
from svc_feed.usecases.known_histories import KnownHistories
from svc_feed.usecases.known_wishes import KnownWishes
from svc_feed.usecases.lay_out_article import LayOutArticle
from svc_feed.usecases.list_activity import ListActivity
from svc_feed.usecases.list_by_topic import ListByTopic
from svc_feed.usecases.materialise_feeds import ROUND_SECONDS as AHEAD_ROUND_SECONDS
from svc_feed.usecases.materialise_feeds import MaterialiseFeeds
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.mentioning import Mentioning
from svc_feed.usecases.moderation import Moderation
from svc_feed.usecases.note_readers import ROUND_SECONDS as READERS_ROUND_SECONDS
from svc_feed.usecases.note_readers import NoteReaders
from svc_feed.usecases.offers import Offers
from svc_feed.usecases.operate_feeds import OperateFeeds
from svc_feed.usecases.pictures import Pictures
from svc_feed.usecases.polls import Polls
from svc_feed.usecases.post_revisions import PostRevisions
from svc_feed.usecases.posts import Posts
from svc_feed.usecases.preferences import Preferences
from svc_feed.usecases.process_medium import ProcessMedium
from svc_feed.usecases.promote import Promote
from svc_feed.usecases.publish_draft import PublishDraft
from svc_feed.usecases.publish_due import EVERY_SECONDS as DUE_SECONDS
from svc_feed.usecases.publish_due import PublishDue
from svc_feed.usecases.publish_post import PublishPost
from svc_feed.usecases.ranked_feed import RankedFeed
from svc_feed.usecases.reactions import Reactions
from svc_feed.usecases.read_analytics import ReadAnalytics
from svc_feed.usecases.record_impressions import RecordImpressions
from svc_feed.usecases.record_interactions import RecordInteractions
from svc_feed.usecases.record_rankings import RecordRankings
from svc_feed.usecases.remove_post import RemovePost
from svc_feed.usecases.review_campaigns import ReviewCampaigns
from svc_feed.usecases.running_campaigns import RunningCampaigns
from svc_feed.usecases.search_posts import SearchPosts
from svc_feed.usecases.second_pass import SecondPass
from svc_feed.usecases.settle_reviews import EVERY_SECONDS as SETTLE_SECONDS
from svc_feed.usecases.settle_reviews import SettleReviews
from svc_feed.usecases.shares import Shares
from svc_feed.usecases.show_mentions import ShowMentions
from svc_feed.usecases.show_posts import ShowPosts
from svc_feed.usecases.sweep_media import ROUND_SECONDS, UPLOADS_ROUND_SECONDS, SweepMedia
from svc_feed.usecases.tell_revised import TellRevised
from svc_feed.usecases.topics import Topics
from svc_feed.usecases.uploads import Uploads
from svc_feed.usecases.weigh_reach import ROUND_SECONDS as REACH_ROUND_SECONDS
from svc_feed.usecases.weigh_reach import WeighReach
from svc_feed.usecases.who_changes import WhoChanges

DURABLE = "feed-worker"
"""The name under which the workers share the events."""
MEDIA_DURABLE = "feed-media"
"""As above, for uploads, which take seconds each and make nothing else wait."""
_BEFORE_AGED = 0.9
ARTICLE_SECONDS = 10.0
"""How long a layout of an article may take: five times the processor's time it may have, for a machine that is busy."""
MEDIA_SECONDS = 300.0
"""How long one try of an upload may take: that of the largest video on a slow line to the object store."""


def build_api(config: Config) -> App:
    """The role that serves calls, ready to start."""
    base = Base("feed", config)
    db, clock, pager = base.db, base.clock, base.pager
    profile = base.peer("profile", config.profile_address).channel
    graph, authors = Graph(profile, base.generations, ACCESS), Authors(profile, base.bus)
    companies, lists = Companies(base.peer("jobs", config.jobs_address).channel), AudienceLists(profile)
    stored, hydration, ranking = PostRepository(), Hydration(db), RankingRepository()
    scoring = SCORINGS[config.scoring]
    feeds = FeedCache(base.cache, config.feed_ttl_seconds, scoring.version)
    build = BuildFeed(db, ranking, graph, feeds, clock, scoring)
    objects, media = _objects(config), MediaRepository()
    library, mentioning = MediaLibrary(db, media, graph, objects, clock), Mentioning(graph)
    show_mentions = ShowMentions(graph, authors)
    find, show = (
        FindPost(db, stored, graph),
        ShowPosts(hydration, graph, authors, companies, library, clock, show_mentions),
    )
    record = RecordRankings(
        db, RecordedRankings(), clock, config.recorded_rankings_share, config.recorded_rankings_per_hour
    )
    stated, wish_cache, history_cache = PreferenceRepository(), WishCache(base.cache), HistoryCache(base.cache)
    histories, second_pass = KnownHistories(), SecondPass(hydration, clock, scoring)
    wishes = KnownWishes(db, stated, wish_cache, clock)
    ranked = RankedFeed(feeds, build, record, wishes, histories, clock, ttl=config.feed_ttl_seconds)

    topics = TopicRepository()
    words, edits, stored_drafts = PostSearch(), RevisionRepository(), DraftRepository()
    index = IndexPost(ListByTopic(topics, clock), words)
    safety, announce = _safety(config, db, clock), AnnouncePost(stored, index)
    publish = PublishPost(stored, find, lists, library, announce, clock, mentioning, safety)
    articles = LayOutArticle(
        db, stored, ArticleRepository(), Renderer(config.rendering_processes, seconds=ARTICLE_SECONDS)
    )
    remove, who = RemovePost(stored, edits, articles, library, index, clock), WhoChanges(find, companies)
    posts = Posts(
        *(db, stored, find, graph, lists, who, show, pager, clock, library, index, edits, articles),
        *(publish, remove, mentioning, safety),
    )
    company_posts = CompanyPosts(db, stored, graph, publish, show, pager)
    drafts = Drafts(
        db, stored_drafts, find, lists, library, PublishDraft(stored_drafts, library, publish, clock), pager, clock
    )
    uploads = Uploads(db, media, objects, base.charges, clock)
    media_servicer = MediaServicer(uploads, library, Pictures(db, media, objects, clock))
    search = SearchPosts(db, words, graph, show, pager)
    engagement = EngagementRepository()
    change = ChangeReactions(db, engagement, find, clock)
    reactions = Reactions(db, engagement, change, find, graph, authors, pager)
    said, to_comments = CommentRepository(), CommentReactionRepository()
    find_comment = FindComment(db, said, graph, find)
    comments = Comments(
        db,
        stored,
        said,
        to_comments,
        find,
        find_comment,
        graph,
        authors,
        pager,
        clock,
        mentioning,
        show_mentions,
        safety,
    )
    comment_reactions = CommentReactions(db, to_comments, find, find_comment, graph, authors, pager, clock)
    bookmarks = Bookmarks(db, stored, BookmarkRepository(), find, show, pager, clock)
    activity, polls = (
        ListActivity(db, ActivityRepository(), show, base.page_tokens, show_mentions),
        Polls(db, PollRepository(), find, clock),
    )
    preferences = Preferences(db, stated, wish_cache, find, graph, pager, clock)

    audit = OperatorLog(profile)
    offers, running, promote, promotions = _promotions(base, config, profile, graph, find, audit)

    readers, count_new = (
        NoteReaders(db, ReaderRepository(), clock, _ahead(config)),
        CountNewPosts(ranked, hydration, graph),
    )
    get_feed = GetFeed(
        ranked, second_pass, feeds, hydration, graph, show, promote, record, readers, base.page_tokens, clock
    )
    operate = OperateFeeds(
        db,
        graph,
        audit,
        feeds,
        build,
        ranking,
        ReachRepository(),
        wishes,
        histories,
        second_pass,
        hydration,
        clock,
        scoring,
    )
    analytics = AnalyticsRepository()
    views = CountViews(db, analytics, clock)
    interactions = RecordInteractions(
        db, stored, hydration, graph, feeds, history_cache, preferences, views, clock, scoring
    )
    return base.app(
        servicers=[
            (
                add_PostServiceServicer_to_server,
                PostServicer(
                    posts,
                    reactions,
                    comments,
                    comment_reactions,
                    bookmarks,
                    activity,
                    polls,
                    company_posts,
                    search,
                    PostRevisions(db, edits, find, pager),
                    HeldContent(
                        db,
                        stored,
                        said,
                        ReviewRepository(),
                        ApplyDecision(stored, said, announce, mentioning),
                        audit,
                        pager,
                        clock,
                    ),
                    Shares(db, stored, find, graph, show, who, remove, pager, clock),
                ),
            ),
            (add_DraftServiceServicer_to_server, DraftServicer(drafts)),
            (add_TopicServiceServicer_to_server, TopicServicer(Topics(db, topics, feeds, show, pager, clock))),
            (
                add_FeedServiceServicer_to_server,
                FeedServicer(get_feed, posts, company_posts, operate, count_new, interactions, FeedWriter()),
            ),
            (add_AnalyticsServiceServicer_to_server, AnalyticsServicer(ReadAnalytics(db, analytics, find, clock))),
            (add_FeedPreferenceServiceServicer_to_server, PreferenceServicer(preferences)),
            (add_MediaServiceServicer_to_server, media_servicer),
            (add_PromotionServiceServicer_to_server, promotions),
            personal_data(PersonalData(db, RULES, clock, _wipes(feeds, wish_cache, history_cache, objects))),
        ],
        before=[authors, offers, running, promote, views, record],
        after=[Rounds("feed readers", readers, READERS_ROUND_SECONDS, jitter=0.5, at_once=False)],
        swept=[
            ERASED_ROWS_SWEPT,
            kept(impressions.c.served_at, KEEP_IMPRESSIONS),
            kept(recorded_rankings.c.recorded_at, KEEP_RANKINGS),
            DRAFTS_SWEPT,
            kept(fingerprints.c.created_at, KEEP_FINGERPRINTS),
            kept(content_reviews.c.created_at, KEEP_REVIEWS),
            kept(feed_preferences.c.expires_at, timedelta()),
            kept(view_days.c.day, KEEP_VIEWS),
            kept(feed_readers.c.read_at, ACTIVE),
        ],
    )


def _promotions(
    base: Base, config: Config, profile: Any, graph: Graph, find: FindPost, audit: OperatorLog
) -> tuple[Offers, RunningCampaigns, Promote, PromotionServicer]:
    """What decides on what is promoted, and its servicer; the first three are parts, in this order."""
    db, clock, pager = base.db, base.clock, base.pager
    offers, stored_campaigns, shown = Offers(base.bus, clock), CampaignRepository(), ImpressionRepository()
    running = RunningCampaigns(db, stored_campaigns, offers, base.bus, clock)
    audiences, rates = Audiences(profile), rates_of(config.exchange_rates)
    promote = Promote(db, running, offers, shown, audiences, graph, clock, rates)
    servicer = PromotionServicer(
        Campaigns(db, stored_campaigns, shown, find, running, pager, clock, reviewed=not config.campaign_review),
        ReviewCampaigns(db, stored_campaigns, PostRepository(), running, audit, pager, clock),
        RecordImpressions(db, stored_campaigns, shown, running, offers, clock),
        clock,
    )
    return offers, running, promote, servicer


def build_worker(config: Config) -> App:
    """The role that hears events, ready to start; the outbox is published by the other one."""
    base = Base("feed", config, role="feed-worker")
    profile = base.peer("profile", config.profile_address).channel
    graph = Graph(profile, base.generations, ACCESS)
    scoring = SCORINGS[config.scoring]
    feeds = FeedCache(base.cache, config.feed_ttl_seconds, scoring.version)
    stored, comments, topics, ranking = PostRepository(), CommentRepository(), TopicRepository(), RankingRepository()
    build = BuildFeed(base.db, ranking, graph, feeds, base.clock, scoring)
    ahead = MaterialiseFeeds(base.db, ReaderRepository(), feeds, build, base.clock, _ahead(config))
    weigh = WeighReach(base.db, ReachRepository(), ReaderRepository(), base.clock, config.fan_out_threshold)
    fan_out = FanOutPost(
        base.db,
        stored,
        ranking,
        topics,
        graph,
        feeds,
        weigh,
        base.clock,
        scoring,
        threshold=config.fan_out_threshold,
        ttl=config.feed_ttl_seconds,
    )
    objects, media = _objects(config), MediaRepository()
    index = IndexPost(ListByTopic(topics, base.clock), PostSearch())
    mentioning, announce, safety = Mentioning(graph), AnnouncePost(stored, index), _safety(config, base.db, base.clock)
    moderation = Moderation(base.db, stored, ApplyDecision(stored, comments, announce, mentioning), fan_out)
    campaigns = EndCampaigns(base.db, CampaignRepository(), base.bus, base.clock)
    tell = TellRevised(base.db, stored, RevisionRepository(), graph)
    consumer = Consumer(
        base.bus,
        DURABLE,
        {
            PostCreated: OnPostCreated(fan_out),
            PostUpdated: OnPostUpdated(fan_out, campaigns, tell),
            PostDeleted: OnPostDeleted(
                base.db,
                comments,
                EngagementRepository(),
                CommentReactionRepository(),
                BookmarkRepository(),
                PollRepository(),
                campaigns,
                tell,
            ),
            ConnectionAccepted: OnConnectionAccepted(feeds),
            ConnectionRemoved: OnConnectionRemoved(feeds),
            UserFollowed: OnUserFollowed(feeds),
            UserUnfollowed: OnUserUnfollowed(feeds),
            UserUpdated: OnUserUpdated(base.bus, Pictures(base.db, media, objects, base.clock)),
            ContentModerated: OnContentModerated(moderation),
            ContentRestored: OnContentRestored(moderation),
            **({SessionOpened: OnSessionOpened(ahead)} if config.build_ahead else {}),
        },
        handler_seconds=FAN_OUT_SECONDS,
    )
    process = ProcessMedium(base.db, media, objects, Renderer(config.rendering_processes), base.clock)
    uploads = Consumer(
        base.bus,
        MEDIA_DURABLE,
        {MediaUploaded: OnMediaUploaded(process), MediaDeleted: OnMediaDeleted(process)},
        concurrency=config.rendering_processes,
        handler_seconds=MEDIA_SECONDS,
    )
    sweep = SweepMedia(base.db, media, objects, base.clock)
    find, library = FindPost(base.db, stored, graph), MediaLibrary(base.db, media, graph, objects, base.clock)
    lists, drafts = AudienceLists(profile), DraftRepository()
    publish = PublishPost(stored, find, lists, library, announce, base.clock, mentioning, safety)
    settle = SettleReviews(base.db, stored, comments, ReviewRepository(), safety, index, Trust(profile), base.clock)
    publish_draft = PublishDraft(drafts, library, publish, base.clock)
    due = PublishDue(base.db, drafts, publish_draft, graph, base.charges, base.pager, base.clock)
    rounds = [
        Rounds("ended campaigns", campaigns.past_end, END_SECONDS),
        Rounds("scheduled drafts", due, DUE_SECONDS),
        Rounds("counts", CorrectCounts(base.db, CountRepository(), base.clock), COUNTS_ROUND_SECONDS, at_once=False),
        Rounds("merged authors", weigh, REACH_ROUND_SECONDS),
        Rounds("media", sweep, ROUND_SECONDS, jitter=0.5, at_once=False),
        Rounds("content reviews", settle, SETTLE_SECONDS, jitter=0.5),
        Rounds("search", IndexUnread(base.db, index), SEARCH_ROUND_SECONDS, jitter=0.5),
        Rounds("topics", CountTopics(base.db, topics, base.clock), TOPICS_ROUND_SECONDS, jitter=0.5, at_once=False),
        Rounds("uploads", sweep.uploads, UPLOADS_ROUND_SECONDS, jitter=0.5, at_once=False),
    ]
    if config.build_ahead:
        rounds.append(Rounds("feeds ahead", ahead, AHEAD_ROUND_SECONDS, jitter=0.5))
    return base.app(after=[consumer, uploads, *rounds], relay=False)


def _ahead(config: Config) -> timedelta:
    """How often feeds are built ahead: before they have aged."""
    return timedelta(seconds=config.feed_ttl_seconds * _BEFORE_AGED)


def _safety(config: Config, db: Database, clock: Clock) -> ContentSafety:
    fingerprints = FingerprintRepository()
    classifiers = [ByRules.read(config.unwanted_domains), ByRepetition(db, fingerprints, clock)]
    return ContentSafety(classifiers, fingerprints, ReviewRepository(), clock)


def _objects(config: Config) -> Objects:
    return open_objects(config.objects, production=config.limits.profile == "production")


def _wipes(feeds: FeedCache, wishes: WishCache, histories: HistoryCache, objects: Objects) -> list[Wipe]:
    async def files(user_id: UserId) -> int:
        return sum([await objects.delete_all(folder) for folder in everything_of(user_id)])

    return [
        Wipe(PlaceKind.CACHE, "feeds", feeds.erase),
        Wipe(PlaceKind.CACHE, "feed_wishes", wishes.erase),
        Wipe(PlaceKind.CACHE, "feed_history", histories.erase),
        Wipe(PlaceKind.FILES, "media_objects", files),
    ]


ROLES: Mapping[str, Callable[[Config], App]] = {"api": build_api, "worker": build_worker}
