"""Proves that what was generated works (`make proto-smoke`): Python imports, TypeScript type-checks, Go builds."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

from tools.toolchain import ES_HOME, typescript

PYTHON, GO, TS = Path("gen/python"), Path("gen/go"), Path("gen/ts")


def main() -> int:
    """Checks all three; Go only where its toolchain is installed."""
    print(f"{python_modules()} generated Python modules import")
    contract = ES_HOME / "contract"  # beside the runtime that it imports
    shutil.rmtree(contract, ignore_errors=True)
    shutil.copytree(TS, contract)
    subprocess.run([*typescript(), "--project", contract], check=True)
    print("the generated TypeScript type-checks")
    if shutil.which("go"):
        subprocess.run(["go", "build", "./..."], cwd=GO, check=True)
        print("the generated Go module builds")
    return 0


def python_modules() -> int:
    """Imports every generated module and returns how many there are."""
    sys.path.insert(0, str(PYTHON))
    modules = [".".join(path.relative_to(PYTHON).with_suffix("").parts) for path in sorted(PYTHON.rglob("*.py"))]
    for module in modules:
        importlib.import_module(module)
    return len(modules)


if __name__ == "__main__":
    sys.exit(main())
