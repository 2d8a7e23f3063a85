"""Headers, ETags, quotas, budgets, traces: the edge's small decisions."""

import asyncio
import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from edge import abuse, access_log
from edge.abuse import MAX_CONNECTIONS, WINDOW_SECONDS, ResetBudget, TooManyResets
from edge.access_log import AccessLog
from edge.addresses import ClientAddresses
from edge.answers import told, with_etag
from edge.body import _check_type
from edge.config import PRODUCTION_STREAMS_PER_ADDRESS, Config, EdgeSettings
from edge.cors import Cors
from edge.etags import Tag, expected
from edge.faults import MalformedRequest
from edge.incoming import MAX_VALUE_BYTES, Incoming
from edge.problems import Refused
from edge.stream_quota import StreamQuota, TooManyStreams
from edge.trace_ids import Tracing
from mesh.settings import LimitSettings, load

ANYBODY = ClientAddresses([])


def incoming(*headers: tuple[bytes, bytes]) -> Incoming:
    return Incoming(headers, "203.0.113.9", ANYBODY)


def test_a_sane_request_id_is_kept() -> None:
    """Logs of client and server can be joined by it."""
    assert "abc-1.2:3_4" == incoming((b"x-request-id", b"abc-1.2:3_4")).request_id


@pytest.mark.parametrize("sent", [b"", b"a b", b"x" * 65, b"\xff", b"a\nb"])
def test_another_request_id_is_replaced(sent: bytes) -> None:
    """It ends in logs and headers."""
    assert re.fullmatch(r"[0-9a-f]{16}", incoming((b"x-request-id", sent)).request_id)


def test_services_are_told_what_they_need() -> None:
    """Only known headers are passed on, and nobody speaks for the edge."""
    sent = incoming(
        (b"authorization", b"Bearer t"),
        (b"idempotency-key", b"k"),
        (b"x-guild-client-address", b"6.6.6.6"),
        (b"x-guild-service-token", b"forged"),
        (b"user-agent", b"curl\xff"),
        (b"cookie", b"c"),
    )

    told_to = dict(sent.metadata("00-trace"))

    expected = {"authorization", "idempotency-key", "x-guild-client-address", "x-guild-user-agent"}
    assert expected | {"x-request-id", "traceparent"} == told_to.keys()
    assert ("203.0.113.9", "curl?") == (told_to["x-guild-client-address"], told_to["x-guild-user-agent"])


@pytest.mark.parametrize("value", [b"Bearer \xff", b"a\tb", b"x" * (MAX_VALUE_BYTES + 1)])
def test_a_header_that_metadata_cannot_carry_is_refused(value: bytes) -> None:
    """The transport would raise in the midst of the call."""
    with pytest.raises(MalformedRequest, match="authorization"):
        incoming((b"authorization", value)).metadata("")


def test_two_proofs_are_none() -> None:
    """Which of the two would count depends on who reads them."""
    with pytest.raises(MalformedRequest, match="authorization must be sent once"):
        incoming((b"authorization", b"a"), (b"accept", b"*"), (b"authorization", b"b")).metadata("")


@pytest.mark.parametrize(
    ("sent", "status"), [("", 200), ("*", 304), ('"x"', 200), ("W/{tag}", 304), ('"x", {tag}', 304), ("{tag", 200)]
)
def test_an_etag_that_matches_saves_the_body(sent: str, status: int) -> None:
    """Weak or strong, alone or in a list."""
    tag = dict(with_etag(b"{}", "", "", ()).headers)[b"etag"].decode().removeprefix("W/")

    answer = with_etag(b"{}", "", sent.replace("{tag}", tag), ())

    assert (status, b"" if status == 304 else b"{}") == (answer.status, answer.body)


def test_a_tag_holds_the_etag_of_the_resource() -> None:
    """A view of it changes with less; what is to be changed is the resource."""
    first, second = (Tag.of(body, "v1.2").written for body in (b"1 like", b"2 likes"))

    assert first != second
    assert {"v1.2"} == {expected(tag) for tag in (first, second, f"W/{first}", '"v1.2"')}
    assert {""} == {expected(tag) for tag in ("", "*", " * ")}
    assert Tag.of(b"", 'a"\n').written.startswith('W/"')


@pytest.mark.parametrize("sent", ["v1", '""', '"a", "b"', '"a b"', '"' + "x" * 100 + '"'])
def test_an_if_match_that_is_no_tag_is_refused(sent: str) -> None:
    """A precondition that is not understood must not be taken for none."""
    with pytest.raises(MalformedRequest, match="if-match"):
        expected(sent)


def test_callers_learn_the_state_of_their_limit() -> None:
    """And nothing else of what services say to each other."""
    trailers = (("ratelimit-limit", "5"), ("x-inner", "secret"), ("grpc-status-details-bin", b"\x00"))

    assert ((b"ratelimit-limit", b"5"),) == told(trailers)


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=UTF-8", "Application/Merge-Patch+JSON"]
)
def test_json_is_taken_under_its_names(kind: str) -> None:
    """With or without a charset."""
    _check_type(kind)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"]
)
def test_other_types_are_refused(kind: str) -> None:
    """`curl -d` sends a form unless told otherwise; it should learn so."""
    with pytest.raises(Refused, match="Content-Type"):
        _check_type(kind)


def test_an_address_has_so_many_streams() -> None:
    """One more is refused until one ends."""
    quota = StreamQuota(1)
    with quota.take("a"), quota.take("b"), pytest.raises(TooManyStreams), quota.take("a"):
        pass
    with quota.take("a"):
        pass

    assert {} == dict(quota._open)


