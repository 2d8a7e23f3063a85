"""Settings come from variables named after their fields."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mesh.settings import (
    AuthSettings,
    DatabaseSettings,
    RpcSettings,
    Secret,
    ServerSettings,
    SettingsError,
    load,
    names,
)


@dataclass(frozen=True)
class Sample:
    token: Secret
    rpc: RpcSettings = field(default_factory=RpcSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    ratio: float = 0.5
    verbose: bool = False
    tags: tuple[str, ...] = ()
    folder: Path | None = None


def test_fields_are_read_by_their_path() -> None:
    """A nested field's variable joins the names on its way; each type is read as what it is."""
    read = load(
        Sample,
        {
            "GUILD_TOKEN": "hush",
            "GUILD_SERVER_PORT": "7000",
            "GUILD_DATABASE_DSN": "postgresql://elsewhere/x",
            "GUILD_RATIO": "0.25",
            "GUILD_VERBOSE": "yes",
            "GUILD_TAGS": "a, b,,c",
            "GUILD_FOLDER": "/var/x",
            "UNRELATED": "1",
        },
    )

    assert (7000, "postgresql://elsewhere/x") == (read.server.port, read.database.dsn)
    assert (0.25, True, ("a", "b", "c"), Path("/var/x")) == (read.ratio, read.verbose, read.tags, read.folder)
    assert "hush" == read.token.reveal()


def test_what_is_not_set_keeps_its_default() -> None:
    """Defaults stand, and an empty variable is None where None may be."""
    read = load(Sample, {"GUILD_TOKEN": "x", "GUILD_FOLDER": "", "GUILD_DATABASE_REPLICA_DSN": ""})

    assert Sample(token=Secret("x")) == read


def test_everything_wrong_is_told_at_once_by_its_variable() -> None:
    """The error names each variable that is missing or unreadable."""
    with pytest.raises(SettingsError) as caught:
        load(Sample, {"GUILD_SERVER_PORT": "many", "GUILD_VERBOSE": "perhaps", "GUILD_RPC_ENGINE": "steam"})

    told = {line.partition(":")[0] for line in str(caught.value).splitlines()}
    assert {"GUILD_TOKEN", "GUILD_SERVER_PORT", "GUILD_VERBOSE", "GUILD_RPC_ENGINE"} == told


def test_a_bad_secret_is_not_repeated() -> None:
    """What a secret holds shows neither in a repr nor in a format."""
    secret = Secret("hunter2")

    assert ("***", "***", "AuthSettings") == (repr(secret), f"{secret}", repr(AuthSettings(admin_token=secret))[:12])
    assert "hunter2" not in repr(AuthSettings(admin_token=secret))


def test_the_names_are_all_that_load_reads() -> None:
    """`names` lists each variable, nested ones included."""
    listed = names(Sample)

    assert {"GUILD_TOKEN", "GUILD_SERVER_ADMIN_PORT", "GUILD_DATABASE_REPLICA_DSN", "GUILD_TAGS"} <= listed
    assert "GUILD_SERVER" not in listed


def test_an_empty_secret_is_false() -> None:
    """An empty secret can be told from one that opens something."""
    assert (False, True) == (bool(Secret("")), bool(Secret("x")))


_ANN, _BOB = "ann:" + "ab" * 32, "bob:" + "cd" * 32


@pytest.mark.parametrize(
    ("operators", "admin_token", "why"),
    [
        (("ann",), "", "NAME:HASH"),
        (("Ann:" + "ab" * 32,), "", "NAME:HASH"),
        ((_ANN, "ann:" + "cd" * 32), "", "each name is given once"),
        ((_ANN, "bob:" + "AB" * 32), "", "one operator's alone"),
        ((_ANN, _BOB), "shared", "cannot stand beside operators"),
    ],
)
def test_operators_can_be_told_apart(operators: tuple[str, ...], admin_token: str, why: str) -> None:
    """An audit log that names somebody else is worse than none: such settings keep a role from starting."""
    with pytest.raises(ValueError, match=why):
        AuthSettings(operators=operators, admin_token=Secret(admin_token))


def test_operators_and_a_laptops_token() -> None:
    """Several by their names, or one token without."""
    assert (_ANN, _BOB) == AuthSettings(operators=(_ANN, _BOB)).operators
    assert AuthSettings(admin_token=Secret("shared")).admin_token
