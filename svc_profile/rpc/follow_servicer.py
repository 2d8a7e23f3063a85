"""The ConnectionService of the contract: who follows whom."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from guild.graph.v1 import follow_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from mesh.principal import current_user
from svc_profile.rpc import messages
from svc_profile.usecases.follows import Follows


@dataclass(frozen=True)
class FollowServicer(ConnectionServiceServicer):
    """Unpack, ask, pack."""

    follows: Follows

    async def FollowUser(self, request: pb.FollowUserRequest, context: Any) -> pb.FollowUserResponse:
        """Follow a member."""
        since = await self.follows.follow(current_user(), messages.user_id(request.user_id))
        return pb.FollowUserResponse(followed_at=messages.moment(since))

    async def UnfollowUser(self, request: pb.UnfollowUserRequest, context: Any) -> pb.UnfollowUserResponse:
        """Follow a member no longer."""
        await self.follows.unfollow(current_user(), messages.user_id(request.user_id))
        return pb.UnfollowUserResponse()

    async def ListUserFollowers(
        self, request: pb.ListUserFollowersRequest, context: Any
    ) -> pb.ListUserFollowersResponse:
        """List who follows a member."""
        user_id = messages.user_id(request.user_id)
        page = await self.follows.of(current_user(), user_id, request.page_token, request.page_size, outgoing=False)
        found = [pb.Follower(user=messages.person(user), followed_at=messages.moment(at)) for user, at in page.items]
        return pb.ListUserFollowersResponse(
            followers=found, next_page_token=page.next_page_token, total_size=page.total
        )

    async def ListFollowing(self, request: pb.ListFollowingRequest, context: Any) -> pb.ListFollowingResponse:
        """List whom a member follows."""
        user_id = messages.user_id(request.user_id)
        page = await self.follows.of(current_user(), user_id, request.page_token, request.page_size, outgoing=True)
        found = [
            pb.FollowedUser(user=messages.person(user), followed_at=messages.moment(at)) for user, at in page.items
        ]
        return pb.ListFollowingResponse(following=found, next_page_token=page.next_page_token, total_size=page.total)

    async def StreamFollowerIds(
        self, request: pb.StreamFollowerIdsRequest, context: Any
    ) -> AsyncIterator[pb.StreamFollowerIdsResponse]:
        """Stream the ids of a member's followers to a service."""
        user_id, connected_only = messages.user_id(request.user_id), request.connected_only
        async for page in self.follows.follower_ids(user_id, request.cursor, connected_only=connected_only):
            ids = [str(user_id) for user_id in page.items]
            yield pb.StreamFollowerIdsResponse(user_ids=ids, cursor=page.next_page_token)

    async def StreamFollowedIds(
        self, request: pb.StreamFollowedIdsRequest, context: Any
    ) -> AsyncIterator[pb.StreamFollowedIdsResponse]:
        """Stream the ids of those whom a member follows to a service."""
        async for page in self.follows.followed(messages.user_id(request.user_id), request.cursor):
            yield pb.StreamFollowedIdsResponse(
                user_ids=[str(one.user_id) for one in page.items],
                connected=[one.connected for one in page.items],
                cursor=page.next_page_token,
            )
