"""What both roles stand on: how posts come to be, whom they reach, what feeds are built of."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mesh.objects import Objects, open_objects
from mesh.service import ACCESS, Base
from svc_feed.config import Config
from svc_feed.domain.safety.rules import ByRules
from svc_feed.domain.scoring import SCORINGS, Scoring
from svc_feed.peers.audience_lists import AudienceLists
from svc_feed.peers.graph import Graph
from svc_feed.store.comments import CommentRepository
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.drafts import DraftRepository
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.fingerprints import FingerprintRepository
from svc_feed.store.media import MediaRepository
from svc_feed.store.post_search import PostSearch
from svc_feed.store.posts import PostRepository
from svc_feed.store.ranking import RankingRepository
from svc_feed.store.topics import TopicRepository
from svc_feed.usecases.announce_post import AnnouncePost
from svc_feed.usecases.build_feed import BuildFeed
from svc_feed.usecases.content_safety import ByRepetition, ContentSafety
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.index_post import IndexPost
from svc_feed.usecases.list_by_topic import ListByTopic
from svc_feed.usecases.media_library import MediaLibrary
from svc_feed.usecases.mentioning import Mentioning
from svc_feed.usecases.publish_draft import PublishDraft
from svc_feed.usecases.publish_post import PublishPost

_BEFORE_AGED = 0.9


@dataclass(frozen=True, slots=True)
class Ground:
    """`profile` is the channel to that service; `ahead` is how often feeds are built ahead: before they have aged."""

    base: Base
    config: Config
    profile: Any
    scoring: Scoring
    ahead: timedelta
    graph: Graph
    lists: AudienceLists
    posts: PostRepository
    comments: CommentRepository
    drafts: DraftRepository
    topics: TopicRepository
    words: PostSearch
    media: MediaRepository
    ranking: RankingRepository
    objects: Objects
    feeds: FeedCache
    build: BuildFeed
    library: MediaLibrary
    find: FindPost
    index: IndexPost
    announce: AnnouncePost
    mentioning: Mentioning
    rules: ByRules
    safety: ContentSafety
    publish: PublishPost
    publish_draft: PublishDraft


def ground(base: Base, config: Config) -> Ground:
    """Put it together."""
    db, clock = base.db, base.clock
    profile = base.peer("profile", config.profile_address).channel
    graph, lists, scoring = Graph(profile, base.generations, ACCESS), AudienceLists(profile), SCORINGS[config.scoring]
    posts, drafts, topics, words = PostRepository(), DraftRepository(), TopicRepository(), PostSearch()
    media, objects = MediaRepository(), open_objects(config.objects, production=config.limits.profile == "production")
    ranking, feeds = RankingRepository(), FeedCache(base.cache, config.feed_ttl_seconds, scoring.version)
    library, find = MediaLibrary(db, media, graph, objects, clock), FindPost(db, posts, graph)
    index, fingerprints = IndexPost(ListByTopic(topics, clock), words), FingerprintRepository()
    announce, mentioning = AnnouncePost(posts, index), Mentioning(graph)
    rules, repetition = ByRules.read(config.unwanted_domains), ByRepetition(db, fingerprints, clock)
    safety = ContentSafety([rules, repetition], fingerprints, ReviewRepository(), clock)
    publish = PublishPost(posts, find, lists, library, announce, clock, mentioning, safety)
    return Ground(
        base=base,
        config=config,
        profile=profile,
        scoring=scoring,
        ahead=timedelta(seconds=config.feed_ttl_seconds * _BEFORE_AGED),
        graph=graph,
        lists=lists,
        posts=posts,
        comments=CommentRepository(),
        drafts=drafts,
        topics=topics,
        words=words,
        media=media,
        ranking=ranking,
        objects=objects,
        feeds=feeds,
        build=BuildFeed(db, ranking, graph, feeds, clock, scoring),
        library=library,
        find=find,
        index=index,
        announce=announce,
        mentioning=mentioning,
        rules=rules,
        safety=safety,
        publish=publish,
        publish_draft=PublishDraft(drafts, library, publish, clock),
    )
