"""The ProfileService of the contract."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from guild.profile.v1 import privacy_pb2
from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current, current_user
from svc_profile.domain.user import Profile
from svc_profile.rpc import masks, messages
from svc_profile.usecases.access import Access
from svc_profile.usecases.browsing import Browsing
from svc_profile.usecases.users import Users


@dataclass(frozen=True)
class ProfileServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    users: Users
    browsing: Browsing
    access: Access

    async def GetUser(self, request: pb.GetUserRequest, context: Any) -> pb.GetUserResponse:
        """Read a profile."""
        surface = messages.surface(request.surface)
        user_id, token = messages.user_id(request.user_id), request.challenge_token
        profile = await self.browsing.open(current(), user_id, surface, token)
        return pb.GetUserResponse(user=messages.profile(profile))

    async def GetMe(self, request: pb.GetMeRequest, context: Any) -> pb.GetMeResponse:
        """Read the own profile."""
        return pb.GetMeResponse(user=messages.profile(await self.users.own(current_user())))

    async def BatchGetUsers(self, request: pb.BatchGetUsersRequest, context: Any) -> pb.BatchGetUsersResponse:
        """Read several profiles as summaries."""
        wanted = [messages.user_id(text) for text in request.user_ids]
        found = (await self.access.look(current_user(), wanted)).values()
        return pb.BatchGetUsersResponse(
            users=[messages.person(user) for user, _ in found],
            for_caller_only_ids=[str(user.id) for user, verdict in found if verdict.varies],
        )

    async def UpdateUser(self, request: pb.UpdateUserRequest, context: Any) -> pb.UpdateUserResponse:
        """Change the own profile."""
        me = current_user()
        user_id = messages.user_id(request.user.id) if request.user.id else me
        changes = masks.changes(request.user, request.update_mask)
        profile = await self.users.update(me, user_id, changes, request.etag)
        return pb.UpdateUserResponse(user=messages.profile(profile))

    async def StreamProfiles(
        self, request: pb.StreamProfilesRequest, context: Any
    ) -> AsyncIterator[pb.StreamProfilesResponse]:
        """Stream all members to a service."""
        async for page in self.users.stream(request.cursor):
            users = [messages.profile(Profile(user, reduced=True)) for user in page.items]
            yield pb.StreamProfilesResponse(users=users, cursor=page.next_page_token)

    async def GetPrivacySettings(
        self, request: pb.GetPrivacySettingsRequest, context: Any
    ) -> pb.GetPrivacySettingsResponse:
        """Read the own privacy settings."""
        return pb.GetPrivacySettingsResponse(settings=messages.privacy(await self.users.privacy(current_user())))

    async def PreviewProfile(
        self, request: privacy_pb2.PreviewProfileRequest, context: Any
    ) -> privacy_pb2.PreviewProfileResponse:
        """Read the own profile through somebody else's eyes."""
        return messages.preview(*await self.users.preview(current_user(), messages.preview_viewer(request)))

    async def UpdatePrivacySettings(
        self, request: pb.UpdatePrivacySettingsRequest, context: Any
    ) -> pb.UpdatePrivacySettingsResponse:
        """Change the own privacy settings."""
        changes = messages.privacy_changes(request.settings, request.update_mask)
        privacy = await self.users.update_privacy(current_user(), changes, request.etag)
        return pb.UpdatePrivacySettingsResponse(settings=messages.privacy(privacy))
