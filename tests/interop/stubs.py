"""Compiles the protocol of the interoperability tests and imports what gRPC's own generator makes of it."""

import hashlib
import importlib
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from grpc_tools import protoc

PROTO = Path(__file__).parent / "proto/interop.proto"
CACHE = Path(".cache/interop-stubs").resolve()


def _compiled() -> Path:
    """Return a folder with the generated modules; it is named after what they were made from."""
    digest = hashlib.sha256(PROTO.read_bytes() + version("grpcio-tools").encode()).hexdigest()[:16]
    home = CACHE / digest
    if home.exists():
        return home
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=CACHE))
    outputs = [f"--python_out={fresh}", f"--grpc_python_out={fresh}"]
    if protoc.main(["protoc", f"-I{PROTO.parent}", *outputs, str(PROTO)]):
        raise RuntimeError(f"protoc does not compile {PROTO}")
    try:
        fresh.rename(home)
    except OSError:  # another worker was here first
        shutil.rmtree(fresh)
    return home


sys.path.insert(0, str(_compiled()))
pb: Any = importlib.import_module("interop_pb2")
"""The messages."""
rpc: Any = importlib.import_module("interop_pb2_grpc")
"""The generated stub and servicer, as anybody else's."""
