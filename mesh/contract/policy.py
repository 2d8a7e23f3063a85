"""The policy option of a method, as plain values that cost nothing to read on each call."""

import enum
from dataclasses import dataclass

from google.protobuf.descriptor import MethodDescriptor

from guild.options.v1 import policy_pb2


class Access(enum.IntEnum):
    """Who may call a method; numbers are those of guild.options.v1.Access."""

    PUBLIC = 1
    USER = 2
    SERVICE = 3
    ADMIN = 4


class Idempotency(enum.IntEnum):
    """What a repeated call does; numbers are those of guild.options.v1.Idempotency."""

    NO_SIDE_EFFECTS = 1
    IDEMPOTENT = 2
    KEYED = 3
    UNSAFE = 4


class Scope(enum.IntEnum):
    """What owns a bucket; numbers are those of guild.options.v1.RateLimit.Scope."""

    ACCOUNT = 1
    ADDRESS = 2


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: `capacity` calls at once, refilled continuously."""

    bucket: str
    capacity: int
    refill_per_minute: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of one method; `deadline` is in seconds, None for streams that live until they are closed."""

    access: Access
    idempotency: Idempotency
    rate_limits: tuple[RateLimit, ...] = ()
    deadline: float | None = None
    no_http_reason: str = ""


def policy_of(method: MethodDescriptor) -> Policy | None:
    """Return the policy written on `method`, None where there is none; raises ValueError where it is incomplete."""
    options = method.GetOptions()
    if not options.HasExtension(policy_pb2.policy):
        return None
    written = options.Extensions[policy_pb2.policy]
    try:
        return Policy(
            access=Access(written.access),
            idempotency=Idempotency(written.idempotency),
            rate_limits=tuple(_rate_limit(limit) for limit in written.rate_limits),
            deadline=written.deadline.ToTimedelta().total_seconds() if written.HasField("deadline") else None,
            no_http_reason=written.no_http_reason,
        )
    except ValueError as error:
        raise ValueError(f"the policy of {method.full_name} is incomplete: {error}") from error


def _rate_limit(written: policy_pb2.RateLimit) -> RateLimit:
    if not written.bucket or written.capacity < 1 or written.refill_per_minute < 1:
        raise ValueError(f"bucket {written.bucket!r} needs a name, a capacity, a refill")
    return RateLimit(written.bucket, written.capacity, written.refill_per_minute, Scope(written.scope))
