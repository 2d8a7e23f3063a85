"""The PostService of the contract."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.feed.v1 import post_service_pb2 as pb
from guild.feed.v1.post_service_pb2_grpc import PostServiceServicer
from mesh.principal import current_user
from svc_feed.domain.ids import CommentId, CompanyId, PostId, UserId
from svc_feed.rpc import messages
from svc_feed.usecases.bookmarks import Bookmarks
from svc_feed.usecases.comment_reactions import CommentReactions
from svc_feed.usecases.comments import Comments
from svc_feed.usecases.company_posts import CompanyPosts
from svc_feed.usecases.held_content import HeldContent
from svc_feed.usecases.list_activity import ListActivity
from svc_feed.usecases.polls import Polls
from svc_feed.usecases.post_revisions import PostRevisions
from svc_feed.usecases.posts import Posts
from svc_feed.usecases.reactions import Reactions
from svc_feed.usecases.search_posts import SearchPosts
from svc_feed.usecases.shares import Shares


@dataclass(frozen=True)
class PostServicer(PostServiceServicer):
    """Unpack, ask, pack."""

    posts: Posts
    reactions: Reactions
    comments: Comments
    comment_reactions: CommentReactions
    bookmarks: Bookmarks
    list_activity: ListActivity
    polls: Polls
    company_posts: CompanyPosts
    search: SearchPosts
    revisions: PostRevisions
    held: HeldContent
    shares: Shares

    async def CreatePost(self, request: pb.CreatePostRequest, context: Any) -> pb.CreatePostResponse:
        """Publish a post."""
        post = await self.posts.create(current_user(), messages.draft(request))
        return pb.CreatePostResponse(post=messages.own_post(post))

    async def SharePost(self, request: pb.SharePostRequest, context: Any) -> pb.SharePostResponse:
        """Publish a post that carries another."""
        post = await self.posts.create(current_user(), messages.sharing(request), PostId(UUID(request.post_id)))
        return pb.SharePostResponse(post=messages.own_post(post))

    async def GetPost(self, request: pb.GetPostRequest, context: Any) -> pb.GetPostResponse:
        """Read a post."""
        item, html = await self.posts.get(current_user(), PostId(UUID(request.post_id)))
        return pb.GetPostResponse(item=messages.whole_item(item, html))

    async def UpdatePost(self, request: pb.UpdatePostRequest, context: Any) -> pb.UpdatePostResponse:
        """Change the own post."""
        changes, post_id = messages.changes(request), PostId(UUID(request.post.id))
        post = await self.posts.update(current_user(), post_id, changes, request.etag)
        return pb.UpdatePostResponse(post=messages.own_post(post))

    async def DeletePost(self, request: pb.DeletePostRequest, context: Any) -> pb.DeletePostResponse:
        """Delete the own post."""
        await self.posts.delete(current_user(), PostId(UUID(request.post_id)), request.etag)
        return pb.DeletePostResponse()

    async def ListPostRevisions(
        self, request: pb.ListPostRevisionsRequest, context: Any
    ) -> pb.ListPostRevisionsResponse:
        """List what edits of a post changed."""
        page = await self.revisions.list(
            current_user(), PostId(UUID(request.post_id)), size=request.page_size, token=request.page_token
        )
        return pb.ListPostRevisionsResponse(
            revisions=map(messages.revision, page.items), next_page_token=page.next_page_token
        )

    async def ListShares(self, request: pb.ListSharesRequest, context: Any) -> pb.ListSharesResponse:
        """List what carries a post."""
        page = await self.shares.list(
            current_user(), PostId(UUID(request.post_id)), size=request.page_size, token=request.page_token
        )
        return pb.ListSharesResponse(
            items=map(messages.item, page.items), next_page_token=page.next_page_token, total_size=page.total
        )

    async def DetachShare(self, request: pb.DetachShareRequest, context: Any) -> pb.DetachShareResponse:
        """Take the own post out of a share."""
        await self.shares.detach(current_user(), PostId(UUID(request.post_id)), PostId(UUID(request.share_id)))
        return pb.DetachShareResponse()

    async def ReactToPost(self, request: pb.ReactToPostRequest, context: Any) -> pb.ReactToPostResponse:
        """React to a post."""
        reaction = messages.reaction(request)
        reacted = await self.reactions.react(current_user(), PostId(UUID(request.post_id)), reaction)
        return pb.ReactToPostResponse(
            like_count=reacted.like_count, already_liked=reacted.already, reaction=messages.REACTION_OUT[reaction]
        )

    async def UnreactToPost(self, request: pb.UnreactToPostRequest, context: Any) -> pb.UnreactToPostResponse:
        """Take the own reaction back."""
        reacted = await self.reactions.take_back(current_user(), PostId(UUID(request.post_id)))
        return pb.UnreactToPostResponse(like_count=reacted.like_count, already_liked=reacted.already)

    async def ListReactions(self, request: pb.ListReactionsRequest, context: Any) -> pb.ListReactionsResponse:
        """List who reacted."""
        page = await self.reactions.list(
            current_user(),
            PostId(UUID(request.post_id)),
            only=messages.reactions_of(request.reaction),
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListReactionsResponse(
            reactions=messages.reactions(page.items), total_size=page.total, next_page_token=page.next_page_token
        )

    async def CreateComment(self, request: pb.CreateCommentRequest, context: Any) -> pb.CreateCommentResponse:
        """Comment a post."""
        post_id, parent = PostId(UUID(request.post_id)), messages.comment_id(request.parent_id)
        me = current_user()
        comment = await self.comments.create(me, post_id, messages.words(request), parent)
        return pb.CreateCommentResponse(comment=messages.comment(comment, me))

    async def ListComments(self, request: pb.ListCommentsRequest, context: Any) -> pb.ListCommentsResponse:
        """List the comments on a post."""
        me = current_user()
        page, authors = await self.comments.list(
            me,
            PostId(UUID(request.post_id)),
            parent=messages.comment_id(request.parent_id),
            order=messages.comment_order(request),
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListCommentsResponse(
            comments=[messages.comment(seen, me) for seen in page.items],
            authors=map(messages.author, authors),
            next_page_token=page.next_page_token,
        )

    async def DeleteComment(self, request: pb.DeleteCommentRequest, context: Any) -> pb.DeleteCommentResponse:
        """Delete a comment."""
        await self.comments.delete(current_user(), *_comment(request), request.etag)
        return pb.DeleteCommentResponse()

    async def EditComment(self, request: pb.EditCommentRequest, context: Any) -> pb.EditCommentResponse:
        """Change the own comment."""
        me = current_user()
        seen = await self.comments.edit(me, *_comment(request), messages.words(request), request.etag)
        return pb.EditCommentResponse(comment=messages.comment(seen, me))

    async def HideComment(self, request: pb.HideCommentRequest, context: Any) -> pb.HideCommentResponse:
        """Hide a comment on the own post."""
        await self.comments.hide(current_user(), *_comment(request), hidden=True)
        return pb.HideCommentResponse()

    async def UnhideComment(self, request: pb.UnhideCommentRequest, context: Any) -> pb.UnhideCommentResponse:
        """Show a hidden comment again."""
        await self.comments.hide(current_user(), *_comment(request), hidden=False)
        return pb.UnhideCommentResponse()

    async def ReactToComment(self, request: pb.ReactToCommentRequest, context: Any) -> pb.ReactToCommentResponse:
        """React to a comment."""
        reaction = messages.reaction(request)
        count = await self.comment_reactions.change(current_user(), *_comment(request), reaction)
        return pb.ReactToCommentResponse(reaction_count=count, reaction=messages.REACTION_OUT[reaction])

    async def UnreactToComment(self, request: pb.UnreactToCommentRequest, context: Any) -> pb.UnreactToCommentResponse:
        """Take the own reaction to a comment back."""
        count = await self.comment_reactions.change(current_user(), *_comment(request), None)
        return pb.UnreactToCommentResponse(reaction_count=count)

    async def ListCommentReactions(
        self, request: pb.ListCommentReactionsRequest, context: Any
    ) -> pb.ListCommentReactionsResponse:
        """List who reacted to a comment."""
        page = await self.comment_reactions.list(
            current_user(), *_comment(request), size=request.page_size, token=request.page_token
        )
        return pb.ListCommentReactionsResponse(
            reactions=messages.reactions(page.items), total_size=page.total, next_page_token=page.next_page_token
        )

    async def BookmarkPost(self, request: pb.BookmarkPostRequest, context: Any) -> pb.BookmarkPostResponse:
        """Keep a post."""
        await self.bookmarks.add(current_user(), PostId(UUID(request.post_id)))
        return pb.BookmarkPostResponse()

    async def RemoveBookmark(self, request: pb.RemoveBookmarkRequest, context: Any) -> pb.RemoveBookmarkResponse:
        """Keep a post no longer."""
        await self.bookmarks.remove(current_user(), PostId(UUID(request.post_id)))
        return pb.RemoveBookmarkResponse()

    async def ListBookmarks(self, request: pb.ListBookmarksRequest, context: Any) -> pb.ListBookmarksResponse:
        """List the posts the caller keeps."""
        page = await self.bookmarks.list(current_user(), size=request.page_size, token=request.page_token)
        return pb.ListBookmarksResponse(items=map(messages.item, page.items), next_page_token=page.next_page_token)

    async def ListMyActivity(self, request: pb.ListMyActivityRequest, context: Any) -> pb.ListMyActivityResponse:
        """List what the caller did."""
        me, kinds = current_user(), messages.activity_kinds(request.kind)
        page = await self.list_activity(me, kinds=kinds, size=request.page_size, token=request.page_token)
        return pb.ListMyActivityResponse(
            activities=[messages.activity(one, me) for one in page.items], next_page_token=page.next_page_token
        )

    async def VotePoll(self, request: pb.VotePollRequest, context: Any) -> pb.VotePollResponse:
        """Answer a poll."""
        standing = await self.polls.vote(current_user(), PostId(UUID(request.post_id)), request.option)
        return pb.VotePollResponse(result=messages.poll_result(standing))

    async def RetractVote(self, request: pb.RetractVoteRequest, context: Any) -> pb.RetractVoteResponse:
        """Take the own answer back."""
        standing = await self.polls.vote(current_user(), PostId(UUID(request.post_id)), None)
        return pb.RetractVoteResponse(result=messages.poll_result(standing))

    async def CreateCompanyPost(
        self, request: pb.CreateCompanyPostRequest, context: Any
    ) -> pb.CreateCompanyPostResponse:
        """Publish a post in a company's name."""
        author, company = UserId(UUID(request.author_id)), CompanyId(UUID(request.company_id))
        post = await self.company_posts.create(author, company, messages.said(request))
        return pb.CreateCompanyPostResponse(post=messages.own_post(post))

    async def StreamPosts(self, request: pb.StreamPostsRequest, context: Any) -> AsyncIterator[pb.StreamPostsResponse]:
        """Stream all posts."""
        async for page in self.posts.stream(request.cursor):
            yield pb.StreamPostsResponse(posts=map(messages.streamed, page.items), cursor=page.next_page_token)

    async def SearchPosts(self, request: pb.SearchPostsRequest, context: Any) -> pb.SearchPostsResponse:
        """Find posts by their words."""
        page = await self.search(
            current_user(), messages.post_question(request), size=request.page_size, token=request.page_token
        )
        return pb.SearchPostsResponse(items=map(messages.item, page.items), next_page_token=page.next_page_token)

    async def ListHeldContent(self, request: pb.ListHeldContentRequest, context: Any) -> pb.ListHeldContentResponse:
        """List what waits for a decision."""
        page = await self.held.waiting(size=request.page_size, token=request.page_token)
        contents = map(messages.held_content, page.items)
        return pb.ListHeldContentResponse(contents=contents, next_page_token=page.next_page_token)

    async def DecideHeldContent(
        self, request: pb.DecideHeldContentRequest, context: Any
    ) -> pb.DecideHeldContentResponse:
        """Show or remove what is held."""
        author, content_id = UserId(UUID(request.author_id)), UUID(request.content_id)
        decided = await self.held.decide(author, content_id, removed=request.removed)
        return pb.DecideHeldContentResponse(decision_id=str(decided.decision_id) if decided.decision_id else None)


def _comment(request: Any) -> tuple[PostId, CommentId]:
    return PostId(UUID(request.post_id)), CommentId(UUID(request.comment_id))
