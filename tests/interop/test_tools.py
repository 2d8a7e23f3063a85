"""What people point at a gRPC port: grpcurl, ghz, h2load."""

import json
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.interop.engines import Serving, serving
from tests.interop.matrix import UNDER_TEST
from tests.interop.peers import succeed
from tests.interop.stubs import PROTO
from tests.interop.toolchains import go_tools

pytestmark = pytest.mark.timeout(600)  # whoever comes first builds the peers
SERVICE = "grpc.testing.TestService"
CALLS = 300


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[Serving]:
    async with serving(UNDER_TEST) as server:
        yield server


async def _grpcurl(*arguments: str) -> str:
    return await succeed(str(go_tools().grpcurl), "-plaintext", *arguments)


async def test_grpcurl_lists_the_services(server: Serving) -> None:
    """Reflection names what is served."""
    assert SERVICE in (await _grpcurl(server.address, "list")).split()


async def test_grpcurl_describes_a_service(server: Serving) -> None:
    """Reflection gives the whole contract."""
    text = await _grpcurl(server.address, "describe", SERVICE)
    assert "rpc FullDuplexCall ( stream .grpc.testing.StreamingOutputCallRequest )" in text


async def test_grpcurl_calls_a_method(server: Serving) -> None:
    """A call made from JSON is answered in JSON."""
    answer = await _grpcurl("-d", '{"response_size": 3}', server.address, f"{SERVICE}/UnaryCall")
    assert {"payload": {"body": "AAAA"}} == json.loads(answer)


async def test_grpcurl_reads_a_stream(server: Serving) -> None:
    """Each request of a stream is answered while it is open."""
    request = json.dumps({"response_parameters": [{"size": 3}]})
    text = await _grpcurl("-d", request * 2, server.address, f"{SERVICE}/FullDuplexCall")
    assert 2 == text.count('"AAAA"')


@pytest.mark.parametrize(
    ("method", "data", "options"),
    [
        ("UnaryCall", {"response_size": 300, "payload": {"body": "A" * 400}}, []),
        ("UnaryCall", {"response_size": 300, "payload": {"body": "A" * 400}}, ["--enable-compression"]),
        ("StreamingOutputCall", {"response_parameters": [{"size": 300}] * 10}, []),
        ("FullDuplexCall", [{"response_parameters": [{"size": 300}]}] * 10, []),
    ],
    ids=["unary", "unary, compressed", "server stream", "bidirectional stream"],
)
async def test_ghz_sees_no_error_under_load(
    server: Serving,
    method: str,
    data: Any,
    options: list[str],
    record_property: Callable[[str, object], None],
) -> None:
    """All calls of several connections at once succeed."""
    load = ["-n", str(CALLS), "-c", "20", "--connections", "2", "-O", "json"]
    call = ["--insecure", "--proto", str(PROTO), "--call", f"{SERVICE}/{method}", "-d", json.dumps(data)]
    report = json.loads(await succeed(str(go_tools().ghz), *call, *load, *options, server.address))
    record_property("ghz", [method, *options, round(report["rps"])])
    assert {"OK": CALLS} == report["statusCodeDistribution"]


async def test_h2load_sees_no_error_under_load(server: Serving, tmp_path: Path) -> None:
    """Requests of another HTTP/2 library, a hundred streams at a time, all succeed."""
    if (h2load := shutil.which("h2load")) is None:
        pytest.skip("no h2load on the PATH (Debian: nghttp2-client): not tried under its load")
    message = tmp_path / "message"
    message.write_bytes(bytes(5))  # an empty message in its prefix
    fields = ["-H", "content-type: application/grpc", "-H", "te: trailers"]
    load = ["-n", str(CALLS), "-c", "2", "-m", "100", "-d", str(message)]
    text = await succeed(h2load, *load, *fields, f"http://{server.address}/{SERVICE}/EmptyCall")
    assert f"{CALLS} succeeded, 0 failed, 0 errored, 0 timeout" in text
