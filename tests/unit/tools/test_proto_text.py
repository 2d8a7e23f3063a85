"""The printer of .proto source against the compiler."""

import subprocess
from pathlib import Path

from google.protobuf import descriptor_pb2

from tools import vendor


def test_printed_source_compiles_to_the_same_descriptor(tmp_path: Path) -> None:
    """The vendored buf/validate/validate.proto is the descriptor that the validator itself carries."""
    image = tmp_path / "image.binpb"
    flags = ["--as-file-descriptor-set", "--exclude-source-info"]
    subprocess.run(["buf", "build", "third_party", *flags, "-o", image], check=True)  # noqa: S607 - our own words
    files = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes()).file
    compiled = next(file for file in files if file.name == vendor.VALIDATE)
    compiled.ClearField("syntax")  # the compiler writes the default out

    assert vendor.validate_files()[-1] == compiled
