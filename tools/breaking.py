"""Fails on a change of the contract that breaks callers of the one that landed last (`make proto-breaking`)."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCES = ("buf.yaml", "proto", "third_party")
EXEMPT = "2d581b3247e9c6cf50e1295b222e5b1896a16ed0"
"""The one base whose successor may break it: the contract was completed while nobody depended on it."""


def main() -> int:
    """Returns buf's exit code; 0 where there is no earlier contract to compare with."""
    base = earlier()
    if base is None:
        print("proto-breaking: no earlier commit here, nothing to compare with")
        return 0
    if base == EXEMPT:
        print(f"proto-breaking: {base} is the base that the contract was completed from, nothing depends on it")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before.binpb"), Path(folder, "after.binpb")
        if not _extract(base, Path(folder)):
            print(f"proto-breaking: {base} has no contract yet")
            return 0
        if not _build(Path(folder), before, quiet=True):
            print(f"proto-breaking: the contract of {base} does not build, nothing to compare with")
            return 0
        if not _build(Path(), after):
            return 1
        command = ["buf", "breaking", after, "--against", before, "--exclude-imports", "--config", "buf.yaml"]
        result = subprocess.run(command, check=False)
    if result.returncode == 0:
        print(f"proto-breaking: compatible with {base}")
    return result.returncode


def earlier() -> str | None:
    """Returns the commit to compare with: $AGAINST, else main as the server has it, else main, else HEAD.

    Where that is HEAD itself and proto/ has no change, the commit before it is meant. In a shallow clone that commit
    may be absent: then there is none.
    """
    head = _commit("HEAD")
    if given := os.environ.get("AGAINST"):
        return _commit(given) or sys.exit(f"proto-breaking: AGAINST={given} is no commit of this clone")
    landed = next((found for ref in ("origin/main", "main", "HEAD") if (found := _commit(ref))), None)
    if landed == head and head is not None and not _git("status", "--porcelain", "--", "proto"):
        return _commit("HEAD~1")
    return landed


def _commit(ref: str) -> str | None:
    return _git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip() or None


def _git(*arguments: str) -> bytes:
    """Returns what git prints; nothing when it fails, as it does outside a repository."""
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=True).stdout
    except (subprocess.CalledProcessError, FileNotFoundError):
        return b""


def _build(folder: Path, image: Path, *, quiet: bool = False) -> bool:
    """Builds one image of our own files, with those of other projects as imports."""
    command = ["buf", "build", "--path", "proto/guild", "-o", image.resolve()]
    errors = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=folder, stderr=errors, check=False).returncode == 0


def _extract(commit: str, folder: Path) -> bool:
    archives = [_git("archive", "--format=tar", commit, name) for name in SOURCES]
    for archive in archives:
        if archive:
            subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    return bool(archives[1])


if __name__ == "__main__":
    sys.exit(main())
