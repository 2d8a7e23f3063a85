"""What the worker does: it hears events, looks at files, and makes its rounds."""

from guild.events.v1.graph_pb2 import ConnectionAccepted, ConnectionRemoved, UserFollowed, UserUnfollowed
from guild.events.v1.media_pb2 import MediaDeleted, MediaUploaded
from guild.events.v1.posts_pb2 import PostCreated, PostDeleted, PostUpdated
from guild.events.v1.trust_pb2 import ContentModerated, ContentRestored
from guild.events.v1.users_pb2 import SessionOpened, UserUpdated
from mesh.events import Consumer
from mesh.lifecycle import Rounds
from svc_feed.compose.ground import Ground
from svc_feed.compose.room import Room
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
from svc_feed.peers.trust import Trust
from svc_feed.rendering.renderer import Renderer
from svc_feed.store.bookmarks import BookmarkRepository
from svc_feed.store.campaigns import CampaignRepository
from svc_feed.store.comment_reactions import CommentReactionRepository
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.counts import CountRepository
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.follower_days import FollowerDayRepository
from svc_feed.store.polls import PollRepository
from svc_feed.store.reach import ReachRepository
from svc_feed.store.readers import ReaderRepository
from svc_feed.store.revisions import RevisionRepository
from svc_feed.store.unlooked import UnlookedRepository
from svc_feed.usecases.apply_decision import ApplyDecision
from svc_feed.usecases.correct_counts import ROUND_SECONDS as COUNTS_ROUND_SECONDS
from svc_feed.usecases.correct_counts import CorrectCounts
from svc_feed.usecases.count_followers import CountFollowers
from svc_feed.usecases.count_topics import ROUND_SECONDS as TOPICS_ROUND_SECONDS
from svc_feed.usecases.count_topics import CountTopics
from svc_feed.usecases.end_campaigns import EVERY_SECONDS as END_SECONDS
from svc_feed.usecases.end_campaigns import EndCampaigns
from svc_feed.usecases.fan_out_post import FAN_OUT_SECONDS, FanOutPost
from svc_feed.usecases.index_post import ROUND_SECONDS as SEARCH_ROUND_SECONDS
from svc_feed.usecases.index_post import IndexUnread
from svc_feed.usecases.look_again import ROUND_SECONDS as LOOK_ROUND_SECONDS
from svc_feed.usecases.look_again import LookAgain
from svc_feed.usecases.materialise_feeds import ROUND_SECONDS as AHEAD_ROUND_SECONDS
from svc_feed.usecases.materialise_feeds import MaterialiseFeeds
from svc_feed.usecases.moderation import Moderation
from svc_feed.usecases.pictures import Pictures
from svc_feed.usecases.process_medium import ProcessMedium
from svc_feed.usecases.publish_due import EVERY_SECONDS as DUE_SECONDS
from svc_feed.usecases.publish_due import PublishDue
from svc_feed.usecases.settle_reviews import EVERY_SECONDS as SETTLE_SECONDS
from svc_feed.usecases.settle_reviews import SettleReviews
from svc_feed.usecases.sweep_media import ROUND_SECONDS, UPLOADS_ROUND_SECONDS, SweepMedia
from svc_feed.usecases.tell_revised import TellRevised
from svc_feed.usecases.weigh_reach import ROUND_SECONDS as REACH_ROUND_SECONDS
from svc_feed.usecases.weigh_reach import WeighReach

DURABLE = "feed-worker"
"""The name under which the workers share the events."""
MEDIA_DURABLE = "feed-media"
"""As above, for uploads, which take seconds each and make nothing else wait."""
MEDIA_SECONDS = 300.0
"""How long one try of an upload may take: that of the largest video on a slow line to the object store."""


def working(ground: Ground) -> Room:
    """Put it together."""
    base, config, graph, feeds = ground.base, ground.config, ground.graph, ground.feeds
    db, clock, stored, comments = base.db, base.clock, ground.posts, ground.comments
    ahead = MaterialiseFeeds(db, ReaderRepository(), feeds, ground.build, clock, ground.ahead)
    weigh = WeighReach(db, ReachRepository(), ReaderRepository(), clock, config.fan_out_threshold)
    fan_out = FanOutPost(
        db,
        stored,
        ground.ranking,
        ground.topics,
        graph,
        feeds,
        weigh,
        clock,
        ground.scoring,
        threshold=config.fan_out_threshold,
        ttl=config.feed_ttl_seconds,
    )
    decide = ApplyDecision(stored, comments, ground.announce, ground.mentioning)
    moderation = Moderation(db, stored, decide, fan_out)
    campaigns = EndCampaigns(db, CampaignRepository(), base.bus, clock)
    tell = TellRevised(db, stored, RevisionRepository(), graph)
    followers = CountFollowers(db, FollowerDayRepository())
    consumer = Consumer(
        base.bus,
        DURABLE,
        {
            PostCreated: OnPostCreated(fan_out),
            PostUpdated: OnPostUpdated(fan_out, campaigns, tell),
            PostDeleted: OnPostDeleted(
                db,
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
            UserFollowed: OnUserFollowed(feeds, followers),
            UserUnfollowed: OnUserUnfollowed(feeds, followers),
            UserUpdated: OnUserUpdated(base.bus, Pictures(db, ground.media, ground.objects, clock)),
            ContentModerated: OnContentModerated(moderation),
            ContentRestored: OnContentRestored(moderation),
            **({SessionOpened: OnSessionOpened(ahead)} if config.build_ahead else {}),
        },
        handler_seconds=FAN_OUT_SECONDS,
    )
    process = ProcessMedium(db, ground.media, ground.objects, Renderer(config.rendering_processes), clock)
    uploads = Consumer(
        base.bus,
        MEDIA_DURABLE,
        {MediaUploaded: OnMediaUploaded(process), MediaDeleted: OnMediaDeleted(process)},
        concurrency=config.rendering_processes,
        handler_seconds=MEDIA_SECONDS,
    )
    sweep = SweepMedia(db, ground.media, ground.objects, clock)
    settle = SettleReviews(
        db, stored, comments, ReviewRepository(), ground.safety, ground.index, Trust(ground.profile), clock
    )
    look_again = LookAgain(db, UnlookedRepository(), ReviewRepository(), ground.rules, clock)
    due = PublishDue(db, ground.drafts, ground.publish_draft, graph, base.charges, base.pager, clock)
    rounds = [
        Rounds("ended campaigns", campaigns.past_end, END_SECONDS),
        Rounds("scheduled drafts", due, DUE_SECONDS),
        Rounds("counts", CorrectCounts(db, CountRepository(), clock), COUNTS_ROUND_SECONDS, at_once=False),
        Rounds("merged authors", weigh, REACH_ROUND_SECONDS),
        Rounds("media", sweep, ROUND_SECONDS, jitter=0.5, at_once=False),
        Rounds("content reviews", settle, SETTLE_SECONDS, jitter=0.5),
        Rounds("content rules", look_again, LOOK_ROUND_SECONDS, jitter=0.5),
        Rounds("search", IndexUnread(db, ground.index), SEARCH_ROUND_SECONDS, jitter=0.5),
        Rounds("topics", CountTopics(db, ground.topics, clock), TOPICS_ROUND_SECONDS, jitter=0.5, at_once=False),
        Rounds("uploads", sweep.uploads, UPLOADS_ROUND_SECONDS, jitter=0.5, at_once=False),
    ]
    if config.build_ahead:
        rounds.append(Rounds("feeds ahead", ahead, AHEAD_ROUND_SECONDS, jitter=0.5))
    return Room(after=[consumer, uploads, *rounds])
