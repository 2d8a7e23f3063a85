"""Builds the peers that are not Python: where a toolchain is missing a laptop says so and skips, CI fails."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from tools.toolchain import CACHE, ToolMissingError, node_program, npm_packages

HERE = Path(__file__).parent
GO_SOURCE = HERE / "go"
GO_HOME = CACHE / "go-tools"
JS_SOURCE = HERE / "js"
JS_HOME = CACHE / "interop-js"
BUILD_SECONDS = 600
"""For the first build; one that changes nothing takes a third of a second."""


@dataclass(frozen=True, slots=True)
class GoTools:
    """The programs of the Go module."""

    peer: Path
    h2spec: Path
    grpcurl: Path
    ghz: Path


def go_tools() -> GoTools:
    """Build the Go programs, once for all workers."""
    if (go := shutil.which("go")) is None:
        missing("no Go toolchain on the PATH: not tried against grpc-go, h2spec, grpcurl and ghz")
    command = [go, "build", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o", f"{GO_HOME}/", "tool", "./peer"]
    with alone(GO_HOME):
        built = subprocess.run(
            command,
            cwd=GO_SOURCE,
            env={**os.environ, "GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
            check=False,
        )
    if built.returncode:
        missing(f"the Go programs do not build: {built.stderr[-1000:]}")
    return GoTools(*(GO_HOME / name for name in ("peer", "h2spec", "grpcurl", "ghz")))


def js_client() -> list[str]:
    """Return the command of the grpc-js client, after installing its packages."""
    try:
        node = node_program()
        with alone(JS_HOME):
            npm_packages(JS_SOURCE, JS_HOME)
            shutil.copyfile(JS_SOURCE / "client.mjs", JS_HOME / "client.mjs")  # imports are looked up beside the script
    except ToolMissingError as error:
        missing(f"not tried against grpc-js: {error}")
    return [str(node), str(JS_HOME / "client.mjs"), str(HERE / "proto/interop.proto")]


def missing(reason: str) -> NoReturn:
    """Skip with a reason; in CI fail, because CI has every toolchain."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep other processes out while something is installed into `home`, or made of what they make as well."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
