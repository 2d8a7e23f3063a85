"""Alembic's environment of the profile database."""

from mesh.data.migrate import run_env
from svc_profile.store.tables import metadata

run_env(metadata)
