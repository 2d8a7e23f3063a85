"""Posts, drafts, topics and files, and how members answer posts."""

from dataclasses import dataclass

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_COMMENT, CONTENT_KIND_POST
from guild.feed.v1.draft_service_pb2_grpc import add_DraftServiceServicer_to_server
from guild.feed.v1.post_service_pb2_grpc import add_PostServiceServicer_to_server
from guild.feed.v1.topic_service_pb2_grpc import add_TopicServiceServicer_to_server
from guild.media.v1.media_service_pb2_grpc import add_MediaServiceServicer_to_server
from mesh.authorship import content_authors
from mesh.data import kept
from svc_feed.compose.ground import Ground
from svc_feed.compose.room import Room
from svc_feed.compose.showing import Showing
from svc_feed.peers.audit import OperatorLog
from svc_feed.rendering.renderer import Renderer
from svc_feed.rpc.draft_servicer import DraftServicer
from svc_feed.rpc.media_servicer import MediaServicer
from svc_feed.rpc.post_servicer import PostServicer
from svc_feed.rpc.topic_servicer import TopicServicer
from svc_feed.store.activity import ActivityRepository
from svc_feed.store.articles import ArticleRepository
from svc_feed.store.bookmarks import BookmarkRepository
from svc_feed.store.comment_reactions import CommentReactionRepository
from svc_feed.store.content_reviews import KEPT as KEEP_REVIEWS
from svc_feed.store.content_reviews import ReviewRepository
from svc_feed.store.drafts import DRAFTS_SWEPT
from svc_feed.store.engagement import EngagementRepository
from svc_feed.store.fingerprints import KEPT as KEEP_FINGERPRINTS
from svc_feed.store.polls import PollRepository
from svc_feed.store.revisions import RevisionRepository
from svc_feed.store.tables import content_reviews, fingerprints
from svc_feed.usecases.apply_decision import ApplyDecision
from svc_feed.usecases.bookmarks import Bookmarks
from svc_feed.usecases.change_comment_reactions import ChangeCommentReactions
from svc_feed.usecases.change_reactions import ChangeReactions
from svc_feed.usecases.comment_reactions import CommentReactions
from svc_feed.usecases.comments import Comments
from svc_feed.usecases.company_posts import CompanyPosts
from svc_feed.usecases.content_authors import ContentAuthors
from svc_feed.usecases.drafts import Drafts
from svc_feed.usecases.find_comment import FindComment
from svc_feed.usecases.held_content import HeldContent
from svc_feed.usecases.lay_out_article import LayOutArticle
from svc_feed.usecases.list_activity import ListActivity
from svc_feed.usecases.pictures import Pictures
from svc_feed.usecases.polls import Polls
from svc_feed.usecases.post_revisions import PostRevisions
from svc_feed.usecases.posts import Posts
from svc_feed.usecases.reactions import Reactions
from svc_feed.usecases.remove_post import RemovePost
from svc_feed.usecases.search_posts import SearchPosts
from svc_feed.usecases.shares import Shares
from svc_feed.usecases.topics import Topics
from svc_feed.usecases.uploads import Uploads
from svc_feed.usecases.who_changes import WhoChanges

ARTICLE_SECONDS = 10.0
"""How long a layout of an article may take: five times the processor's time it may have, for a machine that is busy."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What the role serves of it, and what lists of posts are asked of."""

    room: Room
    posts: Posts
    company_posts: CompanyPosts


def publishing(ground: Ground, showing: Showing, audit: OperatorLog) -> Publishing:
    """Put it together."""
    base, graph, find, show = ground.base, ground.graph, ground.find, showing.posts
    db, clock, pager = base.db, base.clock, base.pager
    edits, authors, mentions = RevisionRepository(), showing.authors, showing.mentions
    articles = LayOutArticle(
        db, ground.posts, ArticleRepository(), Renderer(ground.config.rendering_processes, seconds=ARTICLE_SECONDS)
    )
    who = WhoChanges(find, showing.companies)
    remove = RemovePost(ground.posts, edits, articles, ground.library, ground.index, clock)
    posts = Posts(
        db,
        ground.posts,
        find,
        graph,
        ground.lists,
        who,
        show,
        pager,
        clock,
        ground.library,
        ground.index,
        edits,
        articles,
        ground.publish,
        remove,
        ground.mentioning,
        ground.safety,
    )
    company_posts = CompanyPosts(db, ground.posts, graph, ground.publish, show, pager)
    engagement, to_comments = EngagementRepository(), CommentReactionRepository()
    change, find_comment = ChangeReactions(db, engagement, find, clock), FindComment(db, ground.comments, graph, find)
    change_answers = ChangeCommentReactions(db, to_comments, find, find_comment, clock)
    comments = Comments(
        db,
        ground.posts,
        ground.comments,
        to_comments,
        find,
        find_comment,
        graph,
        authors,
        pager,
        clock,
        ground.mentioning,
        mentions,
        ground.safety,
    )
    written = ContentAuthors(find, find_comment)
    decide = ApplyDecision(ground.posts, ground.comments, ground.announce, ground.mentioning)
    servicer = PostServicer(
        posts,
        Reactions(db, engagement, change, find, graph, authors, pager),
        comments,
        CommentReactions(db, to_comments, change_answers, find_comment, graph, authors, pager),
        Bookmarks(db, ground.posts, BookmarkRepository(), find, show, pager, clock),
        ListActivity(db, ActivityRepository(), show, base.page_tokens, mentions),
        Polls(db, PollRepository(), find, clock),
        company_posts,
        SearchPosts(db, ground.words, graph, show, pager),
        PostRevisions(db, edits, find, pager),
        HeldContent(db, ground.posts, ground.comments, ReviewRepository(), decide, audit, pager, clock),
        Shares(db, ground.posts, find, graph, show, who, remove, pager, clock),
    )
    drafts = Drafts(db, ground.drafts, find, ground.lists, ground.library, ground.publish_draft, pager, clock)
    topics = Topics(db, ground.topics, ground.feeds, show, pager, clock)
    uploads = Uploads(db, ground.media, ground.objects, base.charges, clock)
    pictures = Pictures(db, ground.media, ground.objects, clock)
    room = Room(
        servicers=[
            (add_PostServiceServicer_to_server, servicer),
            (add_DraftServiceServicer_to_server, DraftServicer(drafts)),
            (add_TopicServiceServicer_to_server, TopicServicer(topics)),
            (add_MediaServiceServicer_to_server, MediaServicer(uploads, ground.library, pictures)),
            content_authors({CONTENT_KIND_POST: written.of_post, CONTENT_KIND_COMMENT: written.of_comment}),
        ],
        before=[authors],
        swept=[
            DRAFTS_SWEPT,
            kept(fingerprints.c.created_at, KEEP_FINGERPRINTS),
            kept(content_reviews.c.created_at, KEEP_REVIEWS),
        ],
    )
    return Publishing(room, posts, company_posts)
