"""Failures as google.rpc.Status with details, out to callers, back from peers."""

from collections.abc import Iterable, Iterator

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details_pb2
from google.rpc import status_pb2

from mesh.errors import Code, Failure, FieldViolation, Internal, ResourceExhausted, restore

DOMAIN = "guild.dev"
DETAILS_KEY = "grpc-status-details-bin"

MAX_TEXT = 512
"""Characters of one text: clients refuse trailing metadata above 8 KiB, and it travels twice."""
MAX_DETAILS = 3072
"""Bytes of all violations together, for the same reason."""


_REQUEST_TOO_LARGE = ("SERVER: Received message larger", "CLIENT: Sent message larger")
_REPLY_TOO_LARGE = ("SERVER: Sent message larger", "CLIENT: Received message larger")
"""What transports say of messages above their limits, under a code that reads as the caller's quota."""


class RequestTooLarge(ResourceExhausted):
    """The request is larger than a message may be."""

    reason = "REQUEST_TOO_LARGE"


class ReplyTooLarge(Internal):
    """The answer is larger than a message may be: lists must be bounded by bytes too."""

    reason = "REPLY_TOO_LARGE"


def encode(failure: Failure, request_id: str) -> status_pb2.Status:
    """Write `failure` as a status; what does not fit is shortened, never refused."""
    status = status_pb2.Status(code=int(failure.code), message=failure.message[:MAX_TEXT])
    info = details_pb2.ErrorInfo(reason=failure.reason, domain=DOMAIN)
    for key, value in failure.metadata.items():
        info.metadata[key] = value[:MAX_TEXT]
    status.details.add().Pack(info)
    if failure.violations:
        status.details.add().Pack(_bad_request(failure.violations))
    for more in _derived(failure, status.message):
        status.details.add().Pack(more)
    if failure.retry_after is not None:
        retry = details_pb2.RetryInfo()
        retry.retry_delay.FromNanoseconds(int(failure.retry_after * 1e9))
        status.details.add().Pack(retry)
    if request_id:
        status.details.add().Pack(details_pb2.RequestInfo(request_id=request_id))
    return status


def _derived(failure: Failure, message: str) -> Iterator[Message]:
    """Give the details that say the same to clients who know no reasons of ours, only the standard messages."""
    named = [(key.removesuffix("Id"), value[:MAX_TEXT]) for key, value in failure.metadata.items() if key[-2:] == "Id"]
    if failure.code in {Code.NOT_FOUND, Code.ALREADY_EXISTS}:
        for kind, name in named[:1]:
            yield details_pb2.ResourceInfo(resource_type=kind, resource_name=name, description=message)
    elif failure.code == Code.FAILED_PRECONDITION:
        subject = named[0][1] if named else ""
        unmet = details_pb2.PreconditionFailure.Violation(type=failure.reason, subject=subject, description=message)
        yield details_pb2.PreconditionFailure(violations=[unmet])
    elif failure.code == Code.RESOURCE_EXHAUSTED:
        subject = failure.metadata.get("bucket", failure.reason)
        used_up = details_pb2.QuotaFailure.Violation(subject=subject, description=message)
        yield details_pb2.QuotaFailure(violations=[used_up])


def decode(serialized: bytes) -> Failure:
    """Rebuild the failure that another service wrote, with `encode` or with the standard details alone."""
    status = status_pb2.Status.FromString(serialized)
    reason, metadata = "", dict[str, str]()
    violations: list[FieldViolation] = []
    retry_after: float | None = None
    for detail in status.details:
        match _unpack(detail):
            case details_pb2.ErrorInfo() as info:
                reason, metadata = info.reason, dict(info.metadata)
            case details_pb2.BadRequest() as bad:
                violations = [FieldViolation(v.field, v.description) for v in bad.field_violations]
            case details_pb2.RetryInfo() as retry:
                retry_after = retry.retry_delay.ToNanoseconds() / 1e9
            case details_pb2.ResourceInfo() as resource:
                metadata = {f"{resource.resource_type}Id": resource.resource_name} | metadata
            case details_pb2.PreconditionFailure() as precondition:
                reason = reason or next((unmet.type for unmet in precondition.violations), "")
            case details_pb2.QuotaFailure() as quota:
                reason = reason or next((used_up.subject for used_up in quota.violations), "")
            case _:
                pass
    return restore(status.code, reason, status.message, metadata, violations, retry_after)


def of_transport(code: int, peer: str, said: str = "") -> Failure:
    """Return the failure of a call that ended without a word of the other service, such as a refused connection."""
    if any(text in said for text in _REQUEST_TOO_LARGE):
        return RequestTooLarge(f"the request is larger than {peer} takes")
    if any(text in said for text in _REPLY_TOO_LARGE):
        return ReplyTooLarge(f"the answer of {peer} is larger than can be sent")
    name = Code(code).name.lower().replace("_", " ")
    return restore(code, "", f"{peer} did not answer: {name}")


def _bad_request(violations: Iterable[FieldViolation]) -> details_pb2.BadRequest:
    bad = details_pb2.BadRequest()
    for violation in violations:
        field = bad.field_violations.add()
        field.field = violation.field[:MAX_TEXT]
        field.description = violation.description[:MAX_TEXT]
        if bad.ByteSize() > MAX_DETAILS:
            del bad.field_violations[-1]
            break
    return bad


_KNOWN = {
    kind.DESCRIPTOR.full_name: kind
    for kind in (
        details_pb2.ErrorInfo,
        details_pb2.BadRequest,
        details_pb2.RetryInfo,
        details_pb2.ResourceInfo,
        details_pb2.PreconditionFailure,
        details_pb2.QuotaFailure,
    )
}


def _unpack(detail: AnyMessage) -> object:
    kind = _KNOWN.get(detail.type_url.rpartition("/")[2])
    return kind.FromString(detail.value) if kind else None
