"""The OpenAPI document of the contract."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from edge import problems
from edge.contract import load_contract
from mesh.contract import reasons
from mesh.errors import FieldViolation
from mesh.rpc.concerns.idempotency import MAX_KEY_LENGTH
from tools.openapi import openapi


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi(FileDescriptorSet.FromString(Path("gen/descriptors.binpb").read_bytes()))


def test_path_variables_are_lower_camel_and_shared_by_the_methods_of_a_path(document: dict[str, Any]) -> None:
    """`{post_id}` of GET and `{post.id}` of PATCH are the same variable of the same path."""
    assert {"get", "patch", "delete"} == document["paths"]["/api/v1/posts/{postId}"].keys()


def test_a_body_leaves_out_what_the_path_carries(document: dict[str, Any]) -> None:
    """The post of a comment stands in the path, its content in the body."""
    operation = document["paths"]["/api/v1/posts/{postId}/comments"]["post"]

    schema = operation["requestBody"]["content"]["application/json"]["schema"]

    assert "content" in schema["properties"]
    assert "postId" not in schema["properties"]


def test_fields_of_a_get_are_query_parameters(document: dict[str, Any]) -> None:
    """A feed is paged by the parameters of its URL."""
    parameters = document["paths"]["/api/v1/feed"]["get"]["parameters"]

    assert {"limit", "offset", "pageToken"} <= {one["name"] for one in parameters if one.get("in") == "query"}


def test_policies_become_security_and_responses(document: dict[str, Any]) -> None:
    """Who may call and how often is told: public, members, operators."""
    login = document["paths"]["/api/v1/auth/login"]["post"]
    feed = document["paths"]["/api/v1/feed"]["get"]
    rebuild = document["paths"]["/internal/feed/rebuild"]["post"]

    assert [] == login["security"]
    assert [{"accessToken": []}] == feed["security"]
    assert [{"adminToken": []}] == rebuild["security"]
    assert {"401", "403", "429"} <= feed["responses"].keys()


def test_rules_become_constraints(document: dict[str, Any]) -> None:
    """What buf.validate says about money binds requests, and 64-bit integers are strings; answers may hold less."""
    schemas = document["components"]["schemas"]
    given, told = (schemas[name]["properties"] for name in ("guild.common.v1.Money.Input", "guild.common.v1.Money"))

    assert ("^[A-Z]{3}$", "string") == (given["currencyCode"]["pattern"], told["minorUnits"]["type"])
    assert "pattern" not in told["currencyCode"]


def test_what_must_be_there_is_required(document: dict[str, Any]) -> None:
    """In requests by whichever rule, in answers what the edge always writes."""
    paths, schemas = document["paths"], document["components"]["schemas"]
    register = schemas["guild.auth.v1.RegisterRequest"]
    comment = paths["/api/v1/posts/{postId}/comments"]["post"]["requestBody"]

    assert {"email", "password", "name"} <= set(register["required"])
    assert ["content"] == comment["content"]["application/json"]["schema"]["required"]
    assert {"id", "skills"} <= set(schemas["guild.profile.v1.User"]["required"])


def test_bodies_are_required_where_they_are(document: dict[str, Any]) -> None:
    """A patch, or a request with fields it must have; logging out needs no braces."""
    paths = document["paths"]
    bodies = [
        paths["/api/v1/users/me"]["patch"],
        paths["/api/v1/auth/login"]["post"],
        paths["/api/v1/auth/logout"]["post"],
    ]

    assert [True, True, False] == [one["requestBody"]["required"] for one in bodies]


def test_requests_hold_known_fields_alone(document: dict[str, Any]) -> None:
    """The edge refuses others; an answer may grow."""
    schemas = document["components"]["schemas"]

    assert False is schemas["guild.auth.v1.RegisterRequest"]["additionalProperties"]
    assert "additionalProperties" not in schemas["guild.auth.v1.RegisterResponse"]


def test_methods_tell_the_problems_of_their_own(document: dict[str, Any]) -> None:
    """Each reason of a policy stands under its HTTP status, and no other reason does."""
    listed = {
        operation["operationId"]: {
            (int(status), reason)
            for status, response in operation["responses"].items()
            for reason in re.findall(r"^\* `([A-Z_]+)`", response.get("description", ""), re.MULTILINE)
        }
        for item in document["paths"].values()
        for operation in item.values()
    }

    for method in load_contract().public:
        if method.http:
            name = f"{method.service.rpartition('.')[2]}_{method.name}"
            assert {(reasons()[one].http_status, one) for one in method.required_policy.errors} == listed[name]


def test_etags_and_tokens_travel_in_headers(document: dict[str, Any]) -> None:
    """Where the contract has them."""

    def refers_to(verb: str, path: str) -> set[str]:
        parameters = document["paths"][path][verb]["parameters"]
        return {one["$ref"].rpartition("/")[2] for one in parameters if "$ref" in one}

    assert {"IfMatch", "IdempotencyKey"} <= refers_to("patch", "/api/v1/posts/{postId}")
    assert {"ConsistencyToken"} == refers_to("get", "/api/v1/posts/{postId}")
    assert "ETag" in document["paths"]["/api/v1/posts/{postId}"]["get"]["responses"]["200"]["headers"]


def test_keys_are_as_long_as_services_take(document: dict[str, Any]) -> None:
    """Their number is not written twice."""
    assert MAX_KEY_LENGTH == document["components"]["parameters"]["IdempotencyKey"]["schema"]["maxLength"]


def test_every_operation_has_its_own_id(document: dict[str, Any]) -> None:
    """Operation ids are unique, additional bindings included."""
    ids = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]

    assert len(set(ids)) == len(ids)


def test_enums_are_spelled_as_the_edge_answers(document: dict[str, Any]) -> None:
    """Values go without the prefix of their enum."""
    schema = document["components"]["schemas"]["guild.feed.v1.Visibility"]

    assert ["UNSPECIFIED", "PUBLIC", "CONNECTIONS", "PRIVATE", "SECOND_DEGREE", "LIST"] == schema["enum"]


def test_problems_are_described_as_they_are_written(document: dict[str, Any]) -> None:
    """Every member that the edge writes is in the schema, and those that are always there are required."""
    told = document["components"]["schemas"]["Problem"]
    full = problems.Problem(
        429, "SLOW_DOWN", "later", metadata={"a": "b"}, violations=(FieldViolation("a", "b"),), retry_after=1.0
    )
    bare = problems.Problem(500, "INTERNAL", "sorry")

    assert told["properties"].keys() == json.loads(full.document("/a", "r")).keys()
    assert set(told["required"]) == json.loads(bare.document("/a", "r")).keys()
