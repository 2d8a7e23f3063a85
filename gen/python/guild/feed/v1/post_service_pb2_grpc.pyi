"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.feed.v1 import post_service_pb2 as _guild_feed_v1_post_service_pb2

class PostServiceStub:
    """Posts, articles, comments and reactions. A post that the caller may not see does not exist for them: every method answers
    NOT_FOUND POST_NOT_FOUND.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    CreatePost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.CreatePostRequest, _guild_feed_v1_post_service_pb2.CreatePostResponse]
    GetPost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.GetPostRequest, _guild_feed_v1_post_service_pb2.GetPostResponse]
    UpdatePost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.UpdatePostRequest, _guild_feed_v1_post_service_pb2.UpdatePostResponse]
    ListPostRevisions: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ListPostRevisionsRequest, _guild_feed_v1_post_service_pb2.ListPostRevisionsResponse]
    DeletePost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.DeletePostRequest, _guild_feed_v1_post_service_pb2.DeletePostResponse]
    SearchPosts: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.SearchPostsRequest, _guild_feed_v1_post_service_pb2.SearchPostsResponse]
    SharePost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.SharePostRequest, _guild_feed_v1_post_service_pb2.SharePostResponse]
    ReactToPost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ReactToPostRequest, _guild_feed_v1_post_service_pb2.ReactToPostResponse]
    UnreactToPost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.UnreactToPostRequest, _guild_feed_v1_post_service_pb2.UnreactToPostResponse]
    ListReactions: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ListReactionsRequest, _guild_feed_v1_post_service_pb2.ListReactionsResponse]
    CreateComment: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.CreateCommentRequest, _guild_feed_v1_post_service_pb2.CreateCommentResponse]
    ListComments: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ListCommentsRequest, _guild_feed_v1_post_service_pb2.ListCommentsResponse]
    DeleteComment: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.DeleteCommentRequest, _guild_feed_v1_post_service_pb2.DeleteCommentResponse]
    ListShares: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ListSharesRequest, _guild_feed_v1_post_service_pb2.ListSharesResponse]
    DetachShare: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.DetachShareRequest, _guild_feed_v1_post_service_pb2.DetachShareResponse]
    CreateCompanyPost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.CreateCompanyPostRequest, _guild_feed_v1_post_service_pb2.CreateCompanyPostResponse]
    StreamPosts: _aio.UnaryStreamMultiCallable[_guild_feed_v1_post_service_pb2.StreamPostsRequest, _guild_feed_v1_post_service_pb2.StreamPostsResponse]
    EditComment: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.EditCommentRequest, _guild_feed_v1_post_service_pb2.EditCommentResponse]
    ReactToComment: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ReactToCommentRequest, _guild_feed_v1_post_service_pb2.ReactToCommentResponse]
    UnreactToComment: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.UnreactToCommentRequest, _guild_feed_v1_post_service_pb2.UnreactToCommentResponse]
    ListCommentReactions: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ListCommentReactionsRequest, _guild_feed_v1_post_service_pb2.ListCommentReactionsResponse]
    HideComment: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.HideCommentRequest, _guild_feed_v1_post_service_pb2.HideCommentResponse]
    UnhideComment: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.UnhideCommentRequest, _guild_feed_v1_post_service_pb2.UnhideCommentResponse]
    BookmarkPost: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.BookmarkPostRequest, _guild_feed_v1_post_service_pb2.BookmarkPostResponse]
    RemoveBookmark: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.RemoveBookmarkRequest, _guild_feed_v1_post_service_pb2.RemoveBookmarkResponse]
    ListBookmarks: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ListBookmarksRequest, _guild_feed_v1_post_service_pb2.ListBookmarksResponse]
    ListMyActivity: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ListMyActivityRequest, _guild_feed_v1_post_service_pb2.ListMyActivityResponse]
    VotePoll: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.VotePollRequest, _guild_feed_v1_post_service_pb2.VotePollResponse]
    RetractVote: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.RetractVoteRequest, _guild_feed_v1_post_service_pb2.RetractVoteResponse]
    ListHeldContent: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.ListHeldContentRequest, _guild_feed_v1_post_service_pb2.ListHeldContentResponse]
    DecideHeldContent: _aio.UnaryUnaryMultiCallable[_guild_feed_v1_post_service_pb2.DecideHeldContentRequest, _guild_feed_v1_post_service_pb2.DecideHeldContentResponse]

class PostServiceServicer:
    """Posts, articles, comments and reactions. A post that the caller may not see does not exist for them: every method answers
    NOT_FOUND POST_NOT_FOUND.
    """
    async def CreatePost(
        self, request: _guild_feed_v1_post_service_pb2.CreatePostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.CreatePostRequest, _guild_feed_v1_post_service_pb2.CreatePostResponse]
    ) -> _guild_feed_v1_post_service_pb2.CreatePostResponse:
        """Publishes a post or an article of the caller.

        Callers: members. Errors: POLL_END_INVALID, CONTENT_MISSING, MEDIA_NOT_FOUND, MEDIA_NOT_READY, AUDIENCE_LIST_NOT_FOUND,
        MENTION_INVALID. Repeatable with an idempotency key.
        """
        ...
    async def GetPost(
        self, request: _guild_feed_v1_post_service_pb2.GetPostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.GetPostRequest, _guild_feed_v1_post_service_pb2.GetPostResponse]
    ) -> _guild_feed_v1_post_service_pb2.GetPostResponse:
        """Reads one post. What moderation holds or took down is there for its author alone, who is told so.

        Callers: members who may see it. Errors: POST_NOT_FOUND. Reads only.
        """
        ...
    async def UpdatePost(
        self, request: _guild_feed_v1_post_service_pb2.UpdatePostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.UpdatePostRequest, _guild_feed_v1_post_service_pb2.UpdatePostResponse]
    ) -> _guild_feed_v1_post_service_pb2.UpdatePostResponse:
        """Changes text, title, media, cover, visibility or list of a post, or who may comment and share it. One that is for a list no
        more forgets the list.

        Callers: its author; of what a company says, those who act for the company, and its visibility stays. Errors:
        POST_NOT_FOUND, NOT_THE_AUTHOR, MEDIA_NOT_FOUND, MEDIA_NOT_READY, FIELD_NOT_UPDATABLE,
        CONTENT_MISSING, CONTENT_TOO_LONG (more than its kind allows), AUDIENCE_LIST_NOT_FOUND, MENTION_INVALID, ETAG_MISMATCH.
        Repeatable with an idempotency key.
        """
        ...
    async def ListPostRevisions(
        self, request: _guild_feed_v1_post_service_pb2.ListPostRevisionsRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ListPostRevisionsRequest, _guild_feed_v1_post_service_pb2.ListPostRevisionsResponse]
    ) -> _guild_feed_v1_post_service_pb2.ListPostRevisionsResponse:
        """Lists the edits of a post, newest first, each with what it changed; the latest hundred are kept. Who sees a post sees
        what it said before; for whom it was before, nobody is told.

        Callers: members who may see it. Errors: POST_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def DeletePost(
        self, request: _guild_feed_v1_post_service_pb2.DeletePostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.DeletePostRequest, _guild_feed_v1_post_service_pb2.DeletePostResponse]
    ) -> _guild_feed_v1_post_service_pb2.DeletePostResponse:
        """Deletes a post with its comments and reactions. Deleting a post that is already deleted by the caller succeeds.

        Callers: its author; of what a company says, those who act for the company. Errors: POST_NOT_FOUND, NOT_THE_AUTHOR,
        ETAG_MISMATCH. A repeat changes nothing.
        """
        ...
    async def SearchPosts(
        self, request: _guild_feed_v1_post_service_pb2.SearchPostsRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.SearchPostsRequest, _guild_feed_v1_post_service_pb2.SearchPostsResponse]
    ) -> _guild_feed_v1_post_service_pb2.SearchPostsResponse:
        """Finds posts by the words of their texts and titles, among those that the caller may see.

        Callers: members. Errors: TOPIC_INVALID, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def SharePost(
        self, request: _guild_feed_v1_post_service_pb2.SharePostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.SharePostRequest, _guild_feed_v1_post_service_pb2.SharePostResponse]
    ) -> _guild_feed_v1_post_service_pb2.SharePostResponse:
        """Publishes a post of the caller that carries another post. Sharing a share carries the original.

        Callers: members who may see the post. Errors: POST_NOT_FOUND, POST_NOT_SHAREABLE (it is not public), ANSWERS_CLOSED,
        AUDIENCE_LIST_NOT_FOUND, MENTION_INVALID. Repeatable with an idempotency key.
        """
        ...
    async def ReactToPost(
        self, request: _guild_feed_v1_post_service_pb2.ReactToPostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ReactToPostRequest, _guild_feed_v1_post_service_pb2.ReactToPostResponse]
    ) -> _guild_feed_v1_post_service_pb2.ReactToPostResponse:
        """Sets the caller's reaction to a post, in place of an earlier one. It is stored durably before the answer.

        Callers: members who may see the post. Errors: POST_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def UnreactToPost(
        self, request: _guild_feed_v1_post_service_pb2.UnreactToPostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.UnreactToPostRequest, _guild_feed_v1_post_service_pb2.UnreactToPostResponse]
    ) -> _guild_feed_v1_post_service_pb2.UnreactToPostResponse:
        """Takes the caller's reaction back; without one nothing happens.

        Callers: members who may see the post. Errors: POST_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def ListReactions(
        self, request: _guild_feed_v1_post_service_pb2.ListReactionsRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ListReactionsRequest, _guild_feed_v1_post_service_pb2.ListReactionsResponse]
    ) -> _guild_feed_v1_post_service_pb2.ListReactionsResponse:
        """Lists who reacted to a post and how, newest first; a member who changes a reaction keeps the place in the list. Members
        whom the caller may not know of are left out, and counted.

        Callers: members who may see the post. Errors: POST_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def CreateComment(
        self, request: _guild_feed_v1_post_service_pb2.CreateCommentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.CreateCommentRequest, _guild_feed_v1_post_service_pb2.CreateCommentResponse]
    ) -> _guild_feed_v1_post_service_pb2.CreateCommentResponse:
        """Comments a post, or replies to a comment on it.

        Callers: members who may see the post, and whom its author lets comment. Errors: POST_NOT_FOUND, ANSWERS_CLOSED,
        COMMENT_NOT_FOUND (the parent), MENTION_INVALID. Repeatable with an idempotency key.
        """
        ...
    async def ListComments(
        self, request: _guild_feed_v1_post_service_pb2.ListCommentsRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ListCommentsRequest, _guild_feed_v1_post_service_pb2.ListCommentsResponse]
    ) -> _guild_feed_v1_post_service_pb2.ListCommentsResponse:
        """Lists comments. Without a parent: all of them, thread by thread in order of the threads' first comments, and by time
        within a thread. With a parent: its direct replies by time. The order never changes; new comments only append to it.
        Comments on the post itself are also listed newest first, or most answered first: what is answered while somebody
        reads on comes once more at the end of that list, and what loses answers may be shown twice.
        Comments of members whom the caller may not know of are left out.

        Callers: members who may see the post. Errors: POST_NOT_FOUND, COMMENT_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def DeleteComment(
        self, request: _guild_feed_v1_post_service_pb2.DeleteCommentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.DeleteCommentRequest, _guild_feed_v1_post_service_pb2.DeleteCommentResponse]
    ) -> _guild_feed_v1_post_service_pb2.DeleteCommentResponse:
        """Deletes a comment. One that has replies leaves a placeholder.

        Callers: its author and the post's author. Errors: POST_NOT_FOUND, COMMENT_NOT_FOUND, NOT_THE_AUTHOR,
        ETAG_MISMATCH. A repeat changes nothing.
        """
        ...
    async def ListShares(
        self, request: _guild_feed_v1_post_service_pb2.ListSharesRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ListSharesRequest, _guild_feed_v1_post_service_pb2.ListSharesResponse]
    ) -> _guild_feed_v1_post_service_pb2.ListSharesResponse:
        """Lists the shares of a post that the caller may see, newest first.

        Callers: members who may see the post. Errors: POST_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def DetachShare(
        self, request: _guild_feed_v1_post_service_pb2.DetachShareRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.DetachShareRequest, _guild_feed_v1_post_service_pb2.DetachShareResponse]
    ) -> _guild_feed_v1_post_service_pb2.DetachShareResponse:
        """Takes the caller's post out of a share of it, whoever may see that. A share with words of its own goes on without the
        post (Post.share_detached), one without goes altogether; either is no share any more. It is not undone: who shared may
        share again, as far as the post's quote_audience lets them.

        Callers: the post's author. Errors: POST_NOT_FOUND (the post, or such a share of it), NOT_THE_AUTHOR. A repeat changes
        nothing.
        """
        ...
    async def CreateCompanyPost(
        self, request: _guild_feed_v1_post_service_pb2.CreateCompanyPostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.CreateCompanyPostRequest, _guild_feed_v1_post_service_pb2.CreateCompanyPostResponse]
    ) -> _guild_feed_v1_post_service_pb2.CreateCompanyPostResponse:
        """Publishes a public post in a company's name. The calling service has checked that the author may speak for it.

        Callers: services. Errors: MEDIA_NOT_FOUND, MEDIA_NOT_READY, ACCOUNT_RESTRICTED. Repeatable with an idempotency key.
        """
        ...
    def StreamPosts(
        self, request: _guild_feed_v1_post_service_pb2.StreamPostsRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.StreamPostsRequest, _guild_feed_v1_post_service_pb2.StreamPostsResponse]
    ) -> _abc.AsyncIterator[_guild_feed_v1_post_service_pb2.StreamPostsResponse] | _abc.Awaitable[None]:
        """Streams all posts that are not deleted, in the order of a cursor: what another service builds a projection from. What
        changes meanwhile comes as events.

        Callers: services. Reads only.
        """
        ...
    async def EditComment(
        self, request: _guild_feed_v1_post_service_pb2.EditCommentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.EditCommentRequest, _guild_feed_v1_post_service_pb2.EditCommentResponse]
    ) -> _guild_feed_v1_post_service_pb2.EditCommentResponse:
        """Changes the text of a comment.

        Callers: its author. Errors: POST_NOT_FOUND, COMMENT_NOT_FOUND, NOT_THE_AUTHOR, MENTION_INVALID, ETAG_MISMATCH. Repeatable
        with an idempotency key.
        """
        ...
    async def ReactToComment(
        self, request: _guild_feed_v1_post_service_pb2.ReactToCommentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ReactToCommentRequest, _guild_feed_v1_post_service_pb2.ReactToCommentResponse]
    ) -> _guild_feed_v1_post_service_pb2.ReactToCommentResponse:
        """Sets the caller's reaction to a comment, in place of an earlier one.

        Callers: members who may see the comment. Errors: POST_NOT_FOUND, COMMENT_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def UnreactToComment(
        self, request: _guild_feed_v1_post_service_pb2.UnreactToCommentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.UnreactToCommentRequest, _guild_feed_v1_post_service_pb2.UnreactToCommentResponse]
    ) -> _guild_feed_v1_post_service_pb2.UnreactToCommentResponse:
        """Takes the caller's reaction to a comment back; without one nothing happens.

        Callers: members who may see the comment. Errors: POST_NOT_FOUND, COMMENT_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def ListCommentReactions(
        self, request: _guild_feed_v1_post_service_pb2.ListCommentReactionsRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ListCommentReactionsRequest, _guild_feed_v1_post_service_pb2.ListCommentReactionsResponse]
    ) -> _guild_feed_v1_post_service_pb2.ListCommentReactionsResponse:
        """Lists who reacted to a comment and how, newest first. Members whom the caller may not know of are left out, and counted.

        Callers: members who may see the comment. Errors: POST_NOT_FOUND, COMMENT_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def HideComment(
        self, request: _guild_feed_v1_post_service_pb2.HideCommentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.HideCommentRequest, _guild_feed_v1_post_service_pb2.HideCommentResponse]
    ) -> _guild_feed_v1_post_service_pb2.HideCommentResponse:
        """Hides somebody's comment on a post of the caller: from then on its text is for its author and the caller.
        It keeps its place, and its replies are shown.

        Callers: the post's author. Errors: POST_NOT_FOUND, COMMENT_NOT_FOUND, NOT_THE_AUTHOR. A repeat changes nothing.
        """
        ...
    async def UnhideComment(
        self, request: _guild_feed_v1_post_service_pb2.UnhideCommentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.UnhideCommentRequest, _guild_feed_v1_post_service_pb2.UnhideCommentResponse]
    ) -> _guild_feed_v1_post_service_pb2.UnhideCommentResponse:
        """Shows a hidden comment again.

        Callers: the post's author. Errors: POST_NOT_FOUND, COMMENT_NOT_FOUND, NOT_THE_AUTHOR. A repeat changes nothing.
        """
        ...
    async def BookmarkPost(
        self, request: _guild_feed_v1_post_service_pb2.BookmarkPostRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.BookmarkPostRequest, _guild_feed_v1_post_service_pb2.BookmarkPostResponse]
    ) -> _guild_feed_v1_post_service_pb2.BookmarkPostResponse:
        """Keeps a post for the caller, whom nobody hears of it. One that is kept keeps its place.

        Callers: members who may see the post. Errors: POST_NOT_FOUND, TOO_MANY_BOOKMARKS (1,000 are kept). A repeat changes
        nothing.
        """
        ...
    async def RemoveBookmark(
        self, request: _guild_feed_v1_post_service_pb2.RemoveBookmarkRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.RemoveBookmarkRequest, _guild_feed_v1_post_service_pb2.RemoveBookmarkResponse]
    ) -> _guild_feed_v1_post_service_pb2.RemoveBookmarkResponse:
        """Keeps a post no longer, whether or not the caller may still see it.

        Callers: members. A repeat changes nothing.
        """
        ...
    async def ListBookmarks(
        self, request: _guild_feed_v1_post_service_pb2.ListBookmarksRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ListBookmarksRequest, _guild_feed_v1_post_service_pb2.ListBookmarksResponse]
    ) -> _guild_feed_v1_post_service_pb2.ListBookmarksResponse:
        """Lists the posts the caller kept, those kept last first; what the caller may not see any more is left out.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def ListMyActivity(
        self, request: _guild_feed_v1_post_service_pb2.ListMyActivityRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ListMyActivityRequest, _guild_feed_v1_post_service_pb2.ListMyActivityResponse]
    ) -> _guild_feed_v1_post_service_pb2.ListMyActivityResponse:
        """Lists what the caller published, commented, reacted to and shared, newest first. What was deleted is left out.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def VotePoll(
        self, request: _guild_feed_v1_post_service_pb2.VotePollRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.VotePollRequest, _guild_feed_v1_post_service_pb2.VotePollResponse]
    ) -> _guild_feed_v1_post_service_pb2.VotePollResponse:
        """Sets the caller's answer to the poll of a post, in place of an earlier one.

        Callers: members who may see the post. Errors: POST_NOT_FOUND, POLL_NOT_FOUND, POLL_ENDED. A repeat changes nothing.
        """
        ...
    async def RetractVote(
        self, request: _guild_feed_v1_post_service_pb2.RetractVoteRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.RetractVoteRequest, _guild_feed_v1_post_service_pb2.RetractVoteResponse]
    ) -> _guild_feed_v1_post_service_pb2.RetractVoteResponse:
        """Takes the caller's answer back while votes are taken; without one nothing happens.

        Callers: members who may see the post. Errors: POST_NOT_FOUND, POLL_NOT_FOUND, POLL_ENDED. A repeat changes nothing.
        """
        ...
    async def ListHeldContent(
        self, request: _guild_feed_v1_post_service_pb2.ListHeldContentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.ListHeldContentRequest, _guild_feed_v1_post_service_pb2.ListHeldContentResponse]
    ) -> _guild_feed_v1_post_service_pb2.ListHeldContentResponse:
        """Lists content that is held, the oldest first.

        Callers: operators. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def DecideHeldContent(
        self, request: _guild_feed_v1_post_service_pb2.DecideHeldContentRequest, context: _aio.ServicerContext[_guild_feed_v1_post_service_pb2.DecideHeldContentRequest, _guild_feed_v1_post_service_pb2.DecideHeldContentResponse]
    ) -> _guild_feed_v1_post_service_pb2.DecideHeldContentResponse:
        """Shows content that is held to those it is for, or removes it: its author is told, and may object.

        Callers: operators. Errors: HELD_CONTENT_NOT_FOUND, also where another decision was made. A repeat changes nothing.
        """
        ...

def add_PostServiceServicer_to_server(
    servicer: PostServiceServicer, server: _typing.Any
) -> None: ...
