"""Run the edge: `python -m edge`."""

import sys

from edge.app import build
from edge.config import Config
from mesh.lifecycle import App, run
from mesh.settings import load
from mesh.telemetry import configure


def _build() -> App:
    config = load(Config)
    configure(config.telemetry, service="edge")
    return build(config)


if __name__ == "__main__":
    sys.exit(run(_build))
