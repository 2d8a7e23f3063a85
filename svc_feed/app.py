"""The composition root of the feed service: the only module that knows everyone."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from guild.events.v1.graph_pb2 import ConnectionAccepted, ConnectionRemoved
from guild.events.v1.posts_pb2 import PostCreated, PostDeleted, PostUpdated
from guild.events.v1.users_pb2 import UserUpdated
from guild.feed.v1.feed_service_pb2_grpc import add_FeedServiceServicer_to_server
from guild.feed.v1.post_service_pb2_grpc import add_PostServiceServicer_to_server
from guild.feed.v1.promotion_service_pb2_grpc import (
    PromotionServiceServicer,
    add_PromotionServiceServicer_to_server,
)
from guild.media.v1.media_service_pb2_grpc import MediaServiceServicer, add_MediaServiceServicer_to_server
from mesh.events import Consumer
from mesh.lifecycle import App
from mesh.service import Base
from svc_feed.config import Config
from svc_feed.inbox.connection_accepted import OnConnectionAccepted
from svc_feed.inbox.connection_removed import OnConnectionRemoved
from svc_feed.inbox.post_created import OnPostCreated
from svc_feed.inbox.post_deleted import OnPostDeleted
from svc_feed.inbox.post_updated import OnPostUpdated
from svc_feed.inbox.user_updated import OnUserUpdated
from svc_feed.peers.authors import Authors
from svc_feed.peers.graph import Graph
from svc_feed.rpc.feed_servicer import FeedServicer
from svc_feed.rpc.post_servicer import PostServicer
from svc_feed.rpc.wire import FeedWriter
from svc_feed.store.comments import CommentRepository
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.hydration import Hydration
from svc_feed.store.posts import PostRepository
from svc_feed.store.ranking import RankingRepository
from svc_feed.usecases.build_feed import BuildFeed
from svc_feed.usecases.create_comment import CreateComment
from svc_feed.usecases.create_post import CreatePost
from svc_feed.usecases.delete_post import DeletePost
from svc_feed.usecases.erase_answers import EraseAnswers
from svc_feed.usecases.explain_feed import ExplainFeed
from svc_feed.usecases.fan_out_post import FanOutPost
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.get_feed import GetFeed
from svc_feed.usecases.get_post import GetPost
from svc_feed.usecases.list_comments import ListComments
from svc_feed.usecases.list_reactions import ListReactions
from svc_feed.usecases.list_user_posts import ListUserPosts
from svc_feed.usecases.ranked_feed import RankedFeed
from svc_feed.usecases.react import React
from svc_feed.usecases.rebuild_feed import RebuildFeed
from svc_feed.usecases.show import ShowPosts
from svc_feed.usecases.unreact import Unreact
from svc_feed.usecases.update_post import UpdatePost

DURABLE = "feed-worker"
"""The name under which the workers share the events."""


class _Shared(NamedTuple):
    """What both roles are made of."""

    base: Base
    profile: Any
    graph: Graph
    feeds: FeedCache


def build_api(config: Config) -> App:
    """The role that serves calls, ready to start."""
    shared = _shared(config, "feed")
    authors = Authors(shared.profile, shared.base.bus)
    return shared.base.app(
        servicers=[
            (add_PostServiceServicer_to_server, _posts(shared, authors)),
            (add_FeedServiceServicer_to_server, _feeds(shared, authors, config)),
            (add_MediaServiceServicer_to_server, MediaServiceServicer()),
            (add_PromotionServiceServicer_to_server, PromotionServiceServicer()),
        ],
        before=[authors],
    )


def build_worker(config: Config) -> App:
    """The role that hears events, ready to start; the outbox is published by the other one."""
    base, _, graph, feeds = _shared(config, "feed-worker")
    fan_out = FanOutPost(
        base.db,
        PostRepository(),
        RankingRepository(),
        graph,
        feeds,
        base.clock,
        threshold=config.fan_out_threshold,
        ttl=config.feed_ttl_seconds,
    )
    erase = EraseAnswers(base.db, CommentRepository(), EngagementRepository())
    consumer = Consumer(
        base.bus,
        DURABLE,
        {
            PostCreated: OnPostCreated(fan_out),
            PostUpdated: OnPostUpdated(fan_out),
            PostDeleted: OnPostDeleted(erase),
            ConnectionAccepted: OnConnectionAccepted(feeds),
            ConnectionRemoved: OnConnectionRemoved(feeds),
            UserUpdated: OnUserUpdated(base.bus),
        },
    )
    return base.app(after=[consumer], relay=False)


ROLES: Mapping[str, Callable[[Config], App]] = {"api": build_api, "worker": build_worker}


def _shared(config: Config, role: str) -> _Shared:
    base = Base("feed", config, role=role)
    channel = base.peer("profile", config.profile_address).channel
    return _Shared(base, channel, Graph(channel), FeedCache(base.cache, config.feed_ttl_seconds))


def _posts(shared: _Shared, authors: Authors) -> PostServicer:
    base = shared.base
    db, clock, tokens = base.db, base.clock, base.page_tokens
    posts, engagement, comments = PostRepository(), EngagementRepository(), CommentRepository()
    find = FindPost(db, posts, shared.graph)
    return PostServicer(
        create_post=CreatePost(db, posts, clock),
        get_post=GetPost(find, ShowPosts(engagement, authors)),
        update_post=UpdatePost(db, posts, find, clock),
        delete_post=DeletePost(db, posts, find, clock),
        react=React(db, posts, engagement, find, clock),
        unreact=Unreact(db, posts, engagement, find, clock),
        list_reactions=ListReactions(find, engagement, authors, tokens),
        create_comment=CreateComment(db, posts, comments, find, clock),
        list_comments=ListComments(find, comments, authors, tokens),
    )


def _feeds(shared: _Shared, authors: Authors, config: Config) -> FeedServicer:
    base, graph, feeds = shared.base, shared.graph, shared.feeds
    ranking, hydration = RankingRepository(), Hydration(base.db)
    build = BuildFeed(base.db, ranking, graph, feeds, base.clock)
    ranked = RankedFeed(feeds, build, base.clock, ttl=config.feed_ttl_seconds)
    return FeedServicer(
        get_feed=GetFeed(ranked, feeds, hydration, graph, authors, base.page_tokens, base.clock),
        list_user_posts=ListUserPosts(
            base.db, PostRepository(), graph, ShowPosts(EngagementRepository(), authors), base.page_tokens
        ),
        rebuild_feed=RebuildFeed(graph, feeds, build),
        explain_feed=ExplainFeed(base.db, graph, feeds, build, ranking, hydration, base.clock),
        write=FeedWriter(),
    )
