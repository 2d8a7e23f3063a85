"""The program under bench/floors/go, built where there is a Go toolchain."""

import shutil
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).parents[1] / "floors" / "go"
_BUILT = Path(__file__).parents[2] / ".cache" / "bench" / "floors"
_BUILD_SECONDS = 600.0
"""The first build compiles grpc-go and may have to fetch it."""


def built() -> Path | None:
    """Return the program, made anew when its source changed; None without Go. Raises RuntimeError when Go fails."""
    go = shutil.which("go")
    if go is None:
        return None
    command = [go, "build", "-buildvcs=false", "-trimpath", "-o", str(_BUILT), "."]  # the cache knows paths otherwise
    ended = subprocess.run(
        command,
        cwd=_SOURCE,
        capture_output=True,
        text=True,
        check=False,
        timeout=_BUILD_SECONDS,
        stdin=subprocess.DEVNULL,
    )
    if ended.returncode:
        raise RuntimeError(f"go build failed in {_SOURCE}: {ended.stderr.strip() or ended.stdout.strip()}")
    return _BUILT
