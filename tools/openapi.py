"""Describes the REST side of the contract as OpenAPI 3.1, from the same descriptors that the edge routes by.

`python -m tools.openapi descriptors.binpb guild.yaml`; the comments of descriptors that hold them become descriptions.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorSet, MethodDescriptorProto

from edge.incoming import MAX_VALUE_BYTES
from edge.transcode import FILE
from guild.errors.v1.reason_pb2 import ErrorReason
from guild.options.v1 import policy_pb2
from guild.options.v1.policy_pb2 import Policy
from mesh.contract import Idempotency, reasons
from mesh.rpc.concerns.idempotency import MAX_KEY_LENGTH
from tools.openapi_page import page
from tools.openapi_schemas import WELL_KNOWN, Contract, Schema, Schemas

Field = FieldDescriptorProto
HTTP: Any = annotations_pb2.http  # its types know extensions as plain field descriptors

INFO = {
    "title": "Guild",
    "version": "1.0.0",
    "summary": "The backend of a professional network: profiles and a connection graph, a feed, messaging, jobs.",
    "description": (
        "JSON is the protobuf JSON mapping: names are lowerCamelCase, 64-bit integers are strings, times are RFC 3339. "
        "Values of enums go without the enum's prefix; requests may also spell them in full or in lower case. "
        "Errors are RFC 9457 problems whose `reason` is stable. Every write takes an `Idempotency-Key`. "
        "Chat is a WebSocket at `/ws` whose text frames are `guild.messaging.v1.ChatRequest` and `…ChatResponse`; "
        'plain frames are taken too: `{"type": "auth", "token": …}`, `{"type": "message", "id": …, "to": …, '
        '"content": …}`. '
        "No text holds U+0000."
    ),
}
SECURITY_SCHEMES = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a signed-in member, from register, login or refresh.",
    },
    "adminToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Admin-Token",
        "description": "An operator's token.",
    },
    "serviceToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Guild-Service-Token",
        "description": "The token of another service of the mesh.",
    },
}
ACCESS: Mapping[int, list[dict[str, list[str]]]] = {
    policy_pb2.ACCESS_PUBLIC: [],
    policy_pb2.ACCESS_USER: [{"accessToken": []}],
    policy_pb2.ACCESS_ADMIN: [{"adminToken": []}],
    policy_pb2.ACCESS_SERVICE: [{"serviceToken": []}],
}
PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 says it.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Advice for a person."},
        "instance": {"type": "string", "format": "uri-reference"},
        "reason": {
            "type": "string",
            "pattern": "^[A-Z][A-Z0-9_]*$",
            "description": "What a program decides by; the same as in the gRPC ErrorInfo.",
        },
        "metadata": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Ids and numbers that belong to the reason.",
        },
        "violations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "description": {"type": "string"}},
                "required": ["field", "description"],
            },
            "description": "The fields of the request that break a rule.",
        },
        "retryAfter": {"type": "integer", "minimum": 0, "description": "Seconds to wait; the same as `Retry-After`."},
        "requestId": {"type": "string", "description": "What support asks for; the same as `X-Request-Id`."},
    },
    "required": ["type", "title", "status", "detail", "instance", "reason", "requestId"],
}
RESPONSES = {
    "InvalidRequest": "The request breaks a rule of its schema, or the state of things does not allow it.",
    "Unauthenticated": "No valid credentials were sent.",
    "PermissionDenied": "The caller is known and may not do this.",
    "NotFound": "It does not exist, or the caller may not know that it does.",
    "TooManyRequests": "A rate limit is used up; `Retry-After` says when to come back.",
    "Problem": "Any other failure.",
}
PARAMETERS: Mapping[str, Schema] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A repeat with the same key and body gets the first answer instead of a second effect.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[!-~]*$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "Only if the resource still has this tag, from `ETag` or from its field `etag`; 412 otherwise.",
        "schema": {"type": "string", "pattern": '^"[!#-~]{1,64}"$'},
    },
    "ConsistencyToken": {
        "name": "Guild-Consistency-Token",
        "in": "header",
        "required": False,
        "description": "The token of an earlier answer: this one is no older than that.",
        "schema": {"type": "string", "maxLength": MAX_VALUE_BYTES, "pattern": "^[!-~]*$"},
    },
}
RESPONSE_HEADERS: Mapping[str, Schema] = {
    "ETag": {"description": "The tag of what is shown; `If-Match` takes it too.", "schema": {"type": "string"}},
    "Guild-Consistency-Token": {"description": "Send it along to read this write.", "schema": {"type": "string"}},
}
PATH_VARIABLE = re.compile(r"\{([^}=]+)(?:=[^}]*)?\}")


def openapi(descriptors: FileDescriptorSet) -> dict[str, Any]:
    """Returns the OpenAPI document of every method that has a google.api.http binding."""
    contract = Contract(descriptors)
    components: dict[str, Schema] = {}
    answers = Schemas(contract, components, requests=False)
    methods = [method for file in descriptors.file for service in file.service for method in service.method]
    for method in methods:
        if any(bindings(method)) or (method.client_streaming and method.server_streaming):
            answers.reference(method.output_type)
    requests = Schemas(contract, components, requests=True)
    paths = _Paths()
    tags: list[Schema] = []
    for file in descriptors.file:
        for service in file.service:
            name = f".{file.package}.{service.name}"
            bound = False
            for method in service.method:
                for number, (verb, rule) in enumerate(bindings(method)):
                    operation = _Operation(requests, answers, name, method, verb, rule, paths.names(path_of(rule)))
                    paths.add(path_of(rule), verb, operation.document(number))
                    bound = True
                if method.client_streaming and method.server_streaming:
                    requests.reference(method.input_type)  # the edge translates it to WebSocket frames
            if bound:
                tags.append({"name": service.name, "description": contract.comment(name)})
    return {
        "openapi": "3.1.1",
        "info": INFO,
        "servers": [{"url": "/"}],
        "tags": sorted(tags, key=lambda tag: tag["name"]),
        "paths": dict(sorted(paths.items.items())),
        "components": {
            "schemas": dict(sorted({**components, "Problem": PROBLEM}.items())),
            "responses": {name: _problem(name, text) for name, text in RESPONSES.items()},
            "parameters": PARAMETERS,
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def bindings(method: MethodDescriptorProto) -> Iterator[tuple[str, http_pb2.HttpRule]]:
    """Yields HTTP verb and rule of a method's bindings, the first one first."""
    if not method.options.HasExtension(HTTP):
        return
    first: http_pb2.HttpRule = method.options.Extensions[HTTP]
    for rule in (first, *first.additional_bindings):
        pattern = rule.WhichOneof("pattern")
        if pattern is not None:
            yield (rule.custom.kind.lower() if pattern == "custom" else pattern), rule


