"""The contract as others see it: each method has policy, door and buckets; names others depend on are golden."""

import importlib
import os
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from google.api import annotations_pb2, field_behavior_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pool import DescriptorPool

from edge import problems
from guild.events.v1 import envelope_pb2
from guild.options.v1 import policy_pb2
from mesh.contract import MethodSpec, reasons, spec
from mesh.contract.policy import bucket
from mesh.contract.reasons import LAST_GENERAL
from mesh.errors import Code, Failure

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
        assert policy(method).buckets


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_the_standard_level_says_what_ours_says(method: MethodDescriptor) -> None:
    """Tools that know nothing of ours read `idempotency_level`."""
    level = method.GetOptions().idempotency_level
    expected = {
        policy_pb2.IDEMPOTENCY_NO_SIDE_EFFECTS: descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS,
        policy_pb2.IDEMPOTENCY_IDEMPOTENT: descriptor_pb2.MethodOptions.IDEMPOTENT,
    }
    assert level == expected.get(policy(method).idempotency, descriptor_pb2.MethodOptions.IDEMPOTENCY_UNKNOWN)


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_every_write_of_members_honours_a_key(method: MethodDescriptor) -> None:
    """A member's write with one request can be repeated; streams repeat by ids of their own, secrets are not kept."""
    secret = any(field.GetOptions().debug_redact for field in method.output_type.fields)
    one_each = not (method.client_streaming or method.server_streaming)
    if policy(method).access == policy_pb2.ACCESS_USER and one_each and not secret:
        assert policy(method).idempotency != policy_pb2.IDEMPOTENCY_UNSAFE


NEVER_UNASKED = {"SendInMail", "CreateSubscription", "CancelSubscription", "MoveApplication", "DeleteMyAccount"}


def test_what_spends_moves_people_or_ends_accounts_is_never_repeated_unasked() -> None:
    """Such a write is repeated by who asked for it, with its key."""
    levels = {method.name: policy(method).idempotency for method in METHODS if method.name in NEVER_UNASKED}
    assert levels == dict.fromkeys(NEVER_UNASKED, policy_pb2.IDEMPOTENCY_KEYED)


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_lists_have_one_shape(method: MethodDescriptor) -> None:
    """Who asks for a page gives size and token, and gets its items first, then the next token, then the total."""
    asked = method.input_type.fields_by_name
    if "page_token" in asked:
        given = method.output_type.fields
        assert "page_size" in asked or "limit" in asked
        assert given[0].is_repeated
        assert ("next_page_token", 2) == (given[1].name, given[1].number)
        total = method.output_type.fields_by_name.get("total_size")
        assert total is None or total.number == 3


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_every_list_is_paged(method: MethodDescriptor) -> None:
    """A list without a token has no end that anybody could bound."""
    if method.name.startswith(("List", "Search")):
        assert "page_token" in method.input_type.fields_by_name


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_updates_have_one_shape(method: MethodDescriptor) -> None:
    """`UpdateX {x, update_mask, etag}`, the id within the resource."""
    if method.name.startswith("Update"):
        fields = [field.name for field in method.input_type.fields]
        assert fields[1:] == ["update_mask", "etag"]
        assert method.input_type.fields[0].message_type is not None
        resource = method.input_type.fields[0].message_type
        writable = [
            field
            for field in resource.fields
            if behaviors(field) == [field_behavior_pb2.OPTIONAL]
            and field.message_type is None
            and not field.is_repeated
        ]
        assert [field.name for field in writable if not field.has_presence] == []


def behaviors(field: FieldDescriptor) -> list[int]:
    extension: Any = field_behavior_pb2.field_behavior
    return list(field.GetOptions().Extensions[extension])


FIELDS = [
    field
    for module in generated()
    for message in module.DESCRIPTOR.message_types_by_name.values()
    for field in message.fields
    if module.DESCRIPTOR.package not in {"guild.options.v1", "guild.errors.v1", "guild.events.v1"}
]


def test_every_field_says_who_sets_it() -> None:
    """Documents and clients know what is required and what is read only."""
    assert [field.full_name for field in FIELDS if not behaviors(field)] == []


SECRETS = {
    "password",
    "current_password",
    "new_password",
    "access_token",
    "refresh_token",
    "payment_token",
    "upload_url",
}
PERSONAL = {"email", "headline", "profile_picture_url", "about", "address", "user_agent", "cover_letter"}


def test_secrets_and_what_identifies_people_are_marked() -> None:
    """What is marked is kept out of logs, found for an export, erased with an account."""
    unmarked = [field.full_name for field in FIELDS if field.name in SECRETS and not field.GetOptions().debug_redact]
    unmarked += [
        field.full_name
        for field in FIELDS
        if field.name in PERSONAL and not field.GetOptions().Extensions[policy_pb2.field].personal
    ]
    assert unmarked == []


def test_every_bucket_has_a_size() -> None:
    """A bucket without numbers would let everything or nothing through."""
    for number in policy_pb2.Bucket.values():
        if number:
            assert bucket(number).capacity > 0


