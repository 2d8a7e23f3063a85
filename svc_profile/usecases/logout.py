"""Sign a member out."""

from dataclasses import dataclass

from mesh.errors import Unauthenticated
from mesh.principal import Principal
from svc_profile.domain.ids import SessionId, UserId
from svc_profile.usecases.end_session import EndSession


@dataclass(frozen=True)
class Logout:
    """Ends the session whose access token made the call."""

    end_session: EndSession

    async def __call__(self, caller: Principal) -> None:
        """End the caller's session.

        Raises:
            Unauthenticated: the call carries no session.
        """
        if caller.user_id is None or caller.session_id is None:
            raise Unauthenticated("there is no session to end: the call carries no access token")
        await self.end_session(UserId(caller.user_id), SessionId(caller.session_id))
