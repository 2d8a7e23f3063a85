"""The PostService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.feed.v1 import post_service_pb2 as pb
from guild.feed.v1.post_service_pb2_grpc import PostServiceServicer
from mesh.principal import current_user
from svc_feed.domain.ids import PostId
from svc_feed.rpc import messages
from svc_feed.usecases.create_comment import CreateComment
from svc_feed.usecases.create_post import CreatePost
from svc_feed.usecases.delete_post import DeletePost
from svc_feed.usecases.get_post import GetPost
from svc_feed.usecases.list_comments import ListComments
from svc_feed.usecases.list_reactions import ListReactions
from svc_feed.usecases.react import React
from svc_feed.usecases.unreact import Unreact
from svc_feed.usecases.update_post import UpdatePost


@dataclass(frozen=True)
class PostServicer(PostServiceServicer):
    """Unpack, ask, pack."""

    create_post: CreatePost
    get_post: GetPost
    update_post: UpdatePost
    delete_post: DeletePost
    react: React
    unreact: Unreact
    list_reactions: ListReactions
    create_comment: CreateComment
    list_comments: ListComments

    async def CreatePost(self, request: pb.CreatePostRequest, context: Any) -> pb.CreatePostResponse:
        """Publish a post."""
        post = await self.create_post(current_user(), messages.draft(request))
        return pb.CreatePostResponse(post=messages.post(post))

    async def GetPost(self, request: pb.GetPostRequest, context: Any) -> pb.GetPostResponse:
        """Read a post."""
        shown = await self.get_post(current_user(), PostId(UUID(request.post_id)))
        return pb.GetPostResponse(item=messages.item(shown))

    async def UpdatePost(self, request: pb.UpdatePostRequest, context: Any) -> pb.UpdatePostResponse:
        """Change the own post."""
        changes = messages.changes(request)
        post = await self.update_post(current_user(), PostId(UUID(request.post.id)), changes)
        return pb.UpdatePostResponse(post=messages.post(post))

    async def DeletePost(self, request: pb.DeletePostRequest, context: Any) -> pb.DeletePostResponse:
        """Delete the own post."""
        await self.delete_post(current_user(), PostId(UUID(request.post_id)))
        return pb.DeletePostResponse()

    async def ReactToPost(self, request: pb.ReactToPostRequest, context: Any) -> pb.ReactToPostResponse:
        """React to a post."""
        reaction = messages.reaction(request)
        reacted = await self.react(current_user(), PostId(UUID(request.post_id)), reaction)
        return pb.ReactToPostResponse(
            like_count=reacted.like_count, already_liked=reacted.already, reaction=messages.REACTION_OUT[reaction]
        )

    async def UnreactToPost(self, request: pb.UnreactToPostRequest, context: Any) -> pb.UnreactToPostResponse:
        """Take the own reaction back."""
        reacted = await self.unreact(current_user(), PostId(UUID(request.post_id)))
        return pb.UnreactToPostResponse(like_count=reacted.like_count, already_liked=reacted.already)

    async def ListReactions(self, request: pb.ListReactionsRequest, context: Any) -> pb.ListReactionsResponse:
        """List who reacted."""
        page = await self.list_reactions(
            current_user(),
            PostId(UUID(request.post_id)),
            only=messages.reactions_of(request.reaction),
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListReactionsResponse(
            reactions=messages.reactions(page.reactions), total_size=page.total, next_page_token=page.next_page_token
        )

    async def CreateComment(self, request: pb.CreateCommentRequest, context: Any) -> pb.CreateCommentResponse:
        """Comment a post."""
        comment = await self.create_comment(
            current_user(),
            PostId(UUID(request.post_id)),
            request.content,
            messages.comment_id(request.parent_id),
        )
        return pb.CreateCommentResponse(comment=messages.comment(comment))

    async def ListComments(self, request: pb.ListCommentsRequest, context: Any) -> pb.ListCommentsResponse:
        """List the comments on a post."""
        page = await self.list_comments(
            current_user(),
            PostId(UUID(request.post_id)),
            parent=messages.comment_id(request.parent_id),
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListCommentsResponse(
            comments=[messages.comment(comment) for comment in page.comments],
            authors=[messages.author(author) for author in page.authors],
            next_page_token=page.next_page_token,
        )
