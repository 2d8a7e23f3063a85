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

    def __call__(self, call: Call, proceed: Proceed) -> Awaitable[Any]:
        """Go on, or raise Unauthenticated, PermissionDenied, AccountSuspended or StepUpRequired."""
        policy, caller = call.method.required_policy, call.principal
        _RULES[policy.access](caller)
        if caller.suspended and not policy.allow_suspended:
            raise AccountSuspended("the account is suspended")
        if policy.step_up and not caller.stepped_up:
            raise StepUpRequired("prove once more that it is you to do this")
        return proceed(call)


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
