"""`guild feed`: why a feed is as it is, and what another ranking would make of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, say
from guildctl.desk import GrpcOption, TokenOption, asked, desk
from guildctl.home import Home
from guildctl.stores import Stores

if TYPE_CHECKING:
    from svc_feed.domain.recorded import RecordedRanking

Member = Annotated[UUID, typer.Argument(help="The id of the member.")]
Most = Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many requests to look at, the latest first.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write; it must not be there.")]
Source = Annotated[
    Path | None, typer.Option("--from", metavar="FILE", help="Requests of a file; else those of the database.")
]
Ranking = Annotated[
    str, typer.Option(metavar="FILE|VERSION", help="The ranking to compare with: a version, or a TOML file of one.")
]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Why a feed is as it is, and what another ranking makes of it.", no_args_is_help=True)
    group.command("explain")(explain)
    group.command("rebuild")(rebuild)
    group.command("recorded")(recorded)
    group.command("replay")(replay)
    group.callback()(lambda: None)
    app.add_typer(group, name="feed")


def explain(
    user_id: Member,
    *,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many items.")] = 20,
    token: TokenOption = "",
    grpc: GrpcOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Tell for each item of a feed the terms of its score, how it came in, and whether its reader may see it."""
    from guildctl import feeds

    for line in feeds.report(asked(feeds.explain(desk(grpc, token, home), user_id, limit))):
        say(line)


def rebuild(user_id: Member, token: TokenOption = "", grpc: GrpcOption = None, home: HomeOption = DEFAULT_HOME) -> None:
    """Throw a stored feed away and build it anew; the audit log says so."""
    from guildctl import feeds

    built = asked(feeds.rebuild(desk(grpc, token, home), user_id))
    say(f"{built.item_count:,} entries in {built.took.ToMilliseconds():,} ms")


def recorded(output: Output, most: Most = 1_000, home: HomeOption = DEFAULT_HOME) -> None:
    """Write recorded requests to a file for `guild feed replay --from`; all ids in it stand for others."""
    from guildctl import feed_replay

    found = _found(None, most, home)
    feed_replay.write(found, output)
    say(f"{output}: {len(found):,} requests")


def replay(
    *,
    source: Source = None,
    scoring: Ranking = "",
    places: Annotated[int, typer.Option("--top", min=1, max=1_000, help="How many first places to compare.")] = 20,
    each: Annotated[bool, typer.Option("--each", help="Tell of each request that changes.")] = False,
    most: Most = 1_000,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Rank recorded requests again: byte for byte as they were answered, or by another ranking, and what it changes.

    GUILD_RECORDED_RANKINGS_SHARE lets the feed service record. The exit code is 1 when a request comes out otherwise
    than it did.
    """
    from guildctl import feed_replay

    found = _found(source, most, home)
    if scoring:
        told = feed_replay.compare(found, feed_replay.scoring_of(scoring), places, say if each else _silent)
        for line in feed_replay.report(told):
            say(line)
        return
    unlike = [*feed_replay.unlike(found)]
    for line in unlike:
        say(line)
    say(f"{len(found):,} requests, {len(found) - len(unlike):,} alike")
    raise typer.Exit(1 if unlike else 0)


def _found(source: Path | None, most: int, home: Path) -> "list[RecordedRanking]":
    from guildctl import feed_replay

    if source is not None:
        return feed_replay.in_file(source, most)
    return feed_replay.in_database(Stores(Home(home)).dsn("guild_feed"), most)


def _silent(_: str) -> None:
    pass
