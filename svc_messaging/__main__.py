"""Run the messaging service: `python -m svc_messaging --role api|notification-worker`."""

import argparse
import sys

from mesh.lifecycle import run
from mesh.settings import load
from svc_messaging.app import ROLES
from svc_messaging.config import Config

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="svc_messaging")
    parser.add_argument("--role", choices=sorted(ROLES), default="api")
    build = ROLES[parser.parse_args().role]
    sys.exit(run(lambda: build(load(Config))))
