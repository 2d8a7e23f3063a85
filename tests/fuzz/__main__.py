"""Fuzzing led by coverage: `python -m tests.fuzz [options of libFuzzer]`, such as `-runs=100000`, `-max_total_time=60`.

What reaches new code is kept in `.cache/fuzz`, and the next run begins with it. An input that fails is written there as
well: make a test of it, then mend. `python -m tests.fuzz FILE` runs that input alone.
"""

import importlib
import sys
from pathlib import Path
from typing import Any

try:
    atheris: Any = importlib.import_module("atheris")
except ImportError:
    sys.exit("there is no atheris for this platform: the properties of tests/unit/mesh/wire are all that was fuzzed")

with atheris.instrument_imports(include=["mesh.wire"]):
    from tests.fuzz.targets import TARGETS, seeds

CORPUS = Path(".cache/fuzz")
LONGEST = "-max_len=4096"


def one(octets: bytes) -> None:
    """Give an input to the target it names."""
    target = TARGETS.get(octets[0]) if octets else None
    if target is not None:
        target(octets[1:])


def main() -> None:
    """Run until the options say it is enough, or something fails."""
    corpus = CORPUS / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number:02}").write_bytes(seed)
    given = sys.argv[1:]
    alone = any(not option.startswith("-") for option in given)
    where = [] if alone else [str(corpus)]
    atheris.Setup([sys.argv[0], LONGEST, f"-artifact_prefix={CORPUS}/", *given, *where], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