def test_the_committed_descriptors_are_those_of_the_code() -> None:
    """What the edge routes from is the same contract as the generated Python."""
    files = descriptor_pb2.FileDescriptorSet.FromString((ROOT / "gen" / "descriptors.binpb").read_bytes())
    pool = DescriptorPool()
    for file in files.file:
        pool.Add(file)
    for method in METHODS:
        service = pool.FindServiceByName(method.containing_service.full_name)
        assert service.methods_by_name[method.name].input_type.full_name == method.input_type.full_name


def event_messages() -> Iterator[Descriptor]:
    for module in generated("guild/events/v1"):
        for message in module.DESCRIPTOR.message_types_by_name.values():
            if message.GetOptions().HasExtension(policy_pb2.event):
                yield message
            else:
                assert message.full_name == envelope_pb2.Envelope.DESCRIPTOR.full_name


def events() -> Iterator[str]:
    for message in event_messages():
        route = message.GetOptions().Extensions[policy_pb2.event]
        key = "-".join(f"<{field}>" for field in route.key)
        yield f"guild.{route.stream.lower()}.{route.name}.{key}  {message.full_name}"


def test_events_name_their_key_and_tell_no_secret() -> None:
    """Events outlive what they tell of and reach every service: ids and facts only."""
    for message in event_messages():
        route = message.GetOptions().Extensions[policy_pb2.event]
        assert route.key
        assert set(route.key) <= set(message.fields_by_name)
        for field in message.fields:
            options = field.GetOptions()
            assert not options.debug_redact
            assert not options.Extensions[policy_pb2.field].personal
            assert field.name not in {"note", "email", "token", "text", "reporter_id"}


def test_subjects_are_golden() -> None:
    """Consumers elsewhere filter by subject: a changed one is a broken one."""
    golden("subjects.txt", sorted(events()))


def failures(cls: type[Failure] = Failure) -> Iterator[type[Failure]]:
    for sub in cls.__subclasses__():
        if sub.__module__.split(".")[0] in SERVICES_OF_CODE:
            yield sub
            yield from failures(sub)


def raised() -> dict[str, set[Code]]:
    """The reasons of all error classes with the codes they come with."""
    for package in SERVICES_OF_CODE:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if not found.name.endswith("__main__") and ".migrations" not in found.name and ".testing" not in found.name:
                importlib.import_module(found.name)
    codes: dict[str, set[Code]] = defaultdict(set)
    for cls in failures():
        if "reason" in cls.__dict__:
            codes[cls.reason].add(cls.code)
    return codes


def test_reasons_of_the_code_are_those_of_the_contract() -> None:
    """Clients decide by reason: none is raised that the contract does not name, with another code than it names."""
    named = {name: {reason.code} for name, reason in reasons().items()}
    assert {} == {reason: codes for reason, codes in raised().items() if named.get(reason) != codes}


def test_reasons_of_the_contract_are_raised() -> None:
    """A reason that no code raises is one that only methods name which are not served yet."""
    owed = {name for method in METHODS for name in spec_of(method).required_policy.errors if unserved(method)}
    silent = {name for name in reasons() if name not in raised() and name not in of_the_edge()}
    assert set() == silent - owed


@pytest.mark.parametrize("method", METHODS, ids=ids)
def test_policies_name_reasons_of_their_own(method: MethodDescriptor) -> None:
    """What any method may answer is said once, not at each."""
    assert [] == [name for name in spec_of(method).required_policy.errors if reasons()[name].number <= LAST_GENERAL]


def test_reasons_are_golden() -> None:
    """Each reason with the codes of gRPC and HTTP it has for ever."""
    golden("reasons.txt", [f"{name}  {one.code.name}  {one.http_status}" for name, one in sorted(reasons().items())])


def spec_of(method: MethodDescriptor) -> MethodSpec:
    return spec(f"/{method.containing_service.full_name}/{method.name}")


def unserved(method: MethodDescriptor) -> bool:
    """Whether no servicer of ours overrides the generated method, which answers UNIMPLEMENTED."""
    module = importlib.import_module(
        f"{method.containing_service.file.name.removesuffix('.proto').replace('/', '.')}_pb2_grpc"
    )
    generated_cls = getattr(module, f"{method.containing_service.name}Servicer")
    ours = [cls for cls in generated_cls.__subclasses__() if cls.__module__.startswith("svc_")]
    return all(getattr(cls, method.name) is getattr(generated_cls, method.name) for cls in ours)


def of_the_edge() -> set[str]:
    """The reasons the edge answers by itself, before any method is asked."""
    return {
        one.problem.reason
        for one in (
            problems.no_route("/"),
            problems.wrong_method("PUT", ()),
            problems.too_large(1),
            problems.too_slow(),
            problems.wrong_media_type(),
            problems.no_object(),
            problems.no_such_range(1),
        )
    } | {problems.head_too_large(1).reason}