def test_resets_have_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it a connection waits for the window to end."""
    monkeypatch.setattr(abuse, "MAX_ABANDONED", 2)
    now = [0.0]
    budget = ResetBudget(timer=lambda: now[0])
    for _ in range(2):
        budget.check("a")
        budget.abandoned("a", 0.0, None)

    budget.check("b")
    with pytest.raises(TooManyResets) as caught:
        budget.check("a")
    assert WINDOW_SECONDS == caught.value.retry_after
    now[0] = WINDOW_SECONDS + 1
    budget.check("a")


@pytest.mark.parametrize(("waited", "allowed"), [(0.5, None), (0.5, 60.0), (0.06, 0.1), (0.1, 0.1)])
def test_a_call_that_had_its_time_may_be_abandoned(
    waited: float, allowed: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gives up then gives up on us: that is our slowness."""
    monkeypatch.setattr(abuse, "MAX_ABANDONED", 1)
    budget = ResetBudget(timer=lambda: 0.0)
    for _ in range(3):
        budget.abandoned("a", waited, allowed)

    budget.check("a")


def test_the_budget_watches_a_bounded_number_of_connections() -> None:
    """Many connections cannot fill the memory."""
    budget = ResetBudget(timer=lambda: 0.0)
    for number in range(MAX_CONNECTIONS + 10):
        budget.abandoned(str(number), 0.0, None)

    assert len(budget._abandoned) <= MAX_CONNECTIONS


@pytest.mark.parametrize(("share", "flags", "expected"), [(0.0, "01", "00"), (1.0, "00", "00"), (1.0, "01", "01")])
def test_traces_of_clients_go_on(share: float, flags: str, expected: str) -> None:
    """Under the ids they came with; that they are recorded is not theirs to ask for, that they are not is."""
    ids = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-"

    told = Tracing(share).begin("x", ids + flags).traceparent

    assert (ids.split("-")[1], expected) == (told.split("-")[1], told.rsplit("-", 1)[1])


def test_a_traceparent_that_is_none_begins_a_trace() -> None:
    """Ids are made here then."""
    sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    tracing = Tracing(0.0)

    for wrong in ("", "00-0-0-00", f"00-{'0' * 32}-00f067aa0ba902b7-01", "ff" + sent[2:]):
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", tracing.begin("x", wrong).traceparent)


def test_a_recorded_trace_gets_a_span_of_its_own() -> None:
    """The services' spans hang below the edge's."""
    sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    with Tracing(1.0).begin("x", sent) as trace:
        trace.note(status=200)

    assert sent.split("-")[1] == trace.traceparent.split("-")[1]


def test_refusals_are_told_of_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many a client causes; of faults only the first ones have a line each."""
    monkeypatch.setattr(access_log, "LINES", 2)
    monkeypatch.setattr(access_log, "MAX_KINDS", 2)

    async def flood() -> None:
        log = AccessLog()
        for _ in range(1000):
            log.refusal("GET /a", "NOT_FOUND")
            log.fault("GET /a", "INTERNAL", 0.1)
        for number in range(10):
            log.refusal("GET /b", f"REASON_{number}")
        log.flush()
        log.flush()

    with capture_logs() as lines:
        asyncio.run(flood())

    assert [
        ("request", "INTERNAL", None),
        ("request", "INTERNAL", None),
        ("requests", "NOT_FOUND", 1000),
        ("requests", "INTERNAL", 998),
        ("requests", "", 10),
    ] == [(line["event"], line["outcome"], line.get("number")) for line in lines]


def test_pages_of_other_origins_may_not_call_by_default() -> None:
    """CORS is off until origins are named."""
    cors = Cors(())

    assert () == cors.headers(b"https://evil.example")
    assert ((b"allow", b"GET"),) == cors.preflight(b"https://evil.example", ["GET"]).headers


@pytest.mark.parametrize(("origins", "allowed"), [(("https://a.example",), b"https://a.example"), (("*",), b"*")])
def test_named_origins_may_call(origins: tuple[str, ...], allowed: bytes) -> None:
    """Exactly, or all of them."""
    headers: dict[bytes, Any] = dict(Cors(origins).headers(b"https://a.example"))

    assert allowed == headers[b"access-control-allow-origin"]
    assert b"access-control-allow-methods" in dict(Cors(origins).preflight(b"https://a.example", []).headers)


def test_another_origin_gets_nothing_but_vary() -> None:
    """Caches must not give one page what another one got."""
    assert ((b"vary", b"origin"),) == Cors(["https://a.example"]).headers(b"https://b.example")


def test_settings_come_from_the_environment() -> None:
    """As the supervisor passes them."""
    config = load(Config, {"GUILD_EDGE_HTTP_PORT": "1", "GUILD_EDGE_GRPC_PORT": "2", "GUILD_FEED_ADDRESS": "f:3"})

    assert (1, 2, "f:3") == (config.edge.http_port, config.edge.grpc_port, config.feed_address)


def test_streams_are_bounded_in_production() -> None:
    """A laptop benches ten thousand from one address."""
    production = LimitSettings(profile="production")
    bounds = [
        Config().streams_per_address,
        Config(limits=production).streams_per_address,
        Config(limits=production, edge=EdgeSettings(streams_per_address=7)).streams_per_address,
    ]

    assert [EdgeSettings().max_connections, PRODUCTION_STREAMS_PER_ADDRESS, 7] == bounds
