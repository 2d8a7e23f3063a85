"""Authentication: the proofs in the metadata become the principal of the call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.auth import SessionRevoked, TokenExpired
from mesh.contract import Access, Idempotency, MethodSpec
from mesh.principal import Principal, acting_as
from mesh.rpc.call import Call, Pairs
from mesh.rpc.concern import Proceed

Authenticate = Callable[[Pairs], Awaitable[Principal]]
"""Gives ANONYMOUS where there is no proof; raises Unauthenticated for a wrong one."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """Says who calls; whether they may is for authorization."""

    name: ClassVar[str] = "authentication"
    authenticate: Authenticate

    def applies(self, _method: MethodSpec) -> bool:
        """All methods: a public one may still answer a member differently."""
        return True

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Run the call as its caller; the address is the connection's unless the edge vouched for another."""
        principal = await self._caller(call)
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
            return await self.authenticate(call.pairs)
        except (TokenExpired, SessionRevoked):
            policy = call.method.required_policy
            if policy.access != Access.PUBLIC or policy.idempotency == Idempotency.NO_SIDE_EFFECTS:
                raise
        return await self.authenticate([pair for pair in call.pairs if pair[0] != "authorization"])


def _at(known: Principal, address: str | None) -> Principal:
    # dataclasses.replace costs three times as much
    return Principal(
        known.user_id, known.session_id, known.service, known.admin, address, known.suspended, known.stepped_up
    )