def path_of(rule: http_pb2.HttpRule) -> str:
    """Returns the path template as the contract writes it."""
    pattern = rule.WhichOneof("pattern")
    if pattern is None:
        raise ValueError("an http rule without a path")
    return rule.custom.path if pattern == "custom" else str(getattr(rule, pattern))


class _Paths:
    """Path items by template. Templates that differ only in the names of their variables are one item."""

    def __init__(self) -> None:
        self.items: dict[str, Schema] = {}
        self.shapes: dict[str, tuple[str, list[str]]] = {}

    def names(self, template: str) -> list[str]:
        """Returns the names of the template's variables: those that its shape was first seen with."""
        return self._shape(template)[1]

    def add(self, template: str, verb: str, operation: Schema) -> None:
        path, _ = self._shape(template)
        item = self.items.setdefault(path, {})
        if verb in item:
            raise ValueError(f"{verb.upper()} {path} is bound twice")
        item[verb] = operation

    def _shape(self, template: str) -> tuple[str, list[str]]:
        shape = PATH_VARIABLE.sub("{}", template)
        if shape not in self.shapes:
            names = [_camel(name) for name in PATH_VARIABLE.findall(template)]
            self.shapes[shape] = shape.replace("{}", "{{{}}}").format(*names), names
        return self.shapes[shape]


