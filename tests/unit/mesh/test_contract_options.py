"""Options that are odd, incomplete or missing."""

import itertools
from typing import Any

import pytest
from google.api import annotations_pb2, http_pb2
from google.protobuf import descriptor_pb2, descriptor_pool, wrappers_pb2

from guild.options.v1 import policy_pb2
from mesh.contract import HttpRule, specs_of

_numbers = itertools.count()


def service_with(**extensions: Any) -> str:
    """The full name of a new service with one method, Do, that carries these options."""
    package = f"test.options{next(_numbers)}"
    file = descriptor_pb2.FileDescriptorProto(
        name=f"{package}.proto", package=package, syntax="proto3", dependency=[wrappers_pb2.DESCRIPTOR.name]
    )
    service = file.service.add(name="OddService")
    method = service.method.add(
        name="Do", input_type=".google.protobuf.StringValue", output_type=".google.protobuf.StringValue"
    )
    if "policy" in extensions:
        method.options.Extensions[policy_pb2.policy].CopyFrom(extensions["policy"])
    if "http" in extensions:
        http: Any = annotations_pb2.http
        method.options.Extensions[http].CopyFrom(extensions["http"])
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
    return f"{package}.OddService"


def test_method_without_policy_is_told_apart() -> None:
    """It is read, so that a server can name it; asking for its policy says what is missing."""
    method = specs_of(service_with())["Do"]

    assert method.policy is None
    with pytest.raises(LookupError, match="has no"):
        _ = method.required_policy


@pytest.mark.parametrize(
    "policy",
    [
        policy_pb2.Policy(),
        policy_pb2.Policy(access=policy_pb2.ACCESS_USER),
        policy_pb2.Policy(
            access=policy_pb2.ACCESS_USER,
            idempotency=policy_pb2.IDEMPOTENCY_UNSAFE,
            buckets=[policy_pb2.BUCKET_UNSPECIFIED],
        ),
    ],
)
def test_incomplete_policy_is_an_error(policy: policy_pb2.Policy) -> None:
    """A policy must name a rule, a level, numbers above zero."""
    with pytest.raises(ValueError, match="incomplete"):
        specs_of(service_with(policy=policy))


def test_custom_verbs_and_additional_bindings() -> None:
    """A method may have several REST faces, one of a verb of its own."""
    http = http_pb2.HttpRule(
        custom={"kind": "HEAD", "path": "/a"}, additional_bindings=[{"patch": "/b", "body": "value"}, {}]
    )

    assert (HttpRule("HEAD", "/a"), HttpRule("PATCH", "/b", "value")) == specs_of(service_with(http=http))["Do"].http
