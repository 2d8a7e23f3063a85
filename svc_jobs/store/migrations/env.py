"""Alembic's environment of the jobs database."""

from mesh.data.migrate import run_env
from svc_jobs.store.tables import metadata

run_env(metadata)
