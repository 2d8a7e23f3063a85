"""Run the profile service: `python -m svc_profile`."""

import sys

from mesh.lifecycle import run
from mesh.settings import load
from svc_profile.app import build
from svc_profile.config import Config

if __name__ == "__main__":
    sys.exit(run(lambda: build(load(Config))))
