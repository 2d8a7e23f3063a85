"""What a role does not need it does not import: memory of each of its processes, and time of each start."""

import subprocess
import sys

import pytest

ROLES = ("svc_profile", "svc_feed", "svc_messaging", "svc_jobs", "edge")
OF_OTHERS = {"alembic", "mako", "guildctl", "bench", "pytest", "hypothesis", "typer", "uvicorn.workers"}
"""Migrations, the command line, tests."""
UNUSED = {"rich", "pygments", "httpx", "psutil", "opentelemetry.sdk", "sqlalchemy.orm"}
"""What libraries, or a role that has a collector of traces, would bring along."""


@pytest.mark.parametrize("role", ROLES)
def test_roles_import_only_what_they_run_with(role: str) -> None:
    """A migration's library is the migration's, though the tables are everybody's."""
    program = f"import sys, {role}.app; print(*sys.modules)"

    imported = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)

    assert set() == (OF_OTHERS | UNUSED) & set(imported.stdout.split())
