"""Fixtures of all tests."""

from hypothesis import settings

pytest_plugins = ["mesh.testing.plugin"]

settings.register_profile("guild", deadline=None, max_examples=100)  # a noisy machine is no counterexample
settings.load_profile("guild")
