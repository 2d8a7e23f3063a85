"""Failures as google.rpc.Status, there and back."""

from typing import Any

import pytest
from google.rpc import error_details_pb2 as details_pb2
from google.rpc import status_pb2

from mesh.errors import (
    Code,
    FailedPrecondition,
    Failure,
    FieldViolation,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unavailable,
)
from mesh.rpc.status import decode, encode, of_transport


class PageNotFound(NotFound):
    reason = "TEST_PAGE_NOT_FOUND"


def test_failure_survives_the_wire() -> None:
    """Class, reason, message, metadata, time to wait come back as they went."""
    sent = PageNotFound("no page 7", metadata={"page": "7"}, retry_after=1.5)

    got = decode(encode(sent, "req-1").SerializeToString())

    assert PageNotFound is type(got)
    assert ("no page 7", {"page": "7"}, 1.5, "TEST_PAGE_NOT_FOUND") == (
        got.message,
        got.metadata,
        got.retry_after,
        got.reason,
    )


def test_violations_survive_the_wire() -> None:
    """So do the fields at fault, in order."""
    violations = (FieldViolation("a", "too long"), FieldViolation("b[1].c", "too short"))

    got = decode(encode(InvalidArgument("no", violations=violations), "").SerializeToString())

    assert violations == tuple(got.violations)


def details_of(failure: Failure, kind: Any) -> list[Any]:
    return [kind.FromString(one.value) for one in encode(failure, "").details if one.Is(kind.DESCRIPTOR)]


def test_what_was_not_found_is_named_in_the_standard_message() -> None:
    """A client without our reasons learns the kind and the id of what is not there."""
    (info,) = details_of(PageNotFound("no page", metadata={"pageId": "7"}), details_pb2.ResourceInfo)

    assert ("page", "7", "no page") == (info.resource_type, info.resource_name, info.description)


def test_what_is_used_up_is_named_in_the_standard_message() -> None:
    """The bucket of a rate limit, the reason of any other quota."""
    limited = ResourceExhausted("wait", metadata={"bucket": "search"})
    found = [details_of(one, details_pb2.QuotaFailure)[0].violations[0] for one in (limited, ResourceExhausted("full"))]

    assert [("search", "wait"), ("RESOURCE_EXHAUSTED", "full")] == [(one.subject, one.description) for one in found]


def test_what_stands_in_the_way_is_named_in_the_standard_message() -> None:
    """The reason is the type, what it is about the subject."""
    (found,) = details_of(FailedPrecondition("closed", metadata={"jobId": "9"}), details_pb2.PreconditionFailure)
    (unmet,) = found.violations

    assert ("FAILED_PRECONDITION", "9", "closed") == (unmet.type, unmet.subject, unmet.description)


@pytest.mark.parametrize(
    ("code", "detail", "reason", "metadata"),
    [
        (5, details_pb2.ResourceInfo(resource_type="page", resource_name="7"), "NOT_FOUND", {"pageId": "7"}),
        (9, details_pb2.PreconditionFailure(violations=[{"type": "JOB_CLOSED"}]), "JOB_CLOSED", {}),  # type: ignore[list-item]
        (8, details_pb2.QuotaFailure(violations=[{"subject": "SEATS_USED"}]), "SEATS_USED", {}),  # type: ignore[list-item]
    ],
)
def test_standard_messages_alone_are_understood(code: int, detail: Any, reason: str, metadata: Any) -> None:
    """A service in another language that writes no ErrorInfo is heard all the same."""
    status = status_pb2.Status(code=code, message="no")
    status.details.add().Pack(detail)

    got = decode(status.SerializeToString())

    assert (code, reason, metadata) == (got.code, got.reason, got.metadata)


def test_unknown_reason_keeps_its_code_and_reason() -> None:
    """A failure of a class this process does not know is the generic one of its code."""
    status = encode(ResourceExhausted("full"), "")
    status.details[0].value = status.details[0].value.replace(b"RESOURCE_EXHAUSTED", b"INBOX_IS_SO_FULL_X")

    got = decode(status.SerializeToString())

    assert (ResourceExhausted, "INBOX_IS_SO_FULL_X") == (type(got), got.reason)


@pytest.mark.parametrize(
    "failure",
    [
        InvalidArgument("x" * 100_000),
        InvalidArgument("no", violations=[FieldViolation("f" * 900, "d" * 900)] * 500),
        InvalidArgument("no", metadata={"key": "v" * 100_000}),
    ],
)
def test_status_fits_into_trailing_metadata(failure: InvalidArgument) -> None:
    """Whatever a failure holds, its base64 stays well below the 8 KiB clients take."""
    assert len(encode(failure, "r" * 64).SerializeToString()) * 4 / 3 < 6_000


def test_transport_failures_name_the_peer_and_no_address() -> None:
    """A call nobody answered is told by the peer's name."""
    failure = of_transport(14, "profile")

    assert (Unavailable, Code.UNAVAILABLE) == (type(failure), failure.code)
    assert "profile did not answer: unavailable" == failure.message
