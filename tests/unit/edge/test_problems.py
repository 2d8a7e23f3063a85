"""Failures as RFC 9457 documents, against a golden file."""

import os
import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from edge import problems
from edge.answers import SECURITY, of_problem
from mesh.errors import (
    Aborted,
    Cancelled,
    Code,
    DataLoss,
    DeadlineExceeded,
    FailedPrecondition,
    Failure,
    FieldViolation,
    Internal,
    InvalidArgument,
    OutOfRange,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
    Unimplemented,
    Unknown,
    restore,
)

GOLDEN = Path(__file__).parent / "goldens" / "problems.json"
FAILURES: dict[str, Failure] = {
    "cancelled": Cancelled("the caller went away"),
    "unknown": Unknown("secret innards", metadata={"table": "users"}),
    "invalid_argument": InvalidArgument(
        "the request breaks rules", violations=[FieldViolation("user.profile_picture_url", "must be a URI")]
    ),
    "deadline": DeadlineExceeded("took too long"),
    "not_found": restore(Code.NOT_FOUND, "POST_NOT_FOUND", "there is no post 1", {"postId": "1"}),
    "already_exists": restore(Code.ALREADY_EXISTS, "EMAIL_TAKEN", "this address has an account"),
    "permission_denied": PermissionDenied("only its author may"),
    "resource_exhausted": restore(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", "slow down", {}, (), 1.2),
    "failed_precondition": FailedPrecondition("not in this state"),
    "idempotency_key_reused": restore(Code.FAILED_PRECONDITION, "IDEMPOTENCY_KEY_REUSED", "another body"),
    "aborted": Aborted("somebody was faster"),
    "out_of_range": OutOfRange("beyond the end"),
    "unimplemented": Unimplemented("not served yet"),
    "internal": Internal("secret innards", metadata={"table": "users"}),
    "unavailable": Unavailable("feed did not answer: unavailable"),
    "unavailable_for": Unavailable("busy", retry_after=7.5),
    "data_loss": DataLoss("secret innards"),
    "unauthenticated": Unauthenticated("sign in"),
    "token_expired": restore(Code.UNAUTHENTICATED, "TOKEN_EXPIRED", "sign in again"),
}
REFUSALS = {
    "no_route": problems.no_route("/nope"),
    "bad_path": problems.bad_path(),
    "wrong_method": problems.wrong_method("PUT", ("GET", "HEAD", "OPTIONS")),
    "too_large": problems.too_large(1048576),
    "too_slow": problems.too_slow(),
    "wrong_coding": problems.wrong_coding(),
    "wrong_media_type": problems.wrong_media_type(),
}


OF_ALL = {"content-length", *(name.decode() for name, _ in SECURITY)}
"""Headers that every answer has."""


def shown(problem: problems.Problem) -> dict[str, Any]:
    answer = of_problem(problem, "/api/v1/posts/1", "req-1")
    lines = [line.split(": ", 1) for line in answer.lines().decode().splitlines()]
    headers = {name: value for name, value in lines if name not in OF_ALL}
    return {"status": answer.status, "headers": headers, "document": orjson.loads(answer.body)}


def actual() -> dict[str, Any]:
    told = {name: shown(problems.of_failure(failure, "req-1")) for name, failure in FAILURES.items()}
    return told | {name: shown(refused.problem) for name, refused in REFUSALS.items()}


def test_problems_are_golden() -> None:
    """Clients decide by status, reason and headers: they change on purpose only."""
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.write_bytes(orjson.dumps(actual(), option=orjson.OPT_INDENT_2) + b"\n")

    assert orjson.loads(GOLDEN.read_bytes()) == actual()


@pytest.mark.parametrize("name", ["unknown", "internal", "data_loss"])
def test_faults_of_ours_tell_nothing(name: str) -> None:
    """What went wrong inside stays inside."""
    told = orjson.dumps(actual()[name])

    assert (False, False) == (b"secret" in told, b"users" in told)


def test_a_detail_spells_fields_as_its_violations_do() -> None:
    """The way of JSON, wherever a field stands alone in the text."""
    fields = ("page_size", "job.salary_min")
    violations = [FieldViolation(field, "is wrong") for field in fields]
    failure = InvalidArgument("page_size: too big; my_page_size, job.salary_min!", violations=violations)

    problem = problems.of_failure(failure, "r")

    assert "pageSize: too big; my_page_size, job.salaryMin!" == problem.detail
    assert ["pageSize", "job.salaryMin"] == [one.field for one in problem.violations]


@pytest.mark.parametrize("path", ["/a b", "/ä", "/%", '/"<>{}|', "/" + "ü" * 300])
def test_an_instance_is_a_uri_reference(path: str) -> None:
    """Whatever the path held once it was decoded."""
    assert re.fullmatch(r"(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})*)+", problems.instance(path))


def test_every_code_has_a_status() -> None:
    """A code nobody thought of is a fault of ours."""
    statuses = {code: problems.of_failure(restore(code, "", "x"), "r").status for code in Code if code != Code.OK}

    assert [] == [code for code, status in statuses.items() if status not in range(400, 600)]
