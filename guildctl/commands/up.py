"""`guild up`: run the whole system on this machine."""

import asyncio
from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, console
from guildctl.home import Home
from guildctl.roles import select

_HIGHEST_PORT = 65_535


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("up")(up)


def up(
    port: Annotated[int, typer.Option("--port", min=1, max=_HIGHEST_PORT, help="Port of REST and WebSocket.")] = 8080,
    grpc_port: Annotated[
        int | None,
        typer.Option("--grpc-port", min=1, max=_HIGHEST_PORT, help="Port of public gRPC; the next one if not said."),
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return when it is ready; it goes on.")] = False,
    only: Annotated[list[str] | None, typer.Option("--only", help="Run this role alone (repeatable).")] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Run all roles with embedded stores, or with those GUILD_POSTGRES_DSN, GUILD_REDIS_URL, GUILD_NATS_URL name."""
    roles = select(only or [])
    grpc_port = port + 1 if grpc_port is None else grpc_port
    if grpc_port > _HIGHEST_PORT:
        raise Problem(f"there is no port {grpc_port} for gRPC: say another with --grpc-port, or a lower --port")
    if detach:
        from guildctl.detach import detach as go

        go(Home(home), port, grpc_port, [role.name for role in roles] if only else [])
        return
    from guildctl.supervisor import Supervisor
    from guildctl.view import LiveView, View

    with LiveView() if console.is_terminal else View() as view:
        asyncio.run(Supervisor(Home(home), roles, port, grpc_port, view).run())
