"""What the `guild` command calls over TLS: an edge that speaks nothing else, and asks for a certificate."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from guild.auth.v1 import auth_service_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceServicer, add_AuthServiceServicer_to_server
from guildctl.chat.account import Account
from guildctl.commands.token import sign_in
from guildctl.console import Problem
from guildctl.dial import dial
from guildctl.seed.network import Network
from mesh.errors import Unauthenticated, Unavailable
from mesh.principal import ANONYMOUS
from mesh.rpc.pipeline import standard_pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import ServerSettings
from mesh.testing import Authority

WHO = ("ann@example.com", "a good password")


class Door(AuthServiceServicer):
    """Lets one member in at once, asks the others for more."""

    async def Login(self, request: pb.LoginRequest, _: Any) -> pb.LoginResponse:
        if request.password != WHO[1]:
            raise Unauthenticated("wrong password")
        return pb.LoginResponse(access_token="let in" if request.email == WHO[0] else "")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest_asyncio.fixture(loop_scope="module")
async def address(authority: Authority) -> AsyncIterator[str]:
    async def nobody(_pairs: object) -> Any:
        return ANONYMOUS

    pair = authority.issue("edge")
    settings = ServerSettings(tls_cert=pair.cert, tls_key=pair.key, tls_client_ca=authority.ca)
    services = [(add_AuthServiceServicer_to_server, Door())]
    server = RpcServer(settings, services, standard_pipeline(nobody, None), engine="wire", grace=0.1)
    await server.start()
    yield server.address
    await server.stop()


@pytest.fixture
def known(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has the certificates that roles have."""
    pair = authority.issue("operator")
    for name, path in (("CA", authority.ca), ("CERT", pair.cert), ("KEY", pair.key)):
        monkeypatch.setenv(f"GUILD_PEERS_TLS_{name}", str(path))


async def test_every_command_that_calls_does_so_over_tls(address: str, known: None) -> None:
    """`guild token`, `guild chat` and `guild seed`, with the settings of roles."""
    assert "let in" == await sign_in(address, *WHO)
    async with Network(address) as network:
        assert "let in" == (await network.auth.Login(pb.LoginRequest(email=WHO[0], password=WHO[1]))).access_token
    peer = dial(address, "guild")
    await peer.start()
    account = Account(peer.channel)
    await account.sign_in(*WHO)
    await peer.stop()
    assert "let in" == account.token


async def test_without_certificates_nobody_is_called(address: str) -> None:
    """The advice names what may be missing."""
    with pytest.raises(Problem, match=r"does not answer.*TLS"):
        await sign_in(address, *WHO)
    async with Network(address) as network:
        with pytest.raises(Unavailable):
            await network.auth.Login(pb.LoginRequest(email=WHO[0], password=WHO[1]))


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [(WHO[0], "another password", "login was refused: wrong password"), ("bob@example.com", WHO[1], "second factor")],
)
async def test_who_is_not_let_in_is_told_why(address: str, known: None, email: str, password: str, said: str) -> None:
    """In a line that says what to do."""
    with pytest.raises(Problem, match=said):
        await sign_in(address, email, password)
