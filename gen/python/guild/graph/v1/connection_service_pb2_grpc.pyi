"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.graph.v1 import audience_list_pb2 as _guild_graph_v1_audience_list_pb2
from guild.graph.v1 import audit_pb2 as _guild_graph_v1_audit_pb2
from guild.graph.v1 import connection_service_pb2 as _guild_graph_v1_connection_service_pb2
from guild.graph.v1 import degree_pb2 as _guild_graph_v1_degree_pb2
from guild.graph.v1 import follow_pb2 as _guild_graph_v1_follow_pb2
from guild.graph.v1 import mute_pb2 as _guild_graph_v1_mute_pb2

class ConnectionServiceStub:
    """Keeps the connections between members. A connection goes none → pending → accepted → removed, or pending → rejected or
    withdrawn; then who had asked waits 21 days before asking again, and nobody else does. A request that nobody answers expires
    after 90 days, and may be made again at once; one that is ignored is pending to who asked, whatever they call. A member who is blocked, in
    either direction, does not exist for the caller: USER_NOT_FOUND.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    RequestConnection: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.RequestConnectionRequest, _guild_graph_v1_connection_service_pb2.RequestConnectionResponse]
    GetInvitationBudget: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.GetInvitationBudgetRequest, _guild_graph_v1_connection_service_pb2.GetInvitationBudgetResponse]
    AcceptConnection: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.AcceptConnectionRequest, _guild_graph_v1_connection_service_pb2.AcceptConnectionResponse]
    RejectConnection: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.RejectConnectionRequest, _guild_graph_v1_connection_service_pb2.RejectConnectionResponse]
    IgnoreConnection: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.IgnoreConnectionRequest, _guild_graph_v1_connection_service_pb2.IgnoreConnectionResponse]
    WithdrawConnection: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.WithdrawConnectionRequest, _guild_graph_v1_connection_service_pb2.WithdrawConnectionResponse]
    RemoveConnection: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.RemoveConnectionRequest, _guild_graph_v1_connection_service_pb2.RemoveConnectionResponse]
    ListConnections: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.ListConnectionsRequest, _guild_graph_v1_connection_service_pb2.ListConnectionsResponse]
    ListPendingRequests: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.ListPendingRequestsRequest, _guild_graph_v1_connection_service_pb2.ListPendingRequestsResponse]
    ListMutualConnections: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.ListMutualConnectionsRequest, _guild_graph_v1_connection_service_pb2.ListMutualConnectionsResponse]
    GetDegree: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.GetDegreeRequest, _guild_graph_v1_connection_service_pb2.GetDegreeResponse]
    BatchGetDegrees: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_degree_pb2.BatchGetDegreesRequest, _guild_graph_v1_degree_pb2.BatchGetDegreesResponse]
    GetNetworkSize: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_degree_pb2.GetNetworkSizeRequest, _guild_graph_v1_degree_pb2.GetNetworkSizeResponse]
    ListSuggestions: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.ListSuggestionsRequest, _guild_graph_v1_connection_service_pb2.ListSuggestionsResponse]
    DismissSuggestion: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.DismissSuggestionRequest, _guild_graph_v1_connection_service_pb2.DismissSuggestionResponse]
    ListConnectionHistory: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.ListConnectionHistoryRequest, _guild_graph_v1_connection_service_pb2.ListConnectionHistoryResponse]
    BlockUser: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.BlockUserRequest, _guild_graph_v1_connection_service_pb2.BlockUserResponse]
    UnblockUser: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.UnblockUserRequest, _guild_graph_v1_connection_service_pb2.UnblockUserResponse]
    ListBlocks: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.ListBlocksRequest, _guild_graph_v1_connection_service_pb2.ListBlocksResponse]
    FollowUser: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_follow_pb2.FollowUserRequest, _guild_graph_v1_follow_pb2.FollowUserResponse]
    UnfollowUser: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_follow_pb2.UnfollowUserRequest, _guild_graph_v1_follow_pb2.UnfollowUserResponse]
    ListUserFollowers: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_follow_pb2.ListUserFollowersRequest, _guild_graph_v1_follow_pb2.ListUserFollowersResponse]
    ListFollowing: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_follow_pb2.ListFollowingRequest, _guild_graph_v1_follow_pb2.ListFollowingResponse]
    MuteUser: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_mute_pb2.MuteUserRequest, _guild_graph_v1_mute_pb2.MuteUserResponse]
    UnmuteUser: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_mute_pb2.UnmuteUserRequest, _guild_graph_v1_mute_pb2.UnmuteUserResponse]
    ListMutes: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_mute_pb2.ListMutesRequest, _guild_graph_v1_mute_pb2.ListMutesResponse]
    CreateAudienceList: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_audience_list_pb2.CreateAudienceListRequest, _guild_graph_v1_audience_list_pb2.CreateAudienceListResponse]
    UpdateAudienceList: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_audience_list_pb2.UpdateAudienceListRequest, _guild_graph_v1_audience_list_pb2.UpdateAudienceListResponse]
    DeleteAudienceList: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_audience_list_pb2.DeleteAudienceListRequest, _guild_graph_v1_audience_list_pb2.DeleteAudienceListResponse]
    ListAudienceLists: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_audience_list_pb2.ListAudienceListsRequest, _guild_graph_v1_audience_list_pb2.ListAudienceListsResponse]
    AddAudienceListMember: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_audience_list_pb2.AddAudienceListMemberRequest, _guild_graph_v1_audience_list_pb2.AddAudienceListMemberResponse]
    RemoveAudienceListMember: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_audience_list_pb2.RemoveAudienceListMemberRequest, _guild_graph_v1_audience_list_pb2.RemoveAudienceListMemberResponse]
    ListAudienceListMembers: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_audience_list_pb2.ListAudienceListMembersRequest, _guild_graph_v1_audience_list_pb2.ListAudienceListMembersResponse]
    CheckAccess: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.CheckAccessRequest, _guild_graph_v1_connection_service_pb2.CheckAccessResponse]
    HasAudienceList: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_connection_service_pb2.HasAudienceListRequest, _guild_graph_v1_connection_service_pb2.HasAudienceListResponse]
    StreamConnectionIds: _aio.UnaryStreamMultiCallable[_guild_graph_v1_connection_service_pb2.StreamConnectionIdsRequest, _guild_graph_v1_connection_service_pb2.StreamConnectionIdsResponse]
    StreamConnections: _aio.UnaryStreamMultiCallable[_guild_graph_v1_connection_service_pb2.StreamConnectionsRequest, _guild_graph_v1_connection_service_pb2.StreamConnectionsResponse]
    StreamFollowerIds: _aio.UnaryStreamMultiCallable[_guild_graph_v1_follow_pb2.StreamFollowerIdsRequest, _guild_graph_v1_follow_pb2.StreamFollowerIdsResponse]
    StreamFollowedIds: _aio.UnaryStreamMultiCallable[_guild_graph_v1_follow_pb2.StreamFollowedIdsRequest, _guild_graph_v1_follow_pb2.StreamFollowedIdsResponse]
    AuditConnections: _aio.UnaryUnaryMultiCallable[_guild_graph_v1_audit_pb2.AuditConnectionsRequest, _guild_graph_v1_audit_pb2.AuditConnectionsResponse]

class ConnectionServiceServicer:
    """Keeps the connections between members. A connection goes none → pending → accepted → removed, or pending → rejected or
    withdrawn; then who had asked waits 21 days before asking again, and nobody else does. A request that nobody answers expires
    after 90 days, and may be made again at once; one that is ignored is pending to who asked, whatever they call. A member who is blocked, in
    either direction, does not exist for the caller: USER_NOT_FOUND.
    """
    async def RequestConnection(
        self, request: _guild_graph_v1_connection_service_pb2.RequestConnectionRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.RequestConnectionRequest, _guild_graph_v1_connection_service_pb2.RequestConnectionResponse]
    ) -> _guild_graph_v1_connection_service_pb2.RequestConnectionResponse:
        """Asks a member to connect. A request that meets the other's pending request accepts that one; a repeat while the caller's
        own request is pending returns it unchanged.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (CANNOT_CONNECT_TO_SELF), NOT_FOUND (USER_NOT_FOUND),
        ALREADY_EXISTS (ALREADY_CONNECTED), FAILED_PRECONDITION (CONNECTION_COOLING_DOWN) with RetryInfo, RESOURCE_EXHAUSTED
        (INVITATIONS_USED_UP) with RetryInfo, PERMISSION_DENIED (CHALLENGE_REQUIRED) where hardly anybody accepts the caller's requests.
        Repeatable with an idempotency key.
        """
        ...
    async def GetInvitationBudget(
        self, request: _guild_graph_v1_connection_service_pb2.GetInvitationBudgetRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.GetInvitationBudgetRequest, _guild_graph_v1_connection_service_pb2.GetInvitationBudgetResponse]
    ) -> _guild_graph_v1_connection_service_pb2.GetInvitationBudgetResponse:
        """Tells how many members the caller may still ask: 100 within any 24 hours, 20 behind a challenge each where fewer than a
        tenth of the answers of the last 90 days accepted.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def AcceptConnection(
        self, request: _guild_graph_v1_connection_service_pb2.AcceptConnectionRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.AcceptConnectionRequest, _guild_graph_v1_connection_service_pb2.AcceptConnectionResponse]
    ) -> _guild_graph_v1_connection_service_pb2.AcceptConnectionResponse:
        """Accepts the pending request of a member; accepting an accepted one returns it unchanged.

        The member who was asked may call it. Errors: INVALID_ARGUMENT (CANNOT_CONNECT_TO_SELF), NOT_FOUND
        (CONNECTION_NOT_FOUND), PERMISSION_DENIED (NOT_THE_INVITEE) for the one who asked, FAILED_PRECONDITION
        (CONNECTION_NOT_PENDING) when it was rejected, withdrawn or removed, or expired. Repeatable with an idempotency key.
        """
        ...
    async def RejectConnection(
        self, request: _guild_graph_v1_connection_service_pb2.RejectConnectionRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.RejectConnectionRequest, _guild_graph_v1_connection_service_pb2.RejectConnectionResponse]
    ) -> _guild_graph_v1_connection_service_pb2.RejectConnectionResponse:
        """Rejects the pending request of a member; the one who asked is not told.

        The member who was asked may call it. Errors: INVALID_ARGUMENT (CANNOT_CONNECT_TO_SELF), NOT_FOUND
        (CONNECTION_NOT_FOUND), PERMISSION_DENIED (NOT_THE_INVITEE), FAILED_PRECONDITION (CONNECTION_NOT_PENDING). Repeatable
        with an idempotency key.
        """
        ...
    async def IgnoreConnection(
        self, request: _guild_graph_v1_connection_service_pb2.IgnoreConnectionRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.IgnoreConnectionRequest, _guild_graph_v1_connection_service_pb2.IgnoreConnectionResponse]
    ) -> _guild_graph_v1_connection_service_pb2.IgnoreConnectionResponse:
        """Leaves the request of a member unanswered: it is gone from the caller's list, and goes on waiting for the one who asked, who
        is not told and sees no difference. The caller may still accept or reject it.

        The member who was asked may call it. Errors: INVALID_ARGUMENT (CANNOT_CONNECT_TO_SELF), NOT_FOUND
        (CONNECTION_NOT_FOUND), PERMISSION_DENIED (NOT_THE_INVITEE), FAILED_PRECONDITION (CONNECTION_NOT_PENDING). Repeatable
        with an idempotency key.
        """
        ...
    async def WithdrawConnection(
        self, request: _guild_graph_v1_connection_service_pb2.WithdrawConnectionRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.WithdrawConnectionRequest, _guild_graph_v1_connection_service_pb2.WithdrawConnectionResponse]
    ) -> _guild_graph_v1_connection_service_pb2.WithdrawConnectionResponse:
        """Takes the caller's own pending request back.

        The member who asked may call it. Errors: INVALID_ARGUMENT (CANNOT_CONNECT_TO_SELF), NOT_FOUND (CONNECTION_NOT_FOUND),
        PERMISSION_DENIED (NOT_THE_REQUESTER), FAILED_PRECONDITION (CONNECTION_NOT_PENDING). Repeatable with an idempotency
        key.
        """
        ...
    async def RemoveConnection(
        self, request: _guild_graph_v1_connection_service_pb2.RemoveConnectionRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.RemoveConnectionRequest, _guild_graph_v1_connection_service_pb2.RemoveConnectionResponse]
    ) -> _guild_graph_v1_connection_service_pb2.RemoveConnectionResponse:
        """Ends an accepted connection, for both; the other is not told.

        Either of the two may call it. Errors: INVALID_ARGUMENT (CANNOT_CONNECT_TO_SELF), NOT_FOUND (CONNECTION_NOT_FOUND),
        FAILED_PRECONDITION (NOT_CONNECTED). Repeatable with an idempotency key.
        """
        ...
    async def ListConnections(
        self, request: _guild_graph_v1_connection_service_pb2.ListConnectionsRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.ListConnectionsRequest, _guild_graph_v1_connection_service_pb2.ListConnectionsResponse]
    ) -> _guild_graph_v1_connection_service_pb2.ListConnectionsResponse:
        """Lists the accepted connections of a member, the newest first.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND), PERMISSION_DENIED (CONNECTIONS_HIDDEN) by the member's
        privacy settings, INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def ListPendingRequests(
        self, request: _guild_graph_v1_connection_service_pb2.ListPendingRequestsRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.ListPendingRequestsRequest, _guild_graph_v1_connection_service_pb2.ListPendingRequestsResponse]
    ) -> _guild_graph_v1_connection_service_pb2.ListPendingRequestsResponse:
        """Lists the caller's pending requests, received or sent, the newest first.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def ListMutualConnections(
        self, request: _guild_graph_v1_connection_service_pb2.ListMutualConnectionsRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.ListMutualConnectionsRequest, _guild_graph_v1_connection_service_pb2.ListMutualConnectionsResponse]
    ) -> _guild_graph_v1_connection_service_pb2.ListMutualConnectionsResponse:
        """Lists the members whom both the caller and the named member are connected to. A connection of two others is shown when both
        show theirs to the caller: of somebody who hides their connections nobody is told whom they share.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND), INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def GetDegree(
        self, request: _guild_graph_v1_connection_service_pb2.GetDegreeRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.GetDegreeRequest, _guild_graph_v1_connection_service_pb2.GetDegreeResponse]
    ) -> _guild_graph_v1_connection_service_pb2.GetDegreeResponse:
        """Tells how far a member is from the caller, with one shortest path. A way leads through members who are there for the caller,
        over connections that one of the two shows to the caller; the path is named where everybody between may be named and both
        ends of each connection show it.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND). Reads only.
        """
        ...
    async def BatchGetDegrees(
        self, request: _guild_graph_v1_degree_pb2.BatchGetDegreesRequest, context: _aio.ServicerContext[_guild_graph_v1_degree_pb2.BatchGetDegreesRequest, _guild_graph_v1_degree_pb2.BatchGetDegreesResponse]
    ) -> _guild_graph_v1_degree_pb2.BatchGetDegreesResponse:
        """Tells how far members are from the caller, many at once.

        A signed-in member may call it. No errors of its own: members who are not there are left out. Reads only.
        """
        ...
    async def GetNetworkSize(
        self, request: _guild_graph_v1_degree_pb2.GetNetworkSizeRequest, context: _aio.ServicerContext[_guild_graph_v1_degree_pb2.GetNetworkSizeRequest, _guild_graph_v1_degree_pb2.GetNetworkSizeResponse]
    ) -> _guild_graph_v1_degree_pb2.GetNetworkSizeResponse:
        """Tells how many members are one hop from the caller, and two.

        A signed-in member may call it. No errors of its own. Reads only.
        """
        ...
    async def ListSuggestions(
        self, request: _guild_graph_v1_connection_service_pb2.ListSuggestionsRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.ListSuggestionsRequest, _guild_graph_v1_connection_service_pb2.ListSuggestionsResponse]
    ) -> _guild_graph_v1_connection_service_pb2.ListSuggestionsResponse:
        """Lists people the caller may know, the likeliest first, each with the reason.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def DismissSuggestion(
        self, request: _guild_graph_v1_connection_service_pb2.DismissSuggestionRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.DismissSuggestionRequest, _guild_graph_v1_connection_service_pb2.DismissSuggestionResponse]
    ) -> _guild_graph_v1_connection_service_pb2.DismissSuggestionResponse:
        """Suggests a member to the caller never again.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (CANNOT_CONNECT_TO_SELF), NOT_FOUND (USER_NOT_FOUND). A repeat
        changes nothing.
        """
        ...
    async def ListConnectionHistory(
        self, request: _guild_graph_v1_connection_service_pb2.ListConnectionHistoryRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.ListConnectionHistoryRequest, _guild_graph_v1_connection_service_pb2.ListConnectionHistoryResponse]
    ) -> _guild_graph_v1_connection_service_pb2.ListConnectionHistoryResponse:
        """Lists what happened to the caller's connections, the newest first; with a member named, only between the two. Nobody hears that
        they were refused.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def BlockUser(
        self, request: _guild_graph_v1_connection_service_pb2.BlockUserRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.BlockUserRequest, _guild_graph_v1_connection_service_pb2.BlockUserResponse]
    ) -> _guild_graph_v1_connection_service_pb2.BlockUserResponse:
        """Blocks a member: an accepted connection is removed, a pending request ends, and the two no longer see each other.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (CANNOT_BLOCK_SELF), NOT_FOUND (USER_NOT_FOUND). A repeat changes
        nothing.
        """
        ...
    async def UnblockUser(
        self, request: _guild_graph_v1_connection_service_pb2.UnblockUserRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.UnblockUserRequest, _guild_graph_v1_connection_service_pb2.UnblockUserResponse]
    ) -> _guild_graph_v1_connection_service_pb2.UnblockUserResponse:
        """Lifts the caller's block of a member; it restores no connection.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def ListBlocks(
        self, request: _guild_graph_v1_connection_service_pb2.ListBlocksRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.ListBlocksRequest, _guild_graph_v1_connection_service_pb2.ListBlocksResponse]
    ) -> _guild_graph_v1_connection_service_pb2.ListBlocksResponse:
        """Lists the members whom the caller blocks, the newest first.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def FollowUser(
        self, request: _guild_graph_v1_follow_pb2.FollowUserRequest, context: _aio.ServicerContext[_guild_graph_v1_follow_pb2.FollowUserRequest, _guild_graph_v1_follow_pb2.FollowUserResponse]
    ) -> _guild_graph_v1_follow_pb2.FollowUserResponse:
        """Follows a member: what they publish for everybody comes into the caller's feed. Connecting follows both ways by itself, and
        such a follow ends with the connection; one that was asked for with this method stays until it is taken back.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (CANNOT_FOLLOW_SELF), NOT_FOUND (USER_NOT_FOUND). A repeat changes
        nothing.
        """
        ...
    async def UnfollowUser(
        self, request: _guild_graph_v1_follow_pb2.UnfollowUserRequest, context: _aio.ServicerContext[_guild_graph_v1_follow_pb2.UnfollowUserRequest, _guild_graph_v1_follow_pb2.UnfollowUserResponse]
    ) -> _guild_graph_v1_follow_pb2.UnfollowUserResponse:
        """Stops following a member; a connection stays, and the other is not told.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def ListUserFollowers(
        self, request: _guild_graph_v1_follow_pb2.ListUserFollowersRequest, context: _aio.ServicerContext[_guild_graph_v1_follow_pb2.ListUserFollowersRequest, _guild_graph_v1_follow_pb2.ListUserFollowersResponse]
    ) -> _guild_graph_v1_follow_pb2.ListUserFollowersResponse:
        """Lists the members who follow a member, the newest first.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND), PERMISSION_DENIED (CONNECTIONS_HIDDEN) by the member's
        privacy settings, INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def ListFollowing(
        self, request: _guild_graph_v1_follow_pb2.ListFollowingRequest, context: _aio.ServicerContext[_guild_graph_v1_follow_pb2.ListFollowingRequest, _guild_graph_v1_follow_pb2.ListFollowingResponse]
    ) -> _guild_graph_v1_follow_pb2.ListFollowingResponse:
        """Lists the members whom a member follows, the newest first.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND), PERMISSION_DENIED (CONNECTIONS_HIDDEN) by the member's
        privacy settings, INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def MuteUser(
        self, request: _guild_graph_v1_mute_pb2.MuteUserRequest, context: _aio.ServicerContext[_guild_graph_v1_mute_pb2.MuteUserRequest, _guild_graph_v1_mute_pb2.MuteUserResponse]
    ) -> _guild_graph_v1_mute_pb2.MuteUserResponse:
        """Mutes a member: their posts leave the caller's feed. Nobody is told, and what else is between the two stays.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (CANNOT_MUTE_SELF), NOT_FOUND (USER_NOT_FOUND). A repeat changes
        nothing.
        """
        ...
    async def UnmuteUser(
        self, request: _guild_graph_v1_mute_pb2.UnmuteUserRequest, context: _aio.ServicerContext[_guild_graph_v1_mute_pb2.UnmuteUserRequest, _guild_graph_v1_mute_pb2.UnmuteUserResponse]
    ) -> _guild_graph_v1_mute_pb2.UnmuteUserResponse:
        """Lifts the caller's mute of a member.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def ListMutes(
        self, request: _guild_graph_v1_mute_pb2.ListMutesRequest, context: _aio.ServicerContext[_guild_graph_v1_mute_pb2.ListMutesRequest, _guild_graph_v1_mute_pb2.ListMutesResponse]
    ) -> _guild_graph_v1_mute_pb2.ListMutesResponse:
        """Lists the members whom the caller mutes, the newest first.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def CreateAudienceList(
        self, request: _guild_graph_v1_audience_list_pb2.CreateAudienceListRequest, context: _aio.ServicerContext[_guild_graph_v1_audience_list_pb2.CreateAudienceListRequest, _guild_graph_v1_audience_list_pb2.CreateAudienceListResponse]
    ) -> _guild_graph_v1_audience_list_pb2.CreateAudienceListResponse:
        """Makes a list of connections to show some things to, with nobody on it. Nobody but the caller ever hears of it.

        A signed-in member may call it. Errors: FAILED_PRECONDITION (TOO_MANY_AUDIENCE_LISTS) at 25 lists. Repeatable with an
        idempotency key.
        """
        ...
    async def UpdateAudienceList(
        self, request: _guild_graph_v1_audience_list_pb2.UpdateAudienceListRequest, context: _aio.ServicerContext[_guild_graph_v1_audience_list_pb2.UpdateAudienceListRequest, _guild_graph_v1_audience_list_pb2.UpdateAudienceListResponse]
    ) -> _guild_graph_v1_audience_list_pb2.UpdateAudienceListResponse:
        """Renames a list of the caller.

        A signed-in member may call it. Errors: NOT_FOUND (AUDIENCE_LIST_NOT_FOUND), INVALID_ARGUMENT (FIELD_NOT_UPDATABLE), ABORTED
        (ETAG_MISMATCH). Repeatable with an idempotency key.
        """
        ...
    async def DeleteAudienceList(
        self, request: _guild_graph_v1_audience_list_pb2.DeleteAudienceListRequest, context: _aio.ServicerContext[_guild_graph_v1_audience_list_pb2.DeleteAudienceListRequest, _guild_graph_v1_audience_list_pb2.DeleteAudienceListResponse]
    ) -> _guild_graph_v1_audience_list_pb2.DeleteAudienceListResponse:
        """Removes a list of the caller: what was shown to it is shown to nobody on its account any more.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def ListAudienceLists(
        self, request: _guild_graph_v1_audience_list_pb2.ListAudienceListsRequest, context: _aio.ServicerContext[_guild_graph_v1_audience_list_pb2.ListAudienceListsRequest, _guild_graph_v1_audience_list_pb2.ListAudienceListsResponse]
    ) -> _guild_graph_v1_audience_list_pb2.ListAudienceListsResponse:
        """Lists the caller's lists, the oldest first.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def AddAudienceListMember(
        self, request: _guild_graph_v1_audience_list_pb2.AddAudienceListMemberRequest, context: _aio.ServicerContext[_guild_graph_v1_audience_list_pb2.AddAudienceListMemberRequest, _guild_graph_v1_audience_list_pb2.AddAudienceListMemberResponse]
    ) -> _guild_graph_v1_audience_list_pb2.AddAudienceListMemberResponse:
        """Puts a connection of the caller on one of the caller's lists; they are not told. They leave it when the connection ends.

        A signed-in member may call it. Errors: NOT_FOUND (USER_NOT_FOUND, AUDIENCE_LIST_NOT_FOUND), FAILED_PRECONDITION
        (NOT_CONNECTED; AUDIENCE_LIST_FULL at 500 members). A repeat changes nothing.
        """
        ...
    async def RemoveAudienceListMember(
        self, request: _guild_graph_v1_audience_list_pb2.RemoveAudienceListMemberRequest, context: _aio.ServicerContext[_guild_graph_v1_audience_list_pb2.RemoveAudienceListMemberRequest, _guild_graph_v1_audience_list_pb2.RemoveAudienceListMemberResponse]
    ) -> _guild_graph_v1_audience_list_pb2.RemoveAudienceListMemberResponse:
        """Takes a member off one of the caller's lists.

        A signed-in member may call it. No errors of its own. A repeat changes nothing.
        """
        ...
    async def ListAudienceListMembers(
        self, request: _guild_graph_v1_audience_list_pb2.ListAudienceListMembersRequest, context: _aio.ServicerContext[_guild_graph_v1_audience_list_pb2.ListAudienceListMembersRequest, _guild_graph_v1_audience_list_pb2.ListAudienceListMembersResponse]
    ) -> _guild_graph_v1_audience_list_pb2.ListAudienceListMembersResponse:
        """Lists who is on a list of the caller, the newest first; nobody for a list that is not there.

        A signed-in member may call it. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...
    async def CheckAccess(
        self, request: _guild_graph_v1_connection_service_pb2.CheckAccessRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.CheckAccessRequest, _guild_graph_v1_connection_service_pb2.CheckAccessResponse]
    ) -> _guild_graph_v1_connection_service_pb2.CheckAccessResponse:
        """Decides what viewers may see of members and do to them: the one place where it is decided who may see what.

        Services only. No errors of its own: of members who do not exist nothing may be seen. Reads only.
        """
        ...
    async def HasAudienceList(
        self, request: _guild_graph_v1_connection_service_pb2.HasAudienceListRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.HasAudienceListRequest, _guild_graph_v1_connection_service_pb2.HasAudienceListResponse]
    ) -> _guild_graph_v1_connection_service_pb2.HasAudienceListResponse:
        """Tells whether a member has an audience list: what is for a list is published only for one that is there.

        Services only. No errors of its own: an unknown member has none. Reads only.
        """
        ...
    def StreamConnectionIds(
        self, request: _guild_graph_v1_connection_service_pb2.StreamConnectionIdsRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.StreamConnectionIdsRequest, _guild_graph_v1_connection_service_pb2.StreamConnectionIdsResponse]
    ) -> _abc.AsyncIterator[_guild_graph_v1_connection_service_pb2.StreamConnectionIdsResponse] | _abc.Awaitable[None]:
        """Streams the ids of all accepted connections of a member, in pages, in no particular order.

        Services only. No errors of its own: an unknown member has none. Reads only.
        """
        ...
    def StreamConnections(
        self, request: _guild_graph_v1_connection_service_pb2.StreamConnectionsRequest, context: _aio.ServicerContext[_guild_graph_v1_connection_service_pb2.StreamConnectionsRequest, _guild_graph_v1_connection_service_pb2.StreamConnectionsResponse]
    ) -> _abc.AsyncIterator[_guild_graph_v1_connection_service_pb2.StreamConnectionsResponse] | _abc.Awaitable[None]:
        """Streams the pairs of connected members, each once, in the order of a cursor: what another service builds a projection
        from. What changes meanwhile comes as events.

        Services only. No errors of its own. Reads only.
        """
        ...
    def StreamFollowerIds(
        self, request: _guild_graph_v1_follow_pb2.StreamFollowerIdsRequest, context: _aio.ServicerContext[_guild_graph_v1_follow_pb2.StreamFollowerIdsRequest, _guild_graph_v1_follow_pb2.StreamFollowerIdsResponse]
    ) -> _abc.AsyncIterator[_guild_graph_v1_follow_pb2.StreamFollowerIdsResponse] | _abc.Awaitable[None]:
        """Streams the ids of all members who follow a member, in the order of a cursor. What changes meanwhile comes as events.

        Services only. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID); an unknown member has none. Reads only.
        """
        ...
    def StreamFollowedIds(
        self, request: _guild_graph_v1_follow_pb2.StreamFollowedIdsRequest, context: _aio.ServicerContext[_guild_graph_v1_follow_pb2.StreamFollowedIdsRequest, _guild_graph_v1_follow_pb2.StreamFollowedIdsResponse]
    ) -> _abc.AsyncIterator[_guild_graph_v1_follow_pb2.StreamFollowedIdsResponse] | _abc.Awaitable[None]:
        """Streams the ids of all members whom a member follows, in the order of a cursor, each with whether the two are connected. What
        changes meanwhile comes as events.

        Services only. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID); an unknown member follows nobody. Reads only.
        """
        ...
    async def AuditConnections(
        self, request: _guild_graph_v1_audit_pb2.AuditConnectionsRequest, context: _aio.ServicerContext[_guild_graph_v1_audit_pb2.AuditConnectionsRequest, _guild_graph_v1_audit_pb2.AuditConnectionsResponse]
    ) -> _guild_graph_v1_audit_pb2.AuditConnectionsResponse:
        """Compares what is kept twice about some members: their connections, follows, blocks and audience lists with the rows of the other
        side, and both with the graph in the memory of the process that answers. Members come in the order of their ids, a page of
        them at a time; what is being changed meanwhile is looked at again, and nothing is locked.

        Operators only. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID). Reads only.
        """
        ...

def add_ConnectionServiceServicer_to_server(
    servicer: ConnectionServiceServicer, server: _typing.Any
) -> None: ...
