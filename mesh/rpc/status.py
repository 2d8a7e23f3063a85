"""Failures as google.rpc.Status with details, out to callers, back from peers."""

from collections.abc import Iterable

from google.protobuf.any_pb2 import Any as AnyMessage
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
    if failure.retry_after is not None:
        retry = details_pb2.RetryInfo()
        retry.retry_delay.FromNanoseconds(int(failure.retry_after * 1e9))
        status.details.add().Pack(retry)
    if request_id:
        status.details.add().Pack(details_pb2.RequestInfo(request_id=request_id))
    return status


def decode(serialized: bytes) -> Failure:
    """Rebuild the failure that another service wrote with `encode`."""
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
    kind.DESCRIPTOR.full_name: kind for kind in (details_pb2.ErrorInfo, details_pb2.BadRequest, details_pb2.RetryInfo)
}


def _unpack(detail: AnyMessage) -> object:
    kind = _KNOWN.get(detail.type_url.rpartition("/")[2])
    return kind.FromString(detail.value) if kind else None
