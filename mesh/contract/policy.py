"""The policy option of a method, as plain values that cost nothing to read on each call."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from google.protobuf.descriptor import MethodDescriptor

from guild.errors.v1 import reason_pb2
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

    @property
    def takes_key(self) -> bool:
        """Whether an idempotency key is honoured."""
        return self in {Idempotency.IDEMPOTENT, Idempotency.KEYED}

    @property
    def repeated_unasked(self) -> bool:
        """Whether the mesh may repeat the call by itself."""
        return self in {Idempotency.NO_SIDE_EFFECTS, Idempotency.IDEMPOTENT}


class Scope(enum.IntEnum):
    """What owns a bucket; numbers are those of guild.options.v1.Scope."""

    ACCOUNT = 1
    ADDRESS = 2
    SESSION = 3


class Priority(enum.IntEnum):
    """What is refused first under load, the smallest; numbers are those of guild.options.v1.Priority."""

    LOW = 1
    NORMAL = 2
    HIGH = 3


class Consistency(enum.IntEnum):
    """What a method has to do with consistency tokens; numbers are those of guild.options.v1.Consistency."""

    NONE = 0
    ISSUES = 1
    HONOURS = 2


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: `capacity` calls at once, refilled continuously."""

    bucket: str
    """Its name in lower case, "api_read"."""
    capacity: int
    refill_per_minute: float
    scope: Scope


@dataclass(frozen=True, slots=True)
class ConditionalLimit:
    """A bucket that the serving service charges for some calls; `when` says which, in words."""

    limit: RateLimit
    when: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of one method; `deadline` is in seconds, None for streams that live until they are closed."""

    access: Access
    idempotency: Idempotency
    rate_limits: tuple[RateLimit, ...] = ()
    deadline: float | None = None
    no_http_reason: str = ""
    conditional_limits: tuple[ConditionalLimit, ...] = ()
    cost: int = 1
    """Tokens that one call takes from each bucket."""
    priority: Priority = Priority.NORMAL
    errors: tuple[str, ...] = ()
    """The reasons of its own that it may answer, beside those of every method."""
    allow_suspended: bool = False
    step_up: bool = False
    consistency: Consistency = Consistency.NONE


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
            rate_limits=tuple(bucket(number) for number in written.buckets),
            deadline=written.deadline.ToTimedelta().total_seconds() if written.HasField("deadline") else None,
            no_http_reason=written.no_http_reason,
            conditional_limits=tuple(
                ConditionalLimit(bucket(one.bucket), one.when) for one in written.conditional_buckets
            ),
            cost=written.cost or 1,
            priority=Priority(written.priority or Priority.NORMAL),
            errors=tuple(reason_pb2.ErrorReason.Name(number) for number in written.errors),
            allow_suspended=written.allow_suspended,
            step_up=written.step_up,
            consistency=Consistency(written.consistency),
        )
    except ValueError as error:
        raise ValueError(f"the policy of {method.full_name} is incomplete: {error}") from error


def bucket_named(name: str) -> RateLimit:
    """Return a bucket of the contract by its name in lower case, "api_read"; raises LookupError for another name."""
    try:
        return _buckets()[name]
    except KeyError:
        raise LookupError(f"the contract has no bucket {name!r}") from None


@cache
def _buckets() -> Mapping[str, RateLimit]:
    limits = (bucket(value.number) for value in policy_pb2.Bucket.DESCRIPTOR.values if value.number)
    return {limit.bucket: limit for limit in limits}


def bucket(number: int) -> RateLimit:
    """Return a bucket of the contract by its number; raises ValueError for one without a size."""
    value = policy_pb2.Bucket.DESCRIPTOR.values_by_number.get(number)
    if value is None or not value.GetOptions().HasExtension(policy_pb2.size):
        raise ValueError(f"bucket {number} is none of the contract's")
    size = value.GetOptions().Extensions[policy_pb2.size]
    seconds = size.period.ToTimedelta().total_seconds()
    if size.capacity < 1 or size.refill < 1 or seconds <= 0:
        raise ValueError(f"{value.name} needs a capacity, a refill, a period")
    name = value.name.removeprefix("BUCKET_").lower()
    return RateLimit(name, size.capacity, size.refill * 60 / seconds, Scope(size.scope))
