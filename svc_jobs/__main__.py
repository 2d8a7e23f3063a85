"""Run the jobs service: `python -m svc_jobs`."""

import sys

from mesh.lifecycle import run
from mesh.settings import load
from svc_jobs.app import build
from svc_jobs.config import Config

if __name__ == "__main__":
    sys.exit(run(lambda: build(load(Config))))
