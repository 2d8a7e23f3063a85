"""Authentication: the proofs in the metadata become the principal of the call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.auth import SessionRevoked, TokenExpired
from mesh.contract import Access, Idempotency, MethodSpec
from mesh.limits.charges import is_charged
from mesh.principal import ANONYMOUS, Principal, act_as
from mesh.rpc.call import Call, Pairs
from mesh.rpc.concern import Proceed
from mesh.rpc.concerns.sessions import SessionCheck, Sessions, revoked

Authenticate = Callable[[Pairs], Principal | Awaitable[Principal]]
"""Gives ANONYMOUS where there is no proof; raises Unauthenticated for a wrong one. To be awaited where it must ask."""


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

    def around(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        """Run calls as their callers; an address is the connection's unless the edge vouched for another.

        Who acts is not taken back: the task ends with the call.
        """
        authenticate, sessions = self.authenticate, self.sessions
        charged = self.charged and bool(method.required_policy.rate_limits)

        def run(call: Call) -> Awaitable[Any]:
            caller = authenticate(call.pairs)
            return run_as(caller, call) if isinstance(caller, Principal) else run_as_soon_as_known(caller, call)

        async def run_or_as_nobody(call: Call) -> Any:
            """Who asks for a new token often sends the old one along: a public write takes them for nobody.

            A public read does not, since what it answers depends on who asks: they learn that they should refresh.
            """
            try:
                return await run(call)
            except (TokenExpired, SessionRevoked):
                if call.principal is not ANONYMOUS and call.unproven is None:
                    raise  # the method's own word
            call.unproven = call.keyed = None
            nobody = authenticate([pair for pair in call.pairs if pair[0] != "authorization"])
            _act(nobody if isinstance(nobody, Principal) else await nobody, call)
            return await proceed(call)

        def run_as(caller: Principal, call: Call) -> Awaitable[Any]:
            session_id = caller.session_id
            if session_id is not None and sessions is not None:
                if sessions.remembers(session_id):
                    raise revoked()
                call.unproven = session_id
                if not (charged and is_charged(caller)):
                    return self._as_proven(caller, call, proceed)
            _act(caller, call)
            return proceed(call)

        async def run_as_soon_as_known(caller: Awaitable[Principal], call: Call) -> Any:
            return await run_as(await caller, call)

        return run_or_as_nobody if _is_public_write(method) else run

    async def _as_proven(self, caller: Principal, call: Call, proceed: Proceed) -> Any:
        await SessionCheck(call, self.sessions).passed()
        _act(caller, call)
        return await proceed(call)


def _is_public_write(method: MethodSpec) -> bool:
    policy = method.required_policy
    return policy.access == Access.PUBLIC and policy.idempotency != Idempotency.NO_SIDE_EFFECTS


def _act(caller: Principal, call: Call) -> None:
    if caller.address is None:  # dataclasses.replace costs three times as much
        user_id, session_id, service, operator, _, suspended, stepped_up, agent, limited = caller
        address = call.peer_address()
        caller = Principal(user_id, session_id, service, operator, address, suspended, stepped_up, agent, limited)
    call.principal = caller
    act_as(caller)
