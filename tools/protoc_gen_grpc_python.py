"""A protoc plugin that runs grpcio-tools' own Python generator, which `buf generate` cannot start by itself."""

import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2
from grpc_tools import protoc


def generate(request: plugin_pb2.CodeGeneratorRequest) -> plugin_pb2.CodeGeneratorResponse:
    """Answers with one `_pb2_grpc.py` for each requested file that has services."""
    reply = plugin_pb2.CodeGeneratorResponse(
        supported_features=plugin_pb2.CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
    )
    with_services = [
        file.name for file in request.proto_file if file.service and file.name in set(request.file_to_generate)
    ]
    if not with_services:
        return reply
    with tempfile.TemporaryDirectory() as folder:
        image, out = Path(folder, "image.binpb"), Path(folder, "out")
        out.mkdir()
        image.write_bytes(descriptor_pb2.FileDescriptorSet(file=request.proto_file).SerializeToString())
        arguments = ["protoc", f"--descriptor_set_in={image}", f"--grpc_python_out={out}", *with_services]
        if protoc.main(arguments) != 0:
            reply.error = "grpc_tools.protoc failed, see above"
        for path in sorted(out.rglob("*.py")):
            reply.file.add(name=path.relative_to(out).as_posix(), content=path.read_text(encoding="utf-8"))
    return reply


if __name__ == "__main__":
    sys.stdout.buffer.write(
        generate(plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())).SerializeToString()
    )
