"""Alembic's environment of the messaging database."""

from mesh.data.migrate import run_env
from svc_messaging.store.tables import metadata

run_env(metadata)
