"""Every method of the contract has a policy that the mesh can follow."""

import importlib
from pathlib import Path

import pytest

from mesh.contract import Access, Idempotency, MethodSpec, RateLimit, specs_of
from mesh.contract.validation import warm

GENERATED = Path(__file__).parents[3] / "gen" / "python"
STUBS = sorted(GENERATED.glob("guild/*/v1/*_pb2_grpc.py"))


def services() -> list[str]:
    names: list[str] = []
    for path in STUBS:
        package = ".".join(path.relative_to(GENERATED).parts[:-1])
        module = importlib.import_module(f"{package}.{path.stem}")
        names += [
            f"{package}.{name.removesuffix('Servicer')}" for name in vars(module) if name.endswith("ServiceServicer")
        ]
    return names


METHODS = [method for service in services() for method in specs_of(service).values()]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_method_has_a_policy(method: MethodSpec) -> None:
    """A method without a policy would not start; rules that do not compile would fail at the first call."""
    assert method.required_policy.access in Access
    warm(method.input)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_method_has_a_deadline_or_streams(method: MethodSpec) -> None:
    """Only streams may live for ever."""
    streams = method.client_streaming or method.server_streaming

    assert streams or method.required_policy.deadline


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_method_has_a_rest_face_or_a_reason(method: MethodSpec) -> None:
    """What REST cannot reach says why."""
    assert bool(method.http) != bool(method.required_policy.no_http_reason)


def test_bucket_has_the_same_numbers_everywhere() -> None:
    """Methods that share a bucket agree on it."""
    buckets: dict[str, set[RateLimit]] = {}
    for method in METHODS:
        for limit in method.required_policy.rate_limits:
            buckets.setdefault(limit.bucket, set()).add(limit)

    assert {} == {name: limits for name, limits in buckets.items() if len(limits) > 1}


def test_get_bindings_have_no_side_effects() -> None:
    """A GET is a read: browsers, caches and crawlers repeat it."""
    writes = [
        method.full_name
        for method in METHODS
        for rule in method.http
        if rule.verb == "GET" and method.required_policy.idempotency != Idempotency.NO_SIDE_EFFECTS
    ]

    assert [] == writes
