"""Show an uploaded picture in the own profile."""

from dataclasses import dataclass
from uuid import UUID

from mesh.ids import UserId
from svc_profile.domain.user import Profile
from svc_profile.peers.media import Media
from svc_profile.usecases.users import Users


@dataclass(frozen=True)
class Pictures:
    """The feed service gives a picture an address, then the profile shows it; by the event it lets go of the last."""

    media: Media
    users: Users

    async def choose(self, me: UserId, media_id: UUID, etag: str) -> Profile:
        """The profile with the picture; raises as `Users.update`, and of the medium what the feed service says."""
        url = await self.media.claim_picture(me, media_id)
        return await self.users.update(me, me, {"profile_picture_url": url}, etag)
