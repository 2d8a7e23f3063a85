"""Run a role of the feed service: `python -m svc_feed --role api|worker`."""

import argparse
import sys

from mesh.lifecycle import run
from mesh.settings import load
from svc_feed.app import ROLES
from svc_feed.config import Config

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="svc_feed", description=__doc__)
    parser.add_argument("--role", choices=sorted(ROLES), default="api")
    build = ROLES[parser.parse_args().role]
    sys.exit(run(lambda: build(load(Config))))
