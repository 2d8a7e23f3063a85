"""`guild chat`: talk with other members in the terminal."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, console
from guildctl.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("chat")(chat)


def chat(
    email: Annotated[str | None, typer.Option(help="Who you are.")] = None,
    password: Annotated[
        str | None, typer.Option(envvar="GUILD_PASSWORD", help="Asked for when it is not given.")
    ] = None,
    token: Annotated[str | None, typer.Option(envvar="GUILD_TOKEN", help="An access token instead of both.")] = None,
    to: Annotated[str | None, typer.Option(help="The id of a member to write to.")] = None,
    address: Annotated[
        str | None, typer.Option(help="The public gRPC port, host:port; that of the home if not given.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Chat over the gRPC stream; the line reconnects by itself and loses nothing."""
    if not token and not email:
        raise Problem("say who you are: --email, or --token")
    if not token and not password:
        password = str(typer.prompt("password", hide_input=True, err=True))
    asyncio.run(_chat(address or _address(home), email or "", password or "", token, to))


def _address(home: os.PathLike[str]) -> str:
    from pathlib import Path

    place = Home(Path(home))
    running = place.supervisor()
    if running is None:
        raise Problem(f"guild does not run on {place.path}: start it with `guild up`, or name an --address")
    return f"127.0.0.1:{running.grpc_port}"


async def _chat(address: str, email: str, password: str, token: str | None, to: str | None) -> None:
    from guildctl.chat.account import Account
    from guildctl.chat.room import Room
    from guildctl.dial import dialled
    from mesh.errors import Failure

    try:
        async with dialled(address, "guild") as peer:
            account = Account(peer.channel)
            await (account.use(token) if token else account.sign_in(email, password))
            await Room(peer.channel, account, console).run(_typed(), to)
    except Failure as failure:
        raise Problem(f"{failure.message} ({failure.reason})") from failure
    except TimeoutError:
        raise Problem("the server did not answer the last messages in time: they may not be stored") from None


async def _typed() -> AsyncIterator[str]:
    """Lines of the standard input, whatever it is, read aside so that messages are shown meanwhile."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for a line any more
            while True:
                line = sys.stdin.readline()
                loop.call_soon_threadsafe(lines.put_nowait, line)
                if not line:
                    return

    threading.Thread(target=read, daemon=True, name="typed").start()
    while line := await lines.get():
        yield line