@dataclass(frozen=True, slots=True)
class _Operation:
    """One binding of one method."""

    requests: Schemas
    answers: Schemas
    service: str
    method: MethodDescriptorProto
    verb: str
    rule: http_pb2.HttpRule
    path_names: list[str]

    def document(self, number: int) -> Schema:
        service = self.service.rpartition(".")[2]
        told = self.requests.contract.comment(f"{self.service}.{self.method.name}")
        policy = self.method.options.Extensions[policy_pb2.policy]
        operation: Schema = {
            "tags": [service],
            "operationId": f"{service}_{self.method.name}" + (f"_{number + 1}" if number else ""),
            "security": ACCESS[policy.access],
        }
        if told:
            operation["summary"] = re.split(r"(?<=[.;:])\s", told, maxsplit=1)[0].rstrip(".;:")
            operation["description"] = "\n\n".join((told, *self.rules()))
        if self.method.options.deprecated:
            operation["deprecated"] = True
        if parameters := [*self.path_parameters(), *self.query_parameters(), *self.headers(policy)]:
            operation["parameters"] = parameters
        if self.rule.body:
            schema = self.body()
            content = {"application/json": {"schema": schema}}
            operation["requestBody"] = {"required": self.needs_body(), "content": content}
        operation["responses"] = self.responses(policy)
        return operation

    def rules(self) -> list[str]:
        """What the request must be as a whole, where no schema in the document is the request."""
        return [] if self.rule.body == "*" else self.requests.rules(self.method.input_type)

    @property
    def in_path(self) -> list[str]:
        return PATH_VARIABLE.findall(path_of(self.rule))

    def path_parameters(self) -> Iterator[Schema]:
        for shown, path in zip(self.path_names, self.in_path, strict=True):
            message, field = self.resolve(path)
            yield _parameter("path", shown, self.requests.field(message, field)) | {"required": True}

    def query_parameters(self) -> Iterator[Schema]:
        if self.rule.body == "*":
            return
        taken = {*self.in_path, self.rule.body, *(["etag"] if self.takes_if_match else [])}
        yield from self.leaves(self.method.input_type, "", "", taken, ())

    def leaves(
        self, message: str, proto_prefix: str, json_prefix: str, taken: set[str], seen: tuple[str, ...]
    ) -> Iterator[Schema]:
        """Yields a parameter for each field that is no message; those of nested messages have dotted names."""
        for field in self.requests.contract.messages[message].field:
            path = proto_prefix + field.name
            if path in taken or field.type_name in seen:
                continue
            nested = field.type == Field.TYPE_MESSAGE and field.type_name not in WELL_KNOWN
            if not nested:
                schema = self.requests.field(message, field)
                required = field.name in self.requests.required(message)
                yield _parameter("query", json_prefix + field.json_name, schema) | (
                    {"required": True} if required and not seen else {}
                )
            elif field.label != Field.LABEL_REPEATED:
                prefix = f"{json_prefix}{field.json_name}."
                yield from self.leaves(field.type_name, f"{path}.", prefix, taken, (*seen, message))

    def headers(self, policy: Policy) -> Iterator[Schema]:
        """Yields the headers that the method takes beside those that all do."""
        taken = {
            "IdempotencyKey": Idempotency(policy.idempotency).takes_key,
            "IfMatch": self.takes_if_match,
            "ConsistencyToken": policy.consistency == policy_pb2.CONSISTENCY_HONOURS,
        }
        yield from ({"$ref": f"#/components/parameters/{name}"} for name, is_taken in taken.items() if is_taken)

    @property
    def takes_if_match(self) -> bool:
        return self.verb != "get" and self._has(self.method.input_type, "etag")

    def _has(self, message: str, field: str) -> bool:
        return any(one.name == field for one in self.requests.contract.messages[message].field)

    def body(self) -> Schema:
        if self.rule.body != "*":
            message, field = self.resolve(self.rule.body)
            return self.requests.field(message, field)
        without = [path for path in self.in_path if "." not in path] + (["etag"] if self.takes_if_match else [])
        if without:
            return self.requests.message(self.method.input_type, without=without)
        return self.requests.reference(self.method.input_type)

    def needs_body(self) -> bool:
        """Tells whether a request without a body cannot be right: a patch, or one with fields it must have."""
        if self.rule.body != "*":
            return self.verb == "patch" or self.rule.body in self.requests.required(self.method.input_type)
        return self.verb == "patch" or bool(self.requests.required(self.method.input_type) - set(self.in_path))

    def responses(self, policy: Policy) -> Schema:
        schema = self.answers.reference(self.method.output_type)
        if part := self.rule.response_body:
            schema = self.answers.field(*self.resolve(part, self.method.output_type))
        kinds = ("text/event-stream", "application/x-ndjson") if self.method.server_streaming else ("application/json",)
        content = {kind: {"schema": schema} for kind in kinds}
        given = self.requests.contract.messages[self.method.output_type].field
        if self.method.server_streaming and {one.name: one.number for one in given} == FILE:
            content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        success: Schema = {"description": "Done.", "content": content}
        answered = {
            "ETag": self.verb == "get" and not self._has(self.method.output_type, "next_page_token"),
            "Guild-Consistency-Token": policy.consistency == policy_pb2.CONSISTENCY_ISSUES,
        }
        if headers := {name: RESPONSE_HEADERS[name] for name, is_answered in answered.items() if is_answered}:
            success["headers"] = headers
        responses: Schema = {"200": success}

        def may_answer(status: str, name: str) -> None:
            responses[status] = {"$ref": f"#/components/responses/{name}"}

        if self.requests.contract.messages[self.method.input_type].field or self.rule.body:
            may_answer("400", "InvalidRequest")
        if policy.access != policy_pb2.ACCESS_PUBLIC:
            may_answer("401", "Unauthenticated")
            may_answer("403", "PermissionDenied")
        if self.in_path:
            may_answer("404", "NotFound")
        if policy.buckets:
            may_answer("429", "TooManyRequests")
        for status, told in self.problems(policy):
            ours = responses.get(status, {"$ref": "#/components/responses/Problem"})["$ref"].rpartition("/")[2]
            responses[status] = _problem(ours, f"{RESPONSES[ours] if ours != 'Problem' else ''}\n\n{told}".strip())
        may_answer("default", "Problem")
        return responses

    def problems(self, policy: Policy) -> Iterator[tuple[str, str]]:
        """Yields each HTTP status of the reasons that are the method's own, with a list of these."""
        by_status: dict[int, list[str]] = {}
        for number in policy.errors:
            name = ErrorReason.Name(number)
            told = self.requests.contract.comment(f".guild.errors.v1.ErrorReason.{name}")
            by_status.setdefault(reasons()[name].http_status, []).append(f"* `{name}`: {told}".removesuffix(": "))
        for status, lines in sorted(by_status.items()):
            yield str(status), "\n".join(lines)

    def resolve(self, path: str, within: str = "") -> tuple[str, FieldDescriptorProto]:
        """Returns the message that has the field a dotted path names, below the request or `within`, and the field."""
        message = within or self.method.input_type
        *parents, last = path.split(".")
        for parent in parents:
            message = self._field(message, parent).type_name
        return message, self._field(message, last)

    def _field(self, message: str, name: str) -> FieldDescriptorProto:
        found = next((one for one in self.requests.contract.messages[message].field if one.name == name), None)
        if found is None:
            raise ValueError(f"{self.service}.{self.method.name} binds {name}, which {message} does not have")
        return found


def _parameter(where: str, name: str, schema: Schema) -> Schema:
    parameter: Schema = {"name": name, "in": where}
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    return parameter | {"schema": schema}


def _problem(name: str, text: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    response: Schema = {"description": text, "content": {"application/problem+json": {"schema": schema}}}
    if name == "TooManyRequests":
        response["headers"] = {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
        }
    return response


def _camel(path: str) -> str:
    return re.sub(r"[._](.)", lambda match: match[1].upper(), path)


def main(descriptors: str, target: str) -> int:
    """Writes the document of a descriptor set, once it is found valid, as YAML; and a page of HTML beside it."""
    import yaml  # what serves the document only reads the file
    from openapi_spec_validator import validate

    document = openapi(FileDescriptorSet.FromString(Path(descriptors).read_bytes()))
    validate(document)
    dumper = yaml.SafeDumper
    dumper.ignore_aliases = lambda *_: True  # pyright: ignore[reportAttributeAccessIssue]
    text = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120)
    Path(target).write_text("# Generated from the contract by `make proto`, do not edit.\n" + text, encoding="utf-8")
    Path(target).with_name("index.html").write_bytes(page(document))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
