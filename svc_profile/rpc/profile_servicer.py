"""The ProfileService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current, current_user
from svc_profile.domain.ids import UserId
from svc_profile.rpc import messages
from svc_profile.usecases.batch_get_users import BatchGetUsers
from svc_profile.usecases.get_user import GetUser
from svc_profile.usecases.update_user import UpdateUser


@dataclass(frozen=True)
class ProfileServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    get_user: GetUser
    batch_get_users: BatchGetUsers
    update_user: UpdateUser

    async def GetUser(self, request: pb.GetUserRequest, context: Any) -> pb.GetUserResponse:
        """Read a profile."""
        me, user_id = current().user_id, UserId(UUID(request.user_id))
        return pb.GetUserResponse(user=messages.full(await self.get_user(me, user_id), mine=me == user_id))

    async def GetMe(self, request: pb.GetMeRequest, context: Any) -> pb.GetMeResponse:
        """Read the own profile."""
        me = current_user()
        return pb.GetMeResponse(user=messages.full(await self.get_user(me, me), mine=True))

    async def BatchGetUsers(self, request: pb.BatchGetUsersRequest, context: Any) -> pb.BatchGetUsersResponse:
        """Read several profiles as summaries."""
        users = await self.batch_get_users([UserId(UUID(user_id)) for user_id in request.user_ids])
        return pb.BatchGetUsersResponse(users=[messages.person(user) for user in users])

    async def UpdateUser(self, request: pb.UpdateUserRequest, context: Any) -> pb.UpdateUserResponse:
        """Change the own profile."""
        me = current_user()
        user_id = UserId(UUID(request.user.id)) if request.user.id else me
        await self.update_user(me, user_id, messages.changes(request))
        return pb.UpdateUserResponse(user=messages.full(await self.get_user(me, user_id), mine=True))
