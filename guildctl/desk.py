"""How operators' commands find the system they ask, by what they prove who asks, and what they say of a refusal."""

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from guildctl.console import Problem
from guildctl.home import Home

T = TypeVar("T")

GrpcOption = Annotated[
    str | None, typer.Option(metavar="HOST:PORT", help="Public gRPC, where this home does not run it.")
]
TokenOption = Annotated[
    str,
    typer.Option(envvar="GUILD_OPERATOR_TOKEN", help="Of the operator; else the one of this home.", show_default=False),
]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and as whom an operator asks."""

    address: str
    token: str

    @property
    def proof(self) -> tuple[tuple[str, str]]:
        """The metadata that says so."""
        return (("x-admin-token", self.token),)


def desk(grpc: str | None, token: str, home: Path) -> Desk:
    """Where to ask, by a token, else that of the environment or of the home; raises Problem where nothing runs."""
    place = Home(home)
    address = grpc
    if address is None:
        running = place.supervisor()
        if running is None:
            raise Problem(f"guild does not run on {home}: start it with `guild up`, or name a port with --grpc")
        address = f"127.0.0.1:{running.grpc_port}"
    return Desk(address, token or os.environ.get("GUILD_AUTH_ADMIN_TOKEN") or place.admin_token())


def asked(question: Coroutine[Any, Any, T], *, interrupted: str = "interrupted") -> T:
    """The answer; a refusal is a Problem."""
    from mesh.errors import Failure

    try:
        return asyncio.run(question)
    except Failure as failure:
        raise Problem(f"refused ({failure.reason}): {failure.message}") from failure
    except KeyboardInterrupt:
        raise Problem(interrupted) from None
