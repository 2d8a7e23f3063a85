"""`guild migrate`: bring the databases to the newest schema."""

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, say
from guildctl.home import Home
from guildctl.stores import Stores


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(migrate)


def migrate(home: HomeOption = DEFAULT_HOME) -> None:
    """Create missing databases and run the migrations of all services.

    On the cluster GUILD_POSTGRES_DSN names; without it on the embedded one, which is started for this when it is down.
    """
    from guildctl import migrations

    place = Home(home)
    stores = Stores(place)
    borrowed = "postgres" in stores.external or place.supervisor() is not None
    if not borrowed:
        stores = Stores(place, {"GUILD_REDIS_URL": "unused", "GUILD_NATS_URL": "unused"})
        stores.start()
    try:
        for database in migrations.migrate(stores):
            say(f"{database} is up to date")
    finally:
        if not borrowed:
            stores.stop()
