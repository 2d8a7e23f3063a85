"""Fixtures of all tests."""

import pytest
from hypothesis import settings

from guildctl.roles import ROLES

pytest_plugins = ["mesh.testing.plugin"]

settings.register_profile("guild", deadline=None, max_examples=100)  # a noisy machine is no counterexample
settings.load_profile("guild")


@pytest.fixture(scope="session")
def role_names() -> tuple[str, ...]:
    """All roles of the system."""
    return tuple(role.name for role in ROLES)
