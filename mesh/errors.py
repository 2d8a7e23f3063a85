"""The errors a domain raises: each knows its code, its reason and its metadata, none has heard of a transport."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


class Code(enum.IntEnum):
    """What kind of failure it was; numbers and names are those of gRPC's status codes."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field of a request that was refused, by its path, with advice on what it should hold."""

    field: str
    description: str


class Failure(Exception):  # noqa: N818 - a failure is an answer to a caller, and its subclasses name what happened
    """The root of everything a use case refuses; `retry_after` is in seconds."""

    code: ClassVar[Code] = Code.UNKNOWN
    reason: str = "UNKNOWN"

    def __init__(
        self,
        message: str,
        *,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[FieldViolation] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.metadata: Mapping[str, str] = dict(metadata or {})
        self.violations: Sequence[FieldViolation] = tuple(violations)
        self.retry_after = retry_after

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "reason" in cls.__dict__:
            _register(cls)


_by_reason: dict[tuple[Code, str], type[Failure]] = {}


def _register(cls: type[Failure]) -> None:
    key = (cls.code, cls.reason)
    known = _by_reason.get(key)
    if known is not None and _house(known) == _house(cls) and known.__qualname__ != cls.__qualname__:
        message = f"{cls.__qualname__} and {known.__qualname__} both claim the reason {cls.reason}"
        raise TypeError(message)
    _by_reason[key] = cls


def _house(cls: type) -> str:
    return cls.__module__.partition(".")[0]


class Cancelled(Failure):
    """The caller went away."""

    code = Code.CANCELLED
    reason = "CANCELLED"


class Unknown(Failure):
    """Something failed and nothing more is known."""

    code = Code.UNKNOWN
    reason = "UNKNOWN"


class InvalidArgument(Failure):
    """The request is wrong whatever the state of the system."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_ARGUMENT"


class FieldNotUpdatable(InvalidArgument):
    """An update names a field that is not written this way, or cannot be without a value."""

    reason = "FIELD_NOT_UPDATABLE"

    def __init__(self, field: str, why: str = "cannot be updated") -> None:
        super().__init__(f"{field}: {why}", violations=[FieldViolation(field, why)])


class DeadlineExceeded(Failure):
    """The time the caller gave ran out."""

    code = Code.DEADLINE_EXCEEDED
    reason = "DEADLINE_EXCEEDED"


class NotFound(Failure):
    """There is no such thing, or none this caller may know of."""

    code = Code.NOT_FOUND
    reason = "NOT_FOUND"


class AlreadyExists(Failure):
    """The thing to create is already there."""

    code = Code.ALREADY_EXISTS
    reason = "ALREADY_EXISTS"


class PermissionDenied(Failure):
    """The caller is known and may not do this."""

    code = Code.PERMISSION_DENIED
    reason = "PERMISSION_DENIED"


class ResourceExhausted(Failure):
    """A limit or a quota is used up; `retry_after` says when it is worth another try."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "RESOURCE_EXHAUSTED"


class FailedPrecondition(Failure):
    """The state of the system forbids this; a retry alone does not help."""

    code = Code.FAILED_PRECONDITION
    reason = "FAILED_PRECONDITION"


class Aborted(Failure):
    """A concurrent change won; the whole operation may be tried again."""

    code = Code.ABORTED
    reason = "ABORTED"


class OutOfRange(Failure):
    """The request reaches past the end of what there is."""

    code = Code.OUT_OF_RANGE
    reason = "OUT_OF_RANGE"


class Unimplemented(Failure):
    """This method is in the contract but not served here."""

    code = Code.UNIMPLEMENTED
    reason = "UNIMPLEMENTED"


class Internal(Failure):
    """A mistake of ours; the caller learns nothing but that."""

    code = Code.INTERNAL
    reason = "INTERNAL"


class Unavailable(Failure):
    """A part this needs does not answer now; the same request may succeed later."""

    code = Code.UNAVAILABLE
    reason = "UNAVAILABLE"


class DataLoss(Failure):
    """Something stored cannot be read back."""

    code = Code.DATA_LOSS
    reason = "DATA_LOSS"


class Unauthenticated(Failure):
    """Nobody is signed in, or the proof of identity is not valid."""

    code = Code.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"


_generic: Mapping[Code, type[Failure]] = {cls.code: cls for cls in Failure.__subclasses__()}


def restore(
    code: int,
    reason: str,
    message: str,
    metadata: Mapping[str, str] | None = None,
    violations: Sequence[FieldViolation] = (),
    retry_after: float | None = None,
) -> Failure:
    """Rebuild the failure another process raised.

    Gives an instance of the class registered for (code, reason); when this process knows none, the generic class of the
    code with `reason` set on the instance. Where two services in one process share a reason the one defined last is
    given, so a caller that expects somebody else's failure matches on `.reason`.
    """
    known = Code(code) if code in Code.__members__.values() else Code.UNKNOWN
    cls = _by_reason.get((known, reason)) or _generic.get(known, Unknown)
    failure = cls.__new__(cls)
    Failure.__init__(failure, message, metadata=metadata, violations=violations, retry_after=retry_after)
    if reason:
        failure.reason = reason
    return failure
