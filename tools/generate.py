"""Generates gen/ from the contract (`make proto`), or tells whether it is up to date (`make proto-check`)."""

import argparse
import difflib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.toolchain import ToolMissingError, environment

GEN = Path("gen")
# written by hand, beside what is generated
KEPT = frozenset(
    {"README.md", "go/go.mod", "go/go.sum", "python/guild/py.typed", "ts/package.json", "ts/tsconfig.json"}
)


def main() -> int:
    """Parses the command line; returns 1 when --check finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with gen/ instead of writing to it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        try:
            generate(out, environment())
        except ToolMissingError as missing:
            print(f"make proto: {missing}", file=sys.stderr)
            return 2
        except subprocess.CalledProcessError as failed:
            print(f"make proto: {failed.cmd[0]} failed, see above", file=sys.stderr)
            return 2
        fresh = _files(out)
        if arguments.check:
            return _compare(fresh, _files(GEN))
        _replace(fresh)
    return 0


def generate(out: Path, environ: Mapping[str, str]) -> None:
    """Writes everything that is derived from the contract below `out`."""
    # what was generated just now comes first: the options of the contract may have changed, too
    fresh = {**environ, "PYTHONPATH": str(out / "python")}

    def run(*command: str | Path) -> None:
        subprocess.run([str(word) for word in command], env=fresh, check=True)

    run("buf", "generate", "-o", out)
    build = ("buf", "build", "--path", "proto/guild", "--as-file-descriptor-set")
    run(*build, "--exclude-source-info", "-o", out / "descriptors.binpb")
    with tempfile.NamedTemporaryFile(suffix=".binpb") as documented:
        run(*build, "-o", documented.name)
        (out / "openapi").mkdir()
        run(sys.executable, "-m", "tools.openapi", documented.name, out / "openapi/guild.yaml")


def _files(root: Path) -> dict[str, Path]:
    return {
        name: path
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and "node_modules" not in path.parts
        if (name := path.relative_to(root).as_posix()) not in KEPT
    }


def _replace(fresh: Mapping[str, Path]) -> None:
    """Makes gen/ hold the fresh files; those that did not change are not touched."""
    for name, path in fresh.items():
        target = GEN / name
        if not target.exists() or target.read_bytes() != path.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for name, path in _files(GEN).items():
        if name not in fresh:
            path.unlink()


def _compare(fresh: Mapping[str, Path], committed: Mapping[str, Path]) -> int:
    stale = [
        name
        for name in sorted({*fresh, *committed})
        if name not in fresh or name not in committed or fresh[name].read_bytes() != committed[name].read_bytes()
    ]
    if not stale:
        print(f"gen/ is up to date: {len(fresh)} files")
        return 0
    for name in stale:
        state = "missing from" if name not in committed else "left over in" if name not in fresh else "different in"
        print(f"{state} gen/: {name}")
    first = next((name for name in stale if not name.endswith(".binpb")), None)
    if first is not None:
        texts = [
            side[first].read_text(encoding="utf-8").splitlines() if first in side else [] for side in (committed, fresh)
        ]
        lines = difflib.unified_diff(texts[0], texts[1], f"gen/{first}", "generated", lineterm="")
        print(*list(lines)[:40], sep="\n")
    print("gen/ is not what the contract generates: run `make proto` and commit gen/", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
