"""The contract as the edge reads it at its start: generated files beside the code, or where a setting says."""

import importlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from mesh.contract import Access, MethodSpec, specs_of

_OURS = "guild/"
_CHECKOUT = Path(__file__).resolve().parents[1] / "gen"


class ContractMissing(Exception):  # noqa: N818 - it says what happened
    """The generated contract is not where it should be."""


@dataclass(frozen=True)
class Contract:
    """The methods of all services, with the descriptors they were read from."""

    folder: Path
    descriptors: FileDescriptorSet
    methods: tuple[MethodSpec, ...]

    @cached_property
    def public(self) -> tuple[MethodSpec, ...]:
        """The methods that callers from outside may reach: all but those for other services."""
        return tuple(one for one in self.methods if one.required_policy.access != Access.SERVICE)


def load_contract(folder: Path | None = None) -> Contract:
    """Read `descriptors.binpb` of a `gen` folder, by default the checkout's; raises ContractMissing."""
    folder = folder or _CHECKOUT
    file = folder / "descriptors.binpb"
    try:
        descriptors = FileDescriptorSet.FromString(file.read_bytes())
    except OSError as error:
        raise ContractMissing(f"cannot read {file}: run `make proto`, or set GUILD_EDGE_CONTRACT_DIR") from error
    ours = [one for one in descriptors.file if one.name.startswith(_OURS)]
    for one in ours:  # importing a generated module makes its messages known
        importlib.import_module(one.name.removesuffix(".proto").replace("/", ".") + "_pb2")
    importlib.import_module("google.rpc.error_details_pb2")  # what the details of a status are made of
    names = [f"{one.package}.{service.name}" for one in ours for service in one.service]
    return Contract(folder, descriptors, tuple(method for name in names for method in specs_of(name).values()))
