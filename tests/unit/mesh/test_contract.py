"""What is read from the descriptors of the real contract."""

import pytest
from google.protobuf import empty_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from guild.auth.v1 import auth_service_pb2
from guild.common.v1 import money_pb2
from guild.events.v1 import graph_pb2
from guild.graph.v1 import connection_service_pb2 as graph
from guild.jobs.v1 import job_service_pb2 as jobs
from guild.jobs.v1.job_pb2 import Job
from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1 import messaging_service_pb2 as messaging
from guild.profile.v1 import profile_service_pb2
from mesh.contract import (
    Access,
    EventRoute,
    HttpRule,
    Idempotency,
    Scope,
    batch_size,
    event_route,
    ordering_key,
    reasons,
    spec,
    specs_of,
    validate,
)
from mesh.contract.validation import has_rules, needs_checking, warm
from mesh.errors import Code, InvalidArgument

ACCEPT = "/guild.graph.v1.ConnectionService/AcceptConnection"


def test_method_is_read_whole() -> None:
    """A method knows its messages, its policy, its REST face, whether its request has rules."""
    method = spec(ACCEPT)

    assert (ACCEPT, "guild.graph.v1.ConnectionService", "AcceptConnection") == (
        method.full_name,
        method.service,
        method.name,
    )
    assert (graph.AcceptConnectionRequest, False, False) == (
        method.input,
        method.client_streaming,
        method.server_streaming,
    )
    assert (Access.USER, 5.0) == (method.required_policy.access, method.required_policy.deadline)
    assert HttpRule("POST", "/api/v1/connections/accept", "*") == method.http[0]
    assert method.validated


def test_method_is_read_once() -> None:
    """Two questions get the same object."""
    assert spec(ACCEPT) is specs_of("guild.graph.v1.ConnectionService")["AcceptConnection"]


def test_unknown_method_or_service_is_a_key_error() -> None:
    """What no imported contract has is said by a KeyError."""
    for path in ("/guild.graph.v1.ConnectionService/Nothing", "/guild.nothing.v1.NoService/Nothing"):
        with pytest.raises(KeyError):
            spec(path)


def test_rate_limits_keep_their_order_and_scope() -> None:
    """Buckets are read with their numbers."""
    limits = spec("/guild.auth.v1.AuthService/Login").required_policy.rate_limits

    assert [("login", 20, 20, Scope.ADDRESS)] == [
        (limit.bucket, limit.capacity, limit.refill_per_minute, limit.scope) for limit in limits
    ]
    assert auth_service_pb2.DESCRIPTOR.package == "guild.auth.v1"


def test_stream_has_no_deadline() -> None:
    """A stream that lives until it is closed has none."""
    stream = spec("/guild.graph.v1.ConnectionService/StreamConnectionIds")

    assert stream.server_streaming
    assert Idempotency.NO_SIDE_EFFECTS == stream.required_policy.idempotency


def test_event_route() -> None:
    """An event names its stream; any other message is no event."""
    route = EventRoute("GRAPH", "connection_accepted", ("requester_id", "addressee_id"), 1)
    assert route == event_route(graph_pb2.ConnectionAccepted)
    with pytest.raises(LookupError, match="Money has no"):
        event_route(money_pb2.Money)


def test_violations_carry_path_and_advice() -> None:
    """Each field that breaks a rule is named by its path."""
    with pytest.raises(InvalidArgument) as caught:
        validate(money_pb2.Money(currency_code="euro"))

    assert ["currency_code"] == [violation.field for violation in caught.value.violations]
    assert caught.value.message.startswith("currency_code: ")


def test_valid_message_passes() -> None:
    """A message that keeps its rules is let through, as is one without rules."""
    validate(money_pb2.Money(currency_code="EUR"))
    validate(empty_pb2.Empty())


