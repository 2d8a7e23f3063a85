"""Feeds, what members want of them and did with them, and what authors are told of it."""

from datetime import timedelta

from guild.feed.v1.analytics_service_pb2_grpc import add_AnalyticsServiceServicer_to_server
from guild.feed.v1.feed_preference_service_pb2_grpc import add_FeedPreferenceServiceServicer_to_server
from guild.feed.v1.feed_service_pb2_grpc import add_FeedServiceServicer_to_server
from mesh.data import kept
from mesh.ids import UserId
from mesh.lifecycle import Rounds
from mesh.objects import Objects
from mesh.privacy import PersonalData, PlaceKind, Wipe, personal_data
from svc_feed.compose.ground import Ground
from svc_feed.compose.publishing import Publishing
from svc_feed.compose.room import Room
from svc_feed.compose.showing import Showing
from svc_feed.domain.analytics import KEEP as KEEP_DAYS
from svc_feed.domain.reader import ACTIVE
from svc_feed.peers.audit import OperatorLog
from svc_feed.rpc.analytics_servicer import AnalyticsServicer
from svc_feed.rpc.feed_servicer import FeedServicer
from svc_feed.rpc.preference_servicer import PreferenceServicer
from svc_feed.rpc.wire import FeedWriter
from svc_feed.store.analytics import AnalyticsRepository
from svc_feed.store.follower_days import FollowerDayRepository
from svc_feed.store.history_cache import HistoryCache
from svc_feed.store.media_keys import everything_of
from svc_feed.store.personal import RULES
from svc_feed.store.preferences import PreferenceRepository
from svc_feed.store.reach import ReachRepository
from svc_feed.store.readers import ReaderRepository
from svc_feed.store.recorded_rankings import KEEP as KEEP_RANKINGS
from svc_feed.store.recorded_rankings import RecordedRankings
from svc_feed.store.tables import feed_preferences, feed_readers, follower_days, recorded_rankings, view_days
from svc_feed.store.wish_cache import WishCache
from svc_feed.usecases.count_new_posts import CountNewPosts
from svc_feed.usecases.count_views import CountViews
from svc_feed.usecases.get_feed import GetFeed
from svc_feed.usecases.known_histories import KnownHistories
from svc_feed.usecases.known_wishes import KnownWishes
from svc_feed.usecases.note_readers import ROUND_SECONDS, NoteReaders
from svc_feed.usecases.operate_feeds import OperateFeeds
from svc_feed.usecases.preferences import Preferences
from svc_feed.usecases.promote import Promote
from svc_feed.usecases.ranked_feed import RankedFeed
from svc_feed.usecases.read_analytics import ReadAnalytics
from svc_feed.usecases.record_interactions import RecordInteractions
from svc_feed.usecases.record_rankings import RecordRankings
from svc_feed.usecases.second_pass import SecondPass


def reading(ground: Ground, showing: Showing, published: Publishing, promote: Promote, audit: OperatorLog) -> Room:
    """Put it together."""
    base, config, scoring = ground.base, ground.config, ground.scoring
    db, clock, graph, feeds, hydration = base.db, base.clock, ground.graph, ground.feeds, showing.hydration
    record = RecordRankings(
        db, RecordedRankings(), clock, config.recorded_rankings_share, config.recorded_rankings_per_hour
    )
    stated, wish_cache, history_cache = PreferenceRepository(), WishCache(base.cache), HistoryCache(base.cache)
    histories, second_pass = KnownHistories(), SecondPass(hydration, clock, scoring)
    wishes = KnownWishes(db, stated, wish_cache, clock)
    ranked = RankedFeed(feeds, ground.build, record, wishes, histories, clock, ttl=config.feed_ttl_seconds)
    readers = NoteReaders(db, ReaderRepository(), clock, ground.ahead)
    get_feed = GetFeed(
        ranked,
        second_pass,
        feeds,
        hydration,
        graph,
        showing.posts,
        promote,
        record,
        readers,
        base.page_tokens,
        clock,
    )
    operate = OperateFeeds(
        db,
        graph,
        audit,
        feeds,
        ground.build,
        ground.ranking,
        ReachRepository(),
        wishes,
        histories,
        second_pass,
        hydration,
        clock,
        scoring,
    )
    preferences = Preferences(db, stated, wish_cache, ground.find, graph, base.pager, clock)
    analytics = AnalyticsRepository()
    views = CountViews(db, analytics, clock)
    interactions = RecordInteractions(
        db, ground.posts, hydration, graph, feeds, history_cache, preferences, views, clock, scoring
    )
    servicer = FeedServicer(
        get_feed,
        published.posts,
        published.company_posts,
        operate,
        CountNewPosts(ranked, hydration, graph),
        interactions,
        FeedWriter(),
    )
    return Room(
        servicers=[
            (add_FeedServiceServicer_to_server, servicer),
            (
                add_AnalyticsServiceServicer_to_server,
                AnalyticsServicer(ReadAnalytics(db, analytics, FollowerDayRepository(), ground.find, clock)),
            ),
            (add_FeedPreferenceServiceServicer_to_server, PreferenceServicer(preferences)),
            personal_data(PersonalData(db, RULES, clock, _wipes(ground, wish_cache, history_cache))),
        ],
        before=[views, record],
        after=[Rounds("feed readers", readers, ROUND_SECONDS, jitter=0.5, at_once=False)],
        swept=[
            kept(recorded_rankings.c.recorded_at, KEEP_RANKINGS),
            kept(feed_preferences.c.expires_at, timedelta()),
            kept(view_days.c.day, KEEP_DAYS),
            kept(follower_days.c.day, KEEP_DAYS),
            kept(feed_readers.c.read_at, ACTIVE),
        ],
    )


def _wipes(ground: Ground, wishes: WishCache, histories: HistoryCache) -> list[Wipe]:
    return [
        Wipe(PlaceKind.CACHE, "feeds", ground.feeds.erase),
        Wipe(PlaceKind.CACHE, "feed_wishes", wishes.erase),
        Wipe(PlaceKind.CACHE, "feed_history", histories.erase),
        files_of(ground.objects),
    ]


def files_of(objects: Objects) -> Wipe:
    """What of a member lies in the object store."""

    async def erase(user_id: UserId) -> int:
        return sum([await objects.delete_all(folder) for folder in everything_of(user_id)])

    return Wipe(PlaceKind.FILES, "media_objects", erase)
