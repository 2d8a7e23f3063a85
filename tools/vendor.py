"""Writes the .proto files of other projects into third_party/, from the Python packages of the lock (`make vendor`)."""

import importlib.metadata
import shutil
import subprocess
import sys
from pathlib import Path

from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
from protovalidate._gen.buf.validate import validate_pb

from tools.proto_text import proto_text

THIRD_PARTY = Path("third_party")
GOOGLE = (
    "google/api/annotations.proto",
    "google/api/field_behavior.proto",
    "google/api/http.proto",
    "google/api/httpbody.proto",
    "google/rpc/code.proto",
    "google/rpc/error_details.proto",
    "google/rpc/status.proto",
)
VALIDATE = "buf/validate/validate.proto"

README = """# Definitions of other projects

Written by `make vendor`; do not edit. Both projects are under the Apache License 2.0
(https://www.apache.org/licenses/LICENSE-2.0).

| files | project | taken from |
|---|---|---|
| `google/api`, `google/rpc` | Google APIs, Copyright Google LLC (https://github.com/googleapis/googleapis) | \
`googleapis-common-protos` {google}, unchanged |
| `buf/validate` | Protovalidate, Copyright 2023-2026 Buf Technologies, Inc. \
(https://github.com/bufbuild/protovalidate) | the descriptor in `protovalidate` {validate}, printed as source without \
its comments |
"""

NOTICE = """\
// Copyright 2023-2026 Buf Technologies, Inc.
//
// Licensed under the Apache License, Version 2.0 (the "License");
// you may not use this file except in compliance with the License.
// You may obtain a copy of the License at
//
//      http://www.apache.org/licenses/LICENSE-2.0
//
// Unless required by applicable law or agreed to in writing, software
// distributed under the License is distributed on an "AS IS" BASIS,
// WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
// See the License for the specific language governing permissions and
// limitations under the License.

// Printed from its descriptor by `make vendor`.
"""


def main() -> int:
    """Writes third_party/ anew."""
    shutil.rmtree(THIRD_PARTY, ignore_errors=True)
    google = importlib.metadata.distribution("googleapis-common-protos")
    for name in GOOGLE:
        _write(name, Path(str(google.locate_file(name))).read_text(encoding="utf-8"))
    _write(VALIDATE, NOTICE + proto_text(VALIDATE, validate_files()))
    subprocess.run(["buf", "format", "--write", str(THIRD_PARTY), "--path", str(THIRD_PARTY / "buf")], check=True)
    versions = {"google": google.version, "validate": importlib.metadata.version("protovalidate")}
    _write("README.md", README.format(**versions))
    return 0


def validate_files() -> list[descriptor_pb2.FileDescriptorProto]:
    """The descriptor of buf.validate, which its package keeps for a protobuf runtime of its own, after its imports."""
    imports = [
        descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        for module in (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2)
    ]
    return [*imports, descriptor_pb2.FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary())]


def _write(name: str, text: str) -> None:
    path = THIRD_PARTY / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
