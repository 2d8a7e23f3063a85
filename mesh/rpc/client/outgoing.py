"""What a call takes along: the deadline, the identity, the ids of the call it is made for."""

import time
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import NamedTuple, Protocol

from mesh import deadlines, principal
from mesh.contract import Access, Consistency, MethodSpec, Policy, spec
from mesh.errors import DeadlineExceeded
from mesh.rpc.call import Call, current_call
from mesh.rpc.client.retries import may_repeat
from mesh.rpc.concerns.consistency import TOKEN as CONSISTENCY
from mesh.rpc.concerns.consistency import merged
from mesh.rpc.ended import Ended, Pairs
from mesh.telemetry import current_request_id, current_traceparent

MARGIN = 0.02
"""Seconds of its own deadline that a hop keeps back, so that it can still say what became of the calls it made."""

Metadata = Iterable[tuple[str, str | bytes]]
_NO_KEYS: AbstractSet[str] = frozenset()
_FORWARDED = "authorization"
_SERVICE_TOKEN = "x-guild-service-token"  # noqa: S105 - the name of a header


class Credentials(Protocol):
    """The identity of this role."""

    def token(self, audience: str) -> str:
        """Return a token for calls to the service `audience`, empty when there is none."""
        ...


class Outgoing(NamedTuple):
    """What all attempts of one call have in common: metadata, when it must be over, whether it may be repeated."""

    metadata: tuple[tuple[str, str | bytes], ...]
    expires_at: float | None
    repeatable: bool

    def remaining(self, path: str) -> float | None:
        """Return the seconds left; raises Ended when there are none."""
        if self.expires_at is None:
            return None
        left = self.expires_at - time.monotonic()
        if left <= 0:
            raise Ended(DeadlineExceeded(f"no time was left to call {path.rpartition('/')[2]}"))
        return left

    def is_over_in(self, seconds: float) -> bool:
        """Tell whether there will be no time left after a wait."""
        return self.expires_at is not None and time.monotonic() + seconds >= self.expires_at


def prepare(
    peer: str,
    policy: Policy | None,
    credentials: Credentials | None,
    timeout: float | None,
    metadata: Metadata | None,
) -> Outgoing:
    """Settle what a call to a peer takes along; what is given explicitly wins over what would be forwarded."""
    sent = _headers(metadata, credentials, peer, policy)
    return Outgoing(tuple(sent), _expiry(timeout, policy), may_repeat(policy, sent))


def policy_of(path: str) -> Policy | None:
    """Return the policy of a method, None for one outside our contract, such as health."""
    try:
        method: MethodSpec = spec(path)
    except KeyError:
        return None
    return method.policy


def issues_tokens(policy: Policy | None) -> bool:
    """Tell whether replies of a method come with a consistency token."""
    return policy is not None and policy.consistency is Consistency.ISSUES


def note_written(trailers: Pairs) -> None:
    """Keep the token that came with a peer's reply: what the current call reads, and answers, covers it from now on."""
    call = current_call.get()
    if call is None or call.ended:
        return
    for key, token in trailers:
        if key == CONSISTENCY and isinstance(token, str) and token not in call.written:
            call.written = (*call.written, token)


def _expiry(timeout: float | None, policy: Policy | None) -> float | None:
    """Return when the call must be over on time.monotonic(): its own timeout, and ahead of the current call's."""
    seconds = timeout if timeout is not None else (policy.deadline if policy else None)
    own = None if seconds is None else time.monotonic() + seconds
    outer = deadlines.deadline()
    if outer is None:
        return own
    return outer - MARGIN if own is None else min(own, outer - MARGIN)


def _headers(
    given: Metadata | None, credentials: Credentials | None, peer: str, policy: Policy | None
) -> list[tuple[str, str | bytes]]:
    # The member's token goes to methods that are for members, and to nobody else: what a role asks on its own behalf
    # must not depend on whether its caller's token is still good.
    sent: list[tuple[str, str | bytes]] = []
    keys: AbstractSet[str] = _NO_KEYS
    if given:
        sent = [(key.lower(), value) for key, value in given]
        keys = {key for key, _ in sent}
    call = current_call.get()
    if policy is not None and policy.access == Access.USER and _FORWARDED not in keys:
        sent += _member(call)
    if call is not None and CONSISTENCY not in keys and (token := _consistency(call)):
        sent.append((CONSISTENCY, token))
    if credentials is not None and _SERVICE_TOKEN not in keys and (token := credentials.token(peer)):
        sent.append((_SERVICE_TOKEN, token))
    if "x-request-id" not in keys and (request_id := _request_id(call)):
        sent.append(("x-request-id", request_id))
    if "traceparent" not in keys and (traceparent := current_traceparent() or _traceparent(call)):
        sent.append(("traceparent", traceparent))
    return sent


def _member(call: Call | None) -> list[tuple[str, str | bytes]]:
    if call is None or call.principal.user_id is None or not _for_its_caller(call):
        return []
    return [(_FORWARDED, call.text(_FORWARDED))]


def _consistency(call: Call) -> str:
    token = call.text(CONSISTENCY) if _for_its_caller(call) else ""
    return merged(token, *call.written) if call.written else token


def _for_its_caller(call: Call) -> bool:
    """Tell whether what is done now is done for whoever made the call, or within `acting_as` somebody else."""
    return principal.current() is call.principal


def _request_id(call: Call | None) -> str:
    return call.request_id if call is not None else current_request_id()


def _traceparent(call: Call | None) -> str:
    return call.traceparent if call is not None else ""
