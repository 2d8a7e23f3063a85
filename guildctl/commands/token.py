"""`guild token`: an access token to try the API with."""

import asyncio
import os
from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("token")(token)


def token(
    email: Annotated[str | None, typer.Argument(help="Whose token; without it, the operators' token.")] = None,
    password: Annotated[
        str | None, typer.Option(envvar="GUILD_PASSWORD", help="Asked for when it is not given.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Log in and print the access token of a member, or print the operators' token of this home."""
    place = Home(home)
    if email is None:
        say(os.environ.get("GUILD_AUTH_ADMIN_TOKEN") or place.admin_token())
        return
    running = place.supervisor()
    if running is None:
        raise Problem(f"guild does not run on {place.path}: start it with `guild up`")
    secret = password or typer.prompt("password", hide_input=True, err=True)
    say(asyncio.run(sign_in(f"127.0.0.1:{running.grpc_port}", email, secret)))


async def sign_in(address: str, email: str, password: str) -> str:
    """Return an access token; raises Problem for whoever has to prove more than a password, or is refused."""
    from guild.auth.v1.auth_service_pb2 import LoginRequest
    from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
    from guildctl.dial import dialled
    from mesh.errors import Failure, Unavailable

    try:
        async with dialled(address, "guild") as peer:
            reply = await AuthServiceStub(peer.channel).Login(LoginRequest(email=email, password=password))
    except Unavailable as failure:
        raise Problem(f"the edge on {address} does not answer: {failure.message}; does it speak TLS?") from failure
    except Failure as failure:
        raise Problem(f"login was refused: {failure.message} ({failure.reason})") from failure
    if not reply.access_token:
        raise Problem(f"{email} has a second factor: sign in with an app")
    return str(reply.access_token)
