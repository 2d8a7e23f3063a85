"""Failures as google.rpc.Status, there and back."""

import pytest

from mesh.errors import Code, FieldViolation, InvalidArgument, NotFound, ResourceExhausted, Unavailable
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