def test_rules_are_found() -> None:
    """Whether a message carries rules is known ahead, recursion included."""
    assert has_rules(money_pb2.Money.DESCRIPTOR)
    assert not has_rules(empty_pb2.Empty.DESCRIPTOR)
    warm(money_pb2.Money)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (jobs.SearchJobsRequest(q="a\0b"), "q"),
        (jobs.SearchJobsRequest(skills=["Go", "\0"]), "skills[1]"),
        (jobs.CreateJobRequest(job=Job(title="\0")), "job.title"),
        (jobs.UpdateJobRequest(update_mask=FieldMask(paths=["\0"])), "update_mask.paths[0]"),
        (jobs.SearchJobsRequest(posted_after=Timestamp(seconds=253_402_300_800)), "posted_after"),
        (jobs.SearchJobsRequest(posted_after=Timestamp(seconds=-62_135_596_801)), "posted_after"),
        (jobs.SearchJobsRequest(posted_after=Timestamp(seconds=2**63 - 1)), "posted_after"),
        (jobs.SearchJobsRequest(posted_after=Timestamp(nanos=-1)), "posted_after"),
        (jobs.CreateJobRequest(job=Job(expires_at=Timestamp(nanos=1_000_000_000))), "job.expires_at"),
        (chat.ChatRequest(hello=chat.ChatHello(resume={"\0": 1})), "hello.resume[key 0]"),
    ],
)
def test_what_nothing_can_keep_is_refused(request_: Message, field: str) -> None:
    """U+0000, which PostgreSQL refuses, and times no calendar has are the caller's mistake in every field."""
    with pytest.raises(InvalidArgument) as caught:
        validate(request_)

    assert field in [violation.field for violation in caught.value.violations]


@pytest.mark.parametrize("text", [" ", "\u3164", "\u2800\u200b", "\ufe0f", "\n\t"])
def test_a_text_that_must_show_something_does(text: str) -> None:
    """Where the contract says so a text of blanks and invisible characters is refused; an empty or other one is not."""
    with pytest.raises(InvalidArgument) as caught:
        validate(jobs.CreateJobRequest(job=Job(title=text, description="x", skills=[" "])))

    assert [("job.title", "must show something")] == [(v.field, v.description) for v in caught.value.violations]


def test_the_ends_of_the_calendar_are_times() -> None:
    """The first and the last moment that a Timestamp means pass, and so does a zero byte in a number."""
    for seconds, nanos in ((-62_135_596_800, 0), (253_402_300_799, 999_999_999)):
        validate(jobs.SearchJobsRequest(posted_after=Timestamp(seconds=seconds, nanos=nanos)))
    validate(money_pb2.Money(currency_code="EUR", minor_units=10**15))


def test_every_method_with_a_text_is_checked() -> None:
    """A request without rules of its own still may not carry U+0000."""
    assert needs_checking(jobs.UpdateJobRequest.DESCRIPTOR)
    assert not needs_checking(empty_pb2.Empty.DESCRIPTOR)


def test_the_key_of_an_event_is_the_same_whoever_acts() -> None:
    """Events of one pair keep their order, whichever of the two brought them about."""
    ann, bob = "01a203fb-0000-7000-8000-000000000001", "01a203fb-0000-7000-8000-000000000002"

    assert f"{ann}-{bob}" == ordering_key(graph_pb2.ConnectionAccepted(requester_id=bob, addressee_id=ann))
    assert f"{ann}-{bob}" == ordering_key(graph_pb2.ConnectionRemoved(remover_id=ann, removed_id=bob))
    with pytest.raises(ValueError, match="needs a value"):
        ordering_key(graph_pb2.ConnectionRemoved(remover_id=ann))


def test_a_bucket_may_be_refilled_by_the_day() -> None:
    """What a day refills flows back continuously, too."""
    service = messaging.DESCRIPTOR.services_by_name["MessagingService"].full_name
    limits = spec(f"/{service}/SendMessage").required_policy.conditional_limits

    by_name = {one.limit.bucket: one.limit for one in limits}
    assert 100 / (24 * 60) == pytest.approx(by_name["message_stranger"].refill_per_minute)
    assert 100 == by_name["message_stranger"].capacity


def test_reasons_know_their_codes() -> None:
    """Each has a code of gRPC, a status of HTTP, the keys of its metadata."""
    assert reasons()["ETAG_MISMATCH"][1:] == (Code.ABORTED, 412, frozenset())
    assert reasons()["POST_NOT_FOUND"][1:] == (Code.NOT_FOUND, 404, {"postId"})
    assert all(100 <= one.http_status <= 599 and one.code != Code.OK for one in reasons().values())


def test_the_size_of_a_batch_is_the_contracts() -> None:
    """Who sends many elements in several messages reads the bound from the field; one without a bound is an error."""
    assert 200 == batch_size(profile_service_pb2.BatchGetUsersRequest, "user_ids")
    with pytest.raises(LookupError, match="does not bound"):
        batch_size(graph.CheckAccessResponse, "verdicts")
