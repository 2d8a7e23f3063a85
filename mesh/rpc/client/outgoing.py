"""What a call takes along: the deadline, the identity, the ids of the call it is made for."""

import time
from collections.abc import Iterable
from typing import Protocol

from mesh import principal
from mesh.contract import Access, MethodSpec, Policy, spec
from mesh.errors import DeadlineExceeded
from mesh.rpc.call import Call, current_call
from mesh.telemetry import current_request_id, current_traceparent

Metadata = Iterable[tuple[str, str | bytes]]
_FORWARDED = "authorization"
_SERVICE_TOKEN = "x-guild-service-token"  # noqa: S105 - the name of a header


class Credentials(Protocol):
    """The identity of this role."""

    def token(self, audience: str) -> str:
        """Return a token for calls to the service `audience`, empty when there is none."""
        ...


def policy_of(path: str) -> Policy | None:
    """Return the policy of a method, None for one outside our contract, such as health."""
    try:
        method: MethodSpec = spec(path)
    except KeyError:
        return None
    return method.policy


def expiry(timeout: float | None, policy: Policy | None) -> float | None:
    """Return when the call must be over on time.monotonic(): its own timeout, and never after the current call's."""
    seconds = timeout if timeout is not None else (policy.deadline if policy else None)
    own = None if seconds is None else time.monotonic() + seconds
    call = current_call.get()
    outer = None if call is None or call.ended or not _for_its_caller(call) else call.deadline
    if own is None or outer is None:
        return own if outer is None else outer
    return min(own, outer)


def remaining(expires_at: float | None, path: str) -> float | None:
    """Return the seconds left; raises DeadlineExceeded when there are none."""
    if expires_at is None:
        return None
    left = expires_at - time.monotonic()
    if left <= 0:
        raise DeadlineExceeded(f"no time was left to call {path.rpartition('/')[2]}")
    return left


def headers(
    given: Metadata | None, credentials: Credentials | None, peer: str, policy: Policy | None
) -> list[tuple[str, str | bytes]]:
    """Return the metadata to send to a peer; what is given explicitly wins over what would be forwarded.

    The member's token goes to methods that are for members, and to nobody else: what a role asks on its own behalf
    must not depend on whether its caller's token is still good.
    """
    sent = [(key.lower(), value) for key, value in given or ()]
    keys = {key for key, _ in sent}
    call = current_call.get()
    if policy is not None and policy.access == Access.USER and _FORWARDED not in keys:
        sent += _member(call)
    if credentials is not None and _SERVICE_TOKEN not in keys and (token := credentials.token(peer)):
        sent.append((_SERVICE_TOKEN, token))
    if "x-request-id" not in keys and (request_id := _request_id(call)):
        sent.append(("x-request-id", request_id))
    if "traceparent" not in keys and (traceparent := current_traceparent() or _traceparent(call)):
        sent.append(("traceparent", traceparent))
    return sent


def _member(call: Call | None) -> list[tuple[str, str | bytes]]:
    authorization = call.text(_FORWARDED) if call is not None and _for_its_caller(call) else ""
    return [(_FORWARDED, authorization)] if authorization else []


def _for_its_caller(call: Call) -> bool:
    """Tell whether what is done now is done for whoever made the call, or within `acting_as` somebody else."""
    return principal.current() is call.principal


def _request_id(call: Call | None) -> str:
    return call.request_id if call is not None else current_request_id()


def _traceparent(call: Call | None) -> str:
    return call.text("traceparent") if call is not None else ""
