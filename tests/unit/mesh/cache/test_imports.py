"""What a role loads for its cache."""

import subprocess
import sys


def test_roles_do_not_load_the_client_library() -> None:
    """A cache is used without redis-py, which takes a fifth of a second to load."""
    code = "import sys, mesh.cache, mesh.service; print('redis' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert "False" == told.stdout.strip()
