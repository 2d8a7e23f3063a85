"""Headers, ETags, quotas, budgets, traces: the edge's small decisions."""

import re
from typing import Any

import pytest

from edge.abuse import MAX_ADDRESSES, WINDOW_SECONDS, ResetBudget, TooManyResets
from edge.addresses import ClientAddresses
from edge.answers import told, with_etag
from edge.body import _check_type
from edge.config import PRODUCTION_STREAMS_PER_ADDRESS, Config, EdgeSettings
from edge.cors import Cors
from edge.incoming import MAX_VALUE_BYTES, Incoming, refuse_twice
from edge.problems import Refused
from edge.stream_quota import StreamQuota, TooManyStreams
from edge.trace_ids import Tracing
from mesh.settings import LimitSettings, load

ANYBODY = ClientAddresses([])


def incoming(*headers: tuple[bytes, bytes]) -> Incoming:
    return Incoming({"headers": list(headers), "client": ("203.0.113.9", 5)}, ANYBODY)


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
    with pytest.raises(Refused, match="authorization"):
        incoming((b"authorization", value)).metadata("")


def test_two_proofs_are_none() -> None:
    """Which of the two would count depends on who reads them."""
    with pytest.raises(Refused, match="authorization must be sent once"):
        refuse_twice([(b"authorization", b"a"), (b"accept", b"*"), (b"authorization", b"b")])


@pytest.mark.parametrize(
    ("sent", "status"), [("", 200), ("*", 304), ('"x"', 200), ("W/{tag}", 304), ('"x", {tag}', 304), ("{tag", 200)]
)
def test_an_etag_that_matches_saves_the_body(sent: str, status: int) -> None:
    """Weak or strong, alone or in a list."""
    tag = dict(with_etag(b"{}", "", ()).headers)[b"etag"].decode().removeprefix("W/")

    answer = with_etag(b"{}", sent.replace("{tag}", tag), ())

    assert (status, b"" if status == 304 else b"{}") == (answer.status, answer.body)


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


def test_resets_have_a_budget() -> None:
    """Beyond it an address waits for the window to end."""
    now = [0.0]
    budget = ResetBudget(2, timer=lambda: now[0])
    for _ in range(2):
        budget.check("a")
        budget.abandoned("a")

    budget.check("b")
    with pytest.raises(TooManyResets) as caught:
        budget.check("a")
    assert WINDOW_SECONDS == caught.value.retry_after
    now[0] = WINDOW_SECONDS + 1
    budget.check("a")


def test_the_budget_watches_a_bounded_number_of_addresses() -> None:
    """Many addresses cannot fill the memory."""
    budget = ResetBudget(timer=lambda: 0.0)
    for number in range(MAX_ADDRESSES + 10):
        budget.abandoned(str(number))

    assert len(budget._abandoned) <= MAX_ADDRESSES


def test_traces_of_clients_go_on() -> None:
    """A traceparent that is none begins a new trace."""
    sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    tracing = Tracing(recording=False)

    assert sent == tracing.begin("x", sent).traceparent
    for wrong in ("", "00-0-0-00", f"00-{'0' * 32}-00f067aa0ba902b7-01", "ff" + sent[2:]):
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", tracing.begin("x", wrong).traceparent)


def test_a_recorded_trace_gets_a_span_of_its_own() -> None:
    """The services' spans hang below the edge's."""
    sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    with Tracing(recording=True).begin("x", sent) as trace:
        trace.note(status=200)

    assert sent.split("-")[1] == trace.traceparent.split("-")[1]


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
