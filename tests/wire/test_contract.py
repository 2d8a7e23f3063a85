"""The contract as others see it: each method has policy, door and buckets; names others depend on are golden."""

import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pool import DescriptorPool

from guild.events.v1 import envelope_pb2
from guild.options.v1 import policy_pb2
from mesh.errors import Failure

ROOT = Path(__file__).parents[2]
GOLDENS = Path(__file__).parent / "goldens"
SERVICES_OF_CODE = ("mesh", "svc_profile", "svc_feed", "svc_messaging", "svc_jobs", "edge")


def golden(name: str, lines: list[str]) -> None:
    """Compare with a golden file; `UPDATE_GOLDENS=1` writes it anew, for a change that callers were told of."""
    path = GOLDENS / name
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text("\n".join(lines) + "\n")
    assert path.read_text().splitlines() == lines


def generated(folder: str = "guild") -> Iterator[ModuleType]:
    python = ROOT / "gen" / "python"
    for path in sorted((python / folder).rglob("*_pb2.py")):
        yield importlib.import_module(".".join(path.relative_to(python).with_suffix("").parts))


def services() -> Iterator[ServiceDescriptor]:
    for module in generated():
        yield from module.DESCRIPTOR.services_by_name.values()


METHODS = [method for service in services() for method in service.methods]
ids = [f"{method.containing_service.name}.{method.name}" for method in METHODS]


def policy(method: MethodDescriptor) -> policy_pb2.Policy:
    return method.GetOptions().Extensions[policy_pb2.policy]


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_methods_say_who_may_call_and_what_a_retry_does(method: MethodDescriptor) -> None:
    """Neither the access rule nor the idempotency level is left open."""
    assert policy(method).access != policy_pb2.ACCESS_UNSPECIFIED
    assert policy(method).idempotency != policy_pb2.IDEMPOTENCY_UNSPECIFIED


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_methods_have_a_rest_binding_or_a_reason(method: MethodDescriptor) -> None:
    """Exactly one of the two."""
    bound = method.GetOptions().HasExtension(annotations_pb2.http)
    assert bound != bool(policy(method).no_http_reason)


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_methods_of_members_have_a_deadline_and_a_bucket(method: MethodDescriptor) -> None:
    """What the outside can call is bounded in time and number; streams that live until closed have no deadline."""
    if policy(method).access in {policy_pb2.ACCESS_PUBLIC, policy_pb2.ACCESS_USER}:
        assert method.server_streaming or policy(method).HasField("deadline")
        assert policy(method).rate_limits


def test_a_bucket_has_the_same_numbers_wherever_it_is_named() -> None:
    """Methods that share a bucket agree on its size, its flow and its owner."""
    seen: dict[str, set[tuple[int, int, int]]] = {}
    for method in METHODS:
        for limit in policy(method).rate_limits:
            seen.setdefault(limit.bucket, set()).add((limit.capacity, limit.refill_per_minute, limit.scope))
    assert set() == {bucket for bucket, numbers in seen.items() if len(numbers) > 1}


def test_the_committed_descriptors_are_those_of_the_code() -> None:
    """What the edge routes from is the same contract as the generated Python."""
    files = descriptor_pb2.FileDescriptorSet.FromString((ROOT / "gen" / "descriptors.binpb").read_bytes())
    pool = DescriptorPool()
    for file in files.file:
        pool.Add(file)
    for method in METHODS:
        service = pool.FindServiceByName(method.containing_service.full_name)
        assert service.methods_by_name[method.name].input_type.full_name == method.input_type.full_name


def events() -> Iterator[str]:
    for module in generated("guild/events/v1"):
        for message in module.DESCRIPTOR.message_types_by_name.values():
            if message.GetOptions().HasExtension(policy_pb2.event):
                route = message.GetOptions().Extensions[policy_pb2.event]
                yield f"guild.{route.stream.lower()}.{route.name}.<key>  {message.full_name}"
            else:
                assert message.full_name == envelope_pb2.Envelope.DESCRIPTOR.full_name


def test_subjects_are_golden() -> None:
    """Consumers elsewhere filter by subject: a changed one is a broken one."""
    golden("subjects.txt", sorted(events()))


def failures(cls: type[Failure] = Failure) -> Iterator[type[Failure]]:
    for sub in cls.__subclasses__():
        if sub.__module__.split(".")[0] in SERVICES_OF_CODE:
            yield sub
            yield from failures(sub)


def test_reasons_are_golden() -> None:
    """Clients decide by reason: each is listed with its code."""
    for package in SERVICES_OF_CODE:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if not found.name.endswith("__main__") and ".migrations" not in found.name and ".testing" not in found.name:
                importlib.import_module(found.name)
    lines = sorted({f"{cls.reason}  {cls.code.name}" for cls in failures() if "reason" in cls.__dict__})
    golden("reasons.txt", lines)
