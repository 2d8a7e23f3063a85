"""`guild events`: events that consumers gave up on, and how far behind consumers are."""

from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.desk import GrpcOption, TokenOption, asked, desk

Sequences = Annotated[list[int], typer.Argument(min=1, help="Their numbers, as `guild events dead` tells them.")]
Some = Annotated[list[int] | None, typer.Argument(min=1, help="Their numbers, as `guild events dead` tells them.")]
Consumer = Annotated[str, typer.Option("--consumer", metavar="NAME", help="Those of one consumer only.")]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Events that consumers gave up on, and how far behind they are.", no_args_is_help=True)
    group.command("dead")(dead)
    group.command("replay")(replay)
    group.command("discard")(discard)
    group.command("consumers")(consumers)
    app.add_typer(group, name="events")


def dead(
    consumer: Consumer = "", token: TokenOption = "", grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME
) -> None:
    """List the events that consumers gave up on, with the reason, the oldest first."""
    from guildctl import events

    asked(events.every(desk(grpc, token, home), consumer, say))


def replay(
    *,
    sequences: Some = None,
    consumer: Consumer = "",
    everything: Annotated[bool, typer.Option("--all", help="All there are, or all of --consumer.")] = False,
    token: TokenOption = "",
    grpc: GrpcOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Give events back to the consumers that gave them up: what is done already is not done again."""
    from guildctl import events

    if bool(sequences) == everything:
        raise Problem("name events by their numbers, or say --all")
    given = asked(events.replay(desk(grpc, token, home), sequences or [], consumer, say))
    say(f"{given:,} given back")


def discard(
    sequences: Sequences, token: TokenOption = "", grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME
) -> None:
    """Forget events that no consumer needs."""
    from guildctl import events

    asked(events.discard(desk(grpc, token, home), sequences))
    say(f"{len(sequences):,} forgotten")


def consumers(token: TokenOption = "", grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME) -> None:
    """List all consumers of events, with what each has before it."""
    from guildctl import events

    asked(events.consumers(desk(grpc, token, home), say))
