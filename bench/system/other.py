"""Another commit of this repository, checked out with an environment of its own, for as long as a run takes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.system.own import own_system
from bench.system.running import NotRunning, System

ROOT = Path(__file__).parents[2]
CHECKOUTS = ROOT / ".cache" / "bench" / "checkouts"
_INSTALL_SECONDS = 900.0


@contextmanager
def other_system(revision: str, say: Callable[[str], None]) -> Generator[tuple[str, System]]:
    """Give the short name of a commit and its system; its checkout is removed when the block is left.

    Raises NotRunning for a revision nobody knows, and for one that cannot be installed or started.
    """
    commit = _run(["git", "rev-parse", "--short", "--verify", f"{revision}^{{commit}}"])
    with _checkout(commit, say) as folder, own_system(say, _python(folder, say)) as system:
        yield commit, system


@contextmanager
def _checkout(commit: str, say: Callable[[str], None]) -> Generator[Path]:
    folder = CHECKOUTS / f"{commit}-{os.getpid()}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    say(f"checking {commit} out")
    _run(["git", "worktree", "add", "--detach", "--force", str(folder), commit])
    try:
        yield folder
    finally:
        _run(["git", "worktree", "remove", "--force", str(folder)])


def _python(folder: Path, say: Callable[[str], None]) -> str:
    """Install what the commit's own lock names; return the Python of it."""
    uv = shutil.which("uv", path=os.pathsep.join((os.environ.get("PATH", ""), str(ROOT / ".cache" / "uv" / "bin"))))
    if uv is None:
        raise NotRunning("there is no uv to install another commit with: run it by `make bench`")
    say("installing what its lock names")
    _run([uv, "sync", "--frozen", "--quiet", "--compile-bytecode"], folder)
    return str(folder / ".venv" / "bin" / "python")


def _run(command: Sequence[str], folder: Path = ROOT) -> str:
    """Return what a command says; raises NotRunning when it fails. The environment that is active here is not its."""
    env = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"}}
    ended = subprocess.run(
        command,
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=_INSTALL_SECONDS,
    )
    if ended.returncode:
        raise NotRunning(f"{' '.join(command)}: {ended.stderr.strip() or ended.stdout.strip()}")
    return ended.stdout.strip()
