"""Alembic's environment of the feed database."""

from mesh.data.migrate import run_env
from svc_feed.store.tables import metadata

run_env(metadata)
