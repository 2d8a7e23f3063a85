"""Whether the session of a call was ended, asked together with what else is asked of Redis for the call."""

from asyncio import Future
from typing import Any, Protocol
from uuid import UUID

from mesh.auth import SessionRevoked
from mesh.rpc.call import Call


class Sessions(Protocol):
    """Knows which sessions were ended; `mesh.auth.Revocations`."""

    def remembers(self, session_id: UUID, /) -> bool:
        """Tell whether it is known here that the session was ended."""
        ...

    def ask(self) -> Future[Any] | None:
        """Send the question that `has_ended` takes, with the commands of this tick."""
        ...

    def is_clear(self, session_id: UUID, asked: Future[Any] | None, /) -> bool:
        """Tell whether the answer is there, and says that the session was not ended; False may mean either."""
        ...

    async def has_ended(self, session_id: UUID, asked: Future[Any] | None, /) -> bool:
        """Tell whether the session was ended before the question was sent."""
        ...


class SessionCheck:
    """The check of one call's session, begun; nothing is asked where that was done before, or there is no session."""

    __slots__ = ("_asked", "_call", "_sessions")

    def __init__(self, call: Call, sessions: Sessions | None) -> None:
        self._call = call
        self._sessions = sessions if call.unproven is not None else None
        self._asked = self._sessions.ask() if self._sessions is not None else None

    async def passed(self) -> None:
        """Raise SessionRevoked where the session was ended, RevocationsUnknown where that cannot be said."""
        if not self.is_passed():
            await self._passed()

    def is_passed(self) -> bool:
        """Tell whether the session is known not to have ended, without waiting; else `passed` finds out."""
        session, sessions = self._call.unproven, self._sessions
        if session is not None and sessions is not None and not sessions.is_clear(session, self._asked):
            return False
        self._call.unproven = None
        return True

    async def _passed(self) -> None:
        session = self._call.unproven
        if session is not None and self._sessions is not None and await self._sessions.has_ended(session, self._asked):
            raise revoked()
        self._call.unproven = None


def revoked() -> SessionRevoked:
    """What the holder of a token is told whose session was ended."""
    return SessionRevoked("this session was ended: sign in again")
