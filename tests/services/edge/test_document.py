"""The OpenAPI document against the door: what it allows is taken, what comes back is what it says.

Behind the edge stand all services of the contract, with the concerns and rules of real ones; whatever passes those is
answered with made-up messages, so nothing but the document, the edge and the rules can disagree.
"""

import asyncio
import importlib
import json
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import pytest_asyncio
import schemathesis
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import FailureGroup, not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from edge.contract import load_contract
from mesh.auth import Authenticator, Operators, TokenVerifier
from mesh.contract import MethodSpec
from mesh.rpc.pipeline import standard_pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import ServerSettings
from mesh.testing import TestIdentity

from .conftest import RunningEdge, run_edge
from .sample import BehindEveryName

EXAMPLES = 4
"""Of each operation in each mode: the rules are few, and there are many operations."""
TEXTS = ("", "x", "Zoë", "\u202e", "a\nb", '"', "x" * 300)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def made_up(descriptor: Any, chance: random.Random, make: Any, depth: int = 4) -> Any:
    """Return a message with any subset of its fields set to anything their types hold."""
    message = make()
    for field in descriptor.fields:
        if chance.random() < 0.5:
            fill(message, field, chance, depth)
    return message


def fill(message: Any, field: FieldDescriptor, chance: random.Random, depth: int) -> None:
    if field.message_type is not None:
        if field.message_type.GetOptions().map_entry or depth == 0:
            return
        target = getattr(message, field.name)
        for one in [target.add() for _ in range(chance.randint(0, 3))] if field.is_repeated else [target]:
            if not field.is_repeated:
                one.SetInParent()
            if field.message_type.full_name.startswith("google.protobuf."):
                continue
            for inner in field.message_type.fields:
                if chance.random() < 0.5:
                    fill(one, inner, chance, depth - 1)
    elif field.is_repeated:
        getattr(message, field.name).extend(value(field, chance) for _ in range(chance.randint(0, 3)))
    else:
        setattr(message, field.name, value(field, chance))


def value(field: FieldDescriptor, chance: random.Random) -> Any:
    if field.enum_type is not None:
        return chance.choice(field.enum_type.values).number
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return chance.randbytes(3) if field.type == FieldDescriptor.TYPE_BYTES else chance.choice(TEXTS)
    if field.cpp_type in {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT}:
        return chance.choice((0.0, -1.5, 1e30))
    return chance.choice((0, 1))


def servicers() -> Iterator[tuple[Any, Any]]:
    """All services of the contract, each answering made-up replies."""
    methods = load_contract().methods
    for service in {method.service: method for method in methods}.values():
        file = descriptor_pool.Default().FindServiceByName(service.service).file.name
        module = importlib.import_module(f"{file.removesuffix('.proto').replace('/', '.')}_pb2_grpc")
        name = service.service.rpartition(".")[2]
        own = {method.name: answer(method) for method in methods if method.service == service.service}
        servicer = type(name, (getattr(module, f"{name}Servicer"),), own)()
        yield getattr(module, f"add_{name}Servicer_to_server"), servicer


def answer(method: MethodSpec) -> Any:
    async def reply(_self: Any, request: Any, _context: Any) -> Any:
        chance = random.Random(crc32(request.SerializeToString(deterministic=True)))
        return made_up(method.output.DESCRIPTOR, chance, method.output)

    return reply


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(identity: TestIdentity) -> AsyncIterator[RunningEdge]:
    """An edge in front of everything the contract has."""
    authenticate = Authenticator(
        TokenVerifier(identity.keys, identity.settings.issuer),
        BehindEveryName(identity),
        Operators(identity.settings),
    )
    server = RpcServer(ServerSettings(), list(servicers()), standard_pipeline(authenticate, None), grace=0.5)
    await server.start()
    try:
        addresses = {f"{name}_address": server.address for name in ("profile", "feed", "messaging", "jobs")}
        async for running in run_edge(identity, **addresses):
            yield running
    finally:
        await server.stop()


@pytest.fixture(scope="module")
def document() -> Any:
    """The document as it is served; no text of the contract holds U+0000."""
    generation = GenerationConfig(allow_x00=False, with_security_parameters=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    return schemathesis.openapi.from_path(Path("gen/openapi/guild.yaml"), config=config)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("service", sorted({method.service.rpartition(".")[2] for method in load_contract().public}))
async def test_the_document_and_the_door_agree(
    service: str, mode: GenerationMode, document: Any, edge: RunningEdge, identity: TestIdentity
) -> None:
    """Right requests are taken, wrong ones are no fault of ours, answers are as described."""
    described = json.dumps(document.raw_schema, ensure_ascii=False)

    def is_told(problem: Any) -> bool:
        """Whether a refusal follows a rule that JSON Schema has no word for, which is then told in words."""
        rules = [one["description"] for one in problem.get("violations", ())]
        return bool(rules) and all(
            json.dumps(f"Rule: {rule}.", ensure_ascii=False)[1:-1] in described for rule in rules
        )

    headers = dict(identity.admin_metadata()) | dict(identity.sign_in(stepped_up=True).metadata)

    def ask_all() -> list[str]:
        wrong: list[str] = []
        for found in document.include(tag=service).get_all_operations():
            operation = found.ok()
            if not operation.path.endswith("/stream"):
                wrong += ask(operation, mode, str(edge.http.base_url), headers, is_told)
        return wrong

    assert [] == await asyncio.to_thread(ask_all)


def ask(
    operation: Any, mode: GenerationMode, url: str, headers: dict[str, str], is_told: Callable[[Any], bool]
) -> list[str]:
    """Ask an operation a few times; return what the door did not take although the document allows it."""
    wrong: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def once(case: Any) -> None:
        response = case.call(base_url=url, headers=headers)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as found:
            wrong.append(f"{operation.label}: {found}")
        if mode is GenerationMode.POSITIVE and response.status_code >= 400 and not is_told(response.json()):
            wrong.append(f"{case.as_curl_command()}\n  {response.text}")

    with suppress(Unsatisfiable):  # nothing can be wrong with a request that has no fields
        once()
    return wrong


async def test_what_the_document_does_not_allow_is_refused(
    document: Any, edge: RunningEdge, identity: TestIdentity
) -> None:
    """Everywhere: a body that is missing, a field or a parameter that nobody knows."""
    headers = dict(identity.admin_metadata()) | dict(identity.sign_in(stepped_up=True).metadata)
    taken: list[str] = []
    for path, item in document.raw_schema["paths"].items():
        url = re.sub(r"\{[^}]+\}", "0190f5e4-7b1c-7def-8abc-0123456789ab", path)
        for verb, operation in item.items():
            body = operation.get("requestBody")
            sent: list[dict[str, Any]] = [{"params": {"nope": "1"}, "json": {} if body else None}]
            if body is not None:
                sent.append({"json": {"nope": 1}})
            if body is not None and body["required"]:
                sent.append({"content": b""})
            for one in sent:
                reply = await edge.http.request(verb, url, headers=headers, **one)
                if reply.status_code != 400:
                    taken.append(f"{verb} {path} {one}: {reply.status_code}")

    assert [] == taken
