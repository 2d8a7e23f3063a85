"""Who is acting in the current call."""

from contextvars import ContextVar, Token
from typing import NamedTuple
from uuid import UUID

from mesh import deadlines
from mesh.errors import PermissionDenied, Unauthenticated
from mesh.ids import UserId

EDGE = "edge"
"""The role that speaks for the outside, and says where a client is."""


class Principal(NamedTuple):
    """A signed-in member, a service of ours, an operator, or nobody.

    `address` is the network address of the client, `agent` what it says that it is. What the member's token says beside
    who it is: whether the account is suspended, or limited, whether the member has proven once more, just now, to be
    who they are. `operator` is the name of one. A tuple, because one is made for each call: a frozen dataclass takes
    four times as long.
    """

    user_id: UserId | None = None
    session_id: UUID | None = None
    service: str | None = None
    operator: str | None = None
    address: str | None = None
    suspended: bool = False
    stepped_up: bool = False
    agent: str = ""
    limited: bool = False

    @property
    def admin(self) -> bool:
        """Whether an operator calls."""
        return self.operator is not None

    @property
    def is_service(self) -> bool:
        """Whether a role acts here for itself or passes on its caller; the edge speaks for clients, who are none."""
        return self.service is not None and self.service != EDGE


ANONYMOUS = Principal()

_current: ContextVar[Principal] = ContextVar("guild_principal", default=ANONYMOUS)


def current() -> Principal:
    """Return who is acting; ANONYMOUS outside of any call."""
    return _current.get()


def current_user() -> UserId:
    """Return the signed-in member's id; raises Unauthenticated when nobody is signed in."""
    user_id = _current.get().user_id
    if user_id is None:
        raise Unauthenticated("sign in to do this: send a valid access token as `authorization: Bearer …`")
    return user_id


def current_session() -> UUID:
    """Return the session whose access token made the call; raises Unauthenticated for a call without one."""
    session_id = _current.get().session_id
    if session_id is None:
        raise Unauthenticated("sign in to do this: send a valid access token as `authorization: Bearer …`")
    return session_id


def current_operator() -> str:
    """Return the acting operator's name; raises PermissionDenied when none acts."""
    operator = _current.get().operator
    if operator is None:
        raise PermissionDenied("only operators may do this: send the admin token as `x-admin-token`")
    return operator


def act_as(principal: Principal) -> None:
    """Act as `principal` from now on, for as long as this task lives, and in the tasks it starts."""
    _current.set(principal)


class acting_as:  # noqa: N801 - read as a verb, `with acting_as(somebody):`
    """Act as `principal` inside the block and in the tasks it starts, with the deadline of no call."""

    __slots__ = ("_before", "_principal")

    def __init__(self, principal: Principal) -> None:
        self._principal = principal
        self._before: tuple[Token[Principal], Token[deadlines.Awaited | None]] | None = None

    def __enter__(self) -> Principal:
        self._before = _current.set(self._principal), deadlines.work_for(None)
        return self._principal

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            who, until = self._before
            _current.reset(who)
            deadlines.back_to(until)
