"""Imports every generated Python module (`make proto-smoke`), which fails when one of them lacks an import."""

import importlib
import sys
from pathlib import Path

ROOT = Path("gen/python")


def main() -> int:
    """Imports all modules below gen/python and prints how many there are."""
    sys.path.insert(0, str(ROOT))
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted(ROOT.rglob("*.py"))]
    for module in modules:
        importlib.import_module(module)
    print(f"{len(modules)} generated modules import")
    return 0


if __name__ == "__main__":
    sys.exit(main())
