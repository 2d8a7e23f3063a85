"""Failures as HTTP tells them, in RFC 9457 documents: the only module that knows HTTP's statuses."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

from edge.well_known import camel
from mesh.contract import reasons
from mesh.errors import Code, Failure, FieldViolation

CONTENT_TYPE = "application/problem+json"
TYPES = "https://guild.dev/problems/"
RETRY_AFTER_UNAVAILABLE = 1.0
"""Seconds a client is asked to wait for a service that did not say how long: a role restarts faster than five."""

_STATUS: Mapping[Code, int] = {
    Code.CANCELLED: 499,
    Code.UNKNOWN: 500,
    Code.INVALID_ARGUMENT: 400,
    Code.DEADLINE_EXCEEDED: 504,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.FAILED_PRECONDITION: 400,
    Code.ABORTED: 409,
    Code.OUT_OF_RANGE: 400,
    Code.UNIMPLEMENTED: 501,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
    Code.DATA_LOSS: 500,
    Code.UNAUTHENTICATED: 401,
}
_MAX_INSTANCE = 200
_OURS = frozenset({Code.UNKNOWN, Code.INTERNAL, Code.DATA_LOSS})


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that is not a success."""

    status: int
    reason: str
    detail: str
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    violations: tuple[FieldViolation, ...] = ()
    retry_after: float | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def document(self, instance: str, request_id: str) -> bytes:
        """Return the JSON; members without a value are left out."""
        written: dict[str, Any] = {
            "type": TYPES + self.reason.lower().replace("_", "-"),
            "title": self.reason.capitalize().replace("_", " "),
            "status": self.status,
            "detail": self.detail,
            **({"instance": instance} if instance else {}),
            "reason": self.reason,
        }
        if self.metadata:
            written["metadata"] = dict(self.metadata)
        if self.violations:
            written["violations"] = [{"field": one.field, "description": one.description} for one in self.violations]
        if self.retry_after is not None:
            written["retryAfter"] = math.ceil(self.retry_after)
        if request_id:
            written["requestId"] = request_id
        return orjson.dumps(written)


class Refused(Exception):  # noqa: N818 - it is an answer
    """A request that HTTP itself refuses, before any method is asked."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def of_failure(failure: Failure, request_id: str) -> Problem:
    """Return the problem of what a service or the edge itself raised."""
    if failure.code in _OURS:
        return internal(request_id)
    retry_after = failure.retry_after
    if retry_after is None and failure.code == Code.UNAVAILABLE:
        retry_after = RETRY_AFTER_UNAVAILABLE
    return Problem(
        status=_status(failure),
        reason=failure.reason or failure.code.name,
        detail=_in_json(failure.message, failure.violations),
        metadata=failure.metadata,
        violations=tuple(FieldViolation(camel(one.field), one.description) for one in failure.violations),
        retry_after=retry_after,
        headers=tuple(_headers(failure, retry_after)),
    )


def _status(failure: Failure) -> int:
    """Return the status of a reason as the contract lays it down, else of the code."""
    known = reasons().get(failure.reason)
    return known.http_status if known is not None and known.code == failure.code else _STATUS.get(failure.code, 500)


def internal(request_id: str) -> Problem:
    """Return what a caller learns of a fault of ours: nothing but where to ask."""
    return Problem(500, "INTERNAL", f"something went wrong on our side; tell support the request id {request_id}")


def instance(path: str) -> str:
    """Return the URI reference of a decoded path, cut to a sane length."""
    return quote(path[:_MAX_INSTANCE], safe="/:@!$&'()*+,;=~")


def no_route(path: str) -> Refused:
    """The path means nothing here."""
    return Refused(Problem(404, "ROUTE_NOT_FOUND", f"nothing is served at {path}: see /docs"))


def bad_path() -> Refused:
    """The path is not text."""
    return Refused(Problem(400, "MALFORMED_REQUEST", "the path is not UTF-8"))


def wrong_method(verb: str, allowed: Iterable[str]) -> Refused:
    """The path is served, by other HTTP methods."""
    listed = ", ".join(allowed)
    return Refused(
        Problem(405, "METHOD_NOT_ALLOWED", f"{verb} is not served here: use {listed}", headers=(("allow", listed),))
    )


def too_large(limit: int) -> Refused:
    """The body is longer than the edge reads."""
    return Refused(Problem(413, "BODY_TOO_LARGE", f"a body may have {limit} bytes", headers=(("connection", "close"),)))


def too_short(length: int) -> Refused:
    """The body ended before its time."""
    return Refused(Problem(400, "UPLOAD_INCOMPLETE", f"the body has to have {length} bytes"))


def other_length(length: int) -> Refused:
    """The body is announced with another length than its address allows."""
    return Refused(Problem(400, "UPLOAD_MISMATCH", f"send {length} bytes, with `Content-Length: {length}`"))


def other_type(kind: str) -> Refused:
    """The body is announced with another type than its address allows."""
    return Refused(Problem(415, "UNSUPPORTED_MEDIA_TYPE", f"send it with `Content-Type: {kind}`"))


def no_object() -> Refused:
    """There is nothing at an address that is right."""
    return Refused(Problem(404, "OBJECT_NOT_FOUND", "there is no such file, or no more"))


def no_such_range(size: int) -> Refused:
    """The range begins behind the end."""
    headers = (("content-range", f"bytes */{size}"),)
    return Refused(Problem(416, "RANGE_NOT_SATISFIABLE", f"the file has {size} bytes", headers=headers))


def too_slow() -> Refused:
    """The body did not come in time."""
    return Refused(Problem(408, "BODY_TOO_SLOW", "the body did not come in time", headers=(("connection", "close"),)))


def wrong_media_type() -> Refused:
    """The body is not JSON by its own word."""
    return Refused(
        Problem(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "send JSON, with `Content-Type: application/json`",
            headers=(("accept", "application/json"),),
        )
    )


def wrong_coding() -> Refused:
    """The body is compressed."""
    return Refused(
        Problem(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "send the body as it is, neither compressed nor otherwise encoded",
            headers=(("accept-encoding", "identity"),),
        )
    )


def head_too_large(limit: int) -> Problem:
    """The request line and the headers are longer than the edge reads."""
    return Problem(431, "HEADERS_TOO_LARGE", f"the request line and the headers may have {limit} bytes together")


def unreadable(advice: str) -> Problem:
    """The head of the request is none, or can be read in two ways."""
    return Problem(400, "MALFORMED_REQUEST", f"the request cannot be read: {advice}")


def _headers(failure: Failure, retry_after: float | None) -> Iterable[tuple[str, str]]:
    if retry_after is not None:
        yield "retry-after", str(math.ceil(retry_after))
    if failure.code == Code.UNAUTHENTICATED:
        wrong_token = ', error="invalid_token"' if "TOKEN" in failure.reason or "SESSION" in failure.reason else ""
        yield "www-authenticate", f'Bearer realm="guild"{wrong_token}'


def _in_json(message: str, violations: Iterable[FieldViolation]) -> str:
    """Give the fields a message names the names they have in JSON, which the violations have too."""
    for one in violations:
        if "_" in one.field:
            message = re.sub(rf"(?<![\w.]){re.escape(one.field)}(?!\w)", camel(one.field), message)
    return message
