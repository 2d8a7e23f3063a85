"""`guild seed`: a whole network of people on the running system."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home

if TYPE_CHECKING:
    from mesh.errors import Failure


class Size(StrEnum):
    """How much to make."""

    REED98 = "reed98"
    SMALL = "small"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("seed")(seed)


def seed(
    size: Annotated[Size, typer.Option("--size", help="962 people, or the 60 closest of them.")] = Size.REED98,
    grpc: Annotated[
        str | None, typer.Option("--grpc", help="Public gRPC port, such as 127.0.0.1:8081; else that of this home.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another number, another network of the same people.")] = 42,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Fill the running system with a real college network, then audit it.

    People register, become friends, publish, answer, chat and apply through the public gRPC port. What is there already
    stays as it is: an interrupted run goes on where it stopped, and a second one changes nothing. The exit code is 1
    when the audit finds a difference.
    """
    import uvloop

    from guildctl.seed.caller import Calls
    from guildctl.seed.progress import show
    from guildctl.seed.story import network_plan, tell
    from guildctl.seed.summary import invitation, summary, verdict
    from mesh.errors import Failure

    address = grpc or _address(home)
    plan = network_plan(size, seed)
    calls = Calls()
    try:
        with show(calls) as shown:
            checks = uvloop.run(tell(plan, shown, address))
    except Failure as failure:
        raise Problem(_advice(address, failure)) from failure
    except KeyboardInterrupt:
        raise Problem("interrupted: run `guild seed` again, it goes on where it stopped") from None
    for line in (*summary(shown), *verdict(checks), invitation(plan)):
        say(line)
    if any(check.differences for check in checks):
        raise typer.Exit(1)


def _address(home: HomeOption) -> str:
    running = Home(home).supervisor()
    if running is None:
        raise Problem(f"guild does not run on {home}: start it with `guild up`, or name a port with --grpc")
    return f"127.0.0.1:{running.grpc_port}"


def _advice(address: str, failure: "Failure") -> str:
    what = "does not answer" if failure.reason == "UNAVAILABLE" else f"refused a call ({failure.reason})"
    return f"{address} {what}: {failure.message}\nrun `guild seed` again when that is mended, it goes on from here"
