"""The order of the concerns, what applies to which method."""

from dataclasses import replace
from typing import Any, ClassVar

from google.protobuf.wrappers_pb2 import StringValue

from mesh.contract import Access, Consistency, Idempotency, MethodSpec, Policy, RateLimit, Scope
from mesh.principal import ANONYMOUS, Principal
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.rpc.pipeline import Pipeline, standard_pipeline

ISSUES = Consistency.ISSUES
METHOD = MethodSpec(
    full_name="/test.v1.TestService/Do",
    input=StringValue,
    output=StringValue,
    client_streaming=False,
    server_streaming=False,
    policy=Policy(
        Access.USER, Idempotency.KEYED, (RateLimit("b", 1, 1, Scope.ACCOUNT),), deadline=1.0, consistency=ISSUES
    ),
    http=(),
    validated=True,
)
STANDARD = (
    "tracing",
    "access_log",
    "metrics",
    "errors",
    "reply_size",
    "metadata",
    "deadline",
    "authentication",
    "authorization",
    "validation",
    "consistency",
    "stored_answer",
    "rate_limit",
    "idempotency",
)


OPTIONAL = {"rate_limit", "consistency", "stored_answer", "idempotency"}


async def authenticate(_pairs: Any) -> Principal:
    return ANONYMOUS


def applied(method: MethodSpec) -> list[str]:
    part: Any = object()
    return [c.name for c in standard_pipeline(authenticate, part, part, consistency=part).concerns if c.applies(method)]


def test_order_of_the_standard_pipeline() -> None:
    """Outermost first; a stored answer is given only to whoever may ask for it, and before anything is charged."""
    assert list(STANDARD) == applied(METHOD)


def test_concerns_without_work_are_left_out() -> None:
    """A public read without rules or buckets passes only what every call passes."""
    policy = Policy(Access.PUBLIC, Idempotency.NO_SIDE_EFFECTS)

    always = ["tracing", "access_log", "metrics", "errors", "reply_size", "metadata", "deadline"]
    assert [*always, "authentication"] == applied(replace(METHOD, policy=policy, validated=False))


def test_duplex_streams_validate_their_own_frames() -> None:
    """A bad frame must not end a bidirectional stream; a client stream is checked."""
    duplex = replace(METHOD, client_streaming=True, server_streaming=True)

    assert "validation" not in applied(duplex)
    assert "idempotency" not in applied(duplex)
    assert "validation" in applied(replace(METHOD, client_streaming=True))


def test_parts_that_are_not_given_are_left_out() -> None:
    """A service without a limiter, a store, tokens has no concern that needs one."""
    names = [concern.name for concern in standard_pipeline(authenticate, None).concerns]

    assert [name for name in STANDARD if name not in OPTIONAL] == names


async def test_concerns_run_from_the_outside_in() -> None:
    """The first concern sees the call first, its end last."""
    seen: list[str] = []

    class Noted:
        name: ClassVar[str] = "noted"

        def __init__(self, label: str) -> None:
            self.label = label

        def applies(self, _method: MethodSpec) -> bool:
            return True

        def around(self, _method: MethodSpec, proceed: Proceed) -> Proceed:
            async def run(call: Call) -> Any:
                seen.append(f"{self.label} in")
                reply = await proceed(call)
                seen.append(f"{self.label} out")
                return reply

            return run

    async def innermost(_call: Call) -> str:
        seen.append("servicer")
        return "reply"

    call: Any = None
    reply = await Pipeline((Noted("a"), Noted("b"))).around(METHOD, innermost)(call)

    assert ("reply", ["a in", "b in", "servicer", "b out", "a out"]) == (reply, seen)
