"""Authorization: the access rule of the method's policy; what else a caller may see is for the domain."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.auth import AccountSuspended
from mesh.contract import Access, MethodSpec
from mesh.errors import PermissionDenied, Unauthenticated
from mesh.principal import Principal
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed


class StepUpRequired(Unauthenticated):
    """Being signed in is not enough here: the caller must have proven who they are just now."""

    reason = "STEP_UP_REQUIRED"


@dataclass(frozen=True, slots=True)
class Authorization:
    """Refuses callers who are not of the kind the method is for."""

    name: ClassVar[str] = "authorization"

    def applies(self, method: MethodSpec) -> bool:
        """Methods that are not public."""
        return method.required_policy.access != Access.PUBLIC

    def around(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        """Go on, or raise Unauthenticated, PermissionDenied, AccountSuspended or StepUpRequired."""
        policy = method.required_policy
        needs, step_up, allow_suspended = _RULES[policy.access], policy.step_up, policy.allow_suspended

        def run(call: Call) -> Awaitable[Any]:
            caller = call.principal
            needs(caller)
            if caller.suspended and not allow_suspended:
                raise AccountSuspended("the account is suspended")
            if step_up and not caller.stepped_up:
                raise StepUpRequired("prove once more that it is you to do this")
            return proceed(call)

        return run


def _needs_user(caller: Principal) -> None:
    if caller.user_id is None:
        raise Unauthenticated("sign in to do this: send a valid access token as `authorization: Bearer …`")


def _needs_service(caller: Principal) -> None:
    if not caller.is_service:
        raise PermissionDenied("only other services of the mesh may call this")


def _needs_operator(caller: Principal) -> None:
    if not caller.admin:
        raise PermissionDenied("only operators may call this: send the admin token as `x-admin-token`")


_RULES: Mapping[Access, Callable[[Principal], None]] = {
    Access.USER: _needs_user,
    Access.SERVICE: _needs_service,
    Access.ADMIN: _needs_operator,
}
