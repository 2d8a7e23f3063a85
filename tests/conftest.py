"""Fixtures of all tests."""

import os

import pytest
from hypothesis import settings

from guildctl.roles import ROLES
from tests.reruns import Reruns

pytest_plugins = ["mesh.testing.plugin"]

EXAMPLES = int(os.environ.get("GUILD_FUZZ_EXAMPLES", "100"))  # of each property; `make fuzz` asks for many more
settings.register_profile("guild", deadline=None, max_examples=EXAMPLES)  # a noisy machine is no counterexample
settings.load_profile("guild")


def pytest_configure(config: pytest.Config) -> None:
    """Tell of tests that were tried again, where the reports of all workers arrive."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Reruns())


@pytest.fixture(scope="session")
def role_names() -> tuple[str, ...]:
    """All roles of the system."""
    return tuple(role.name for role in ROLES)
