"""Authentication: the proofs in the metadata become the principal of the call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from mesh.auth import SessionRevoked, TokenExpired
from mesh.contract import Access, Idempotency, MethodSpec
from mesh.limits.charges import is_charged
from mesh.principal import Principal, acting_as
from mesh.rpc.call import Call, Pairs
from mesh.rpc.concern import Proceed
from mesh.rpc.concerns.sessions import SessionCheck, Sessions, revoked

Authenticate = Callable[[Pairs], Awaitable[Principal]]
"""Gives ANONYMOUS where there is no proof; raises Unauthenticated for a wrong one."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """Says who calls; whether they may is for authorization.

    Tokens are verified here without asking anybody. Whether their session was ended meanwhile is asked with the charge
    where the call is `charged` behind this, so that both are one round trip, and here where it is not.
    """

    name: ClassVar[str] = "authentication"
    authenticate: Authenticate
    sessions: Sessions | None = None
    charged: bool = False

    def applies(self, _method: MethodSpec) -> bool:
        """All methods: a public one may still answer a member differently."""
        return True

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Run the call as its caller; the address is the connection's unless the edge vouched for another."""
        principal = await self._caller(call)
        if call.unproven is not None and not (
            self.charged and call.method.required_policy.rate_limits and is_charged(principal)
        ):
            await SessionCheck(call, self.sessions).passed()
        if principal.address is None:
            principal = _at(principal, call.peer_address())
        call.principal = principal
        with acting_as(principal):
            return await proceed(call)

    async def _caller(self, call: Call) -> Principal:
        """Who asks for a new token often sends the old one along: a public write takes them for nobody.

        A public read does not, since what it answers depends on who asks: they learn that they should refresh.
        """
        try:
            principal = await self.authenticate(call.pairs)
            if principal.session_id is not None and self.sessions is not None:
                await self._look_at(principal.session_id, call)
        except (TokenExpired, SessionRevoked):
            if not _is_public_write(call.method):
                raise
            return await self.authenticate([pair for pair in call.pairs if pair[0] != "authorization"])
        return principal

    async def _look_at(self, session_id: UUID, call: Call) -> None:
        if self.sessions is not None and self.sessions.remembers(session_id):
            raise revoked()
        call.unproven = session_id
        if _is_public_write(call.method):  # who is charged depends on the answer
            await SessionCheck(call, self.sessions).passed()


def _is_public_write(method: MethodSpec) -> bool:
    policy = method.required_policy
    return policy.access == Access.PUBLIC and policy.idempotency != Idempotency.NO_SIDE_EFFECTS


def _at(known: Principal, address: str | None) -> Principal:
    # dataclasses.replace costs three times as much
    return Principal(
        known.user_id, known.session_id, known.service, known.admin, address, known.suspended, known.stepped_up
    )
