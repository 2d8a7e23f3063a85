"""The gRPC floor."""

import pytest

from bench.floors.echo import server
from bench.load.target import Place
from bench.methods import GET_FEED
from bench.targets.dial import dial
from bench.targets.grpc_read import GrpcRead
from bench.targets.tokens import Tokens
from mesh.embedded import free_port
from mesh.settings import Engine


@pytest.mark.parametrize("engine", ["wire", "grpcio"])
async def test_both_engines_echo_the_captured_reply(engine: Engine) -> None:
    """Whoever asks, and whatever, the captured bytes come back, with no concern in between that would ask who calls."""
    echo = server(engine, GET_FEED, b"\x0a\x00captured")
    address = f"127.0.0.1:{free_port()}"
    echo.add_insecure_port(address)
    await echo.start()
    peer = await dial(address)
    try:
        assert await peer.channel.unary_unary(GET_FEED)(b"no message") == b"\x0a\x00captured"
        target = GrpcRead(address, GET_FEED, (b"",), Tokens(("a", "b")))
        session = await target.open(Place(), lambda _name, _seconds: None)
        assert [await session.fire(number, 0.0) for number in range(3)] == ["read"] * 3
        await session.close()
    finally:
        await peer.stop()
        await echo.stop(0)


def test_tokens_do_not_show_in_logs() -> None:
    """What a traceback prints of a target has no token in it."""
    target = GrpcRead("127.0.0.1:1", GET_FEED, (b"",), Tokens(("secret",)))

    assert "secret" not in repr(target)
