"""Turns messages and enums of the contract into JSON Schemas, as the edge spells them in JSON.

A message has two schemas: what a request may hold, every rule included, and what an answer holds, which rules of
requests do not bind. A request is refused for a field that nobody knows; an answer may grow.
"""

import importlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeAlias

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)
from protovalidate import collect_violations

from buf.validate import validate_pb2
from guild.options.v1 import policy_pb2

Schema: TypeAlias = dict[str, Any]
Located: TypeAlias = tuple[str, *tuple[int, ...]]
Field = FieldDescriptorProto

# field numbers of descriptor.proto, which lead to comments
FILE_MESSAGE, FILE_ENUM, FILE_SERVICE = 4, 5, 6
MESSAGE_FIELD, MESSAGE_NESTED, MESSAGE_ENUM = 2, 3, 4
ENUM_VALUE = SERVICE_METHOD = 2

INT32: Schema = {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1}
UINT32: Schema = {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2**32 - 1}
INT64: Schema = {"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,18}$"}
UINT64: Schema = {"type": "string", "format": "uint64", "pattern": "^[0-9]{1,18}$"}
FLOAT: Schema = {"type": "number", "format": "float", "minimum": -3.4e38, "maximum": 3.4e38}
BASE64 = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
MASK = r"^([A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*(,[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*)*)?$"
SCALARS: dict[int, Schema] = {
    Field.TYPE_DOUBLE: {"type": "number", "format": "double"},
    Field.TYPE_FLOAT: FLOAT,
    Field.TYPE_INT64: INT64,
    Field.TYPE_UINT64: UINT64,
    Field.TYPE_INT32: INT32,
    Field.TYPE_FIXED64: UINT64,
    Field.TYPE_FIXED32: UINT32,
    Field.TYPE_BOOL: {"type": "boolean"},
    Field.TYPE_STRING: {"type": "string"},
    Field.TYPE_BYTES: {"type": "string", "contentEncoding": "base64", "pattern": BASE64},
    Field.TYPE_UINT32: UINT32,
    Field.TYPE_SFIXED32: INT32,
    Field.TYPE_SFIXED64: INT64,
    Field.TYPE_SINT32: INT32,
    Field.TYPE_SINT64: INT64,
}
WELL_KNOWN: dict[str, Schema] = {
    ".google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    ".google.protobuf.Duration": {
        "type": "string",
        "pattern": r"^-?[0-9]{1,11}(\.[0-9]{1,9})?s$",
        "examples": ["1.5s"],
    },
    ".google.protobuf.FieldMask": {"type": "string", "pattern": MASK, "examples": ["headline,location"]},
    ".google.protobuf.Empty": {"type": "object"},
    ".google.protobuf.Struct": {"type": "object"},
    ".google.protobuf.Value": {},
    ".google.protobuf.ListValue": {"type": "array"},
    ".google.protobuf.Any": {"type": "object", "properties": {"@type": {"type": "string"}}, "required": ["@type"]},
    ".google.protobuf.StringValue": {"type": "string"},
    ".google.protobuf.BoolValue": {"type": "boolean"},
    ".google.protobuf.Int32Value": INT32,
    ".google.protobuf.Int64Value": INT64,
    ".google.protobuf.DoubleValue": {"type": "number", "format": "double"},
}
STRING_FORMATS = {
    "uuid": "uuid",
    "email": "email",
    "uri": "uri",
    "uri_ref": "uri-reference",
    "hostname": "hostname",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
}
NUMBER_WORDS = {
    "gte": "minimum",
    "lte": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
    "const": "const",
}


RANGE_WORDS = {
    "gt": "greater than",
    "gte": "greater than or equal to",
    "lt": "less than",
    "lte": "less than or equal to",
}
TIME_WORDS = {"gt_now": "must be greater than now", "lt_now": "must be less than now"}


class Contract:
    """The messages, enums and comments of a descriptor set, by full name with a leading dot."""

    def __init__(self, descriptors: FileDescriptorSet) -> None:
        for file in descriptors.file:  # importing a generated module makes its messages known
            if file.name.startswith("guild/"):
                importlib.import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")
        self.messages: dict[str, DescriptorProto] = {}
        self.enums: dict[str, EnumDescriptorProto] = {}
        self.comments: dict[str, str] = {}
        for file in descriptors.file:
            self._read(file)

    def comment(self, name: str) -> str:
        """Returns the comment of a message, field, enum, value, service or method; empty when there is none."""
        return self.comments.get(name, "")

    def _read(self, file: FileDescriptorProto) -> None:
        written = {tuple(one.path): _unwrap(one.leading_comments) for one in file.source_code_info.location}
        for name, *path in self._index(file):
            if comment := written.get(tuple(path)):
                self.comments[name] = comment

    def _index(self, file: FileDescriptorProto) -> Iterator[Located]:
        """Notes the file's messages and enums; yields everything that has a name, with its path in the descriptor."""
        package = f".{file.package}"
        for index, message in enumerate(file.message_type):
            yield from self._message(package, message, (FILE_MESSAGE, index))
        for index, enum in enumerate(file.enum_type):
            yield from self._enum(package, enum, (FILE_ENUM, index))
        for index, service in enumerate(file.service):
            name = f"{package}.{service.name}"
            yield name, FILE_SERVICE, index
            for number, method in enumerate(service.method):
                yield f"{name}.{method.name}", FILE_SERVICE, index, SERVICE_METHOD, number

    def _message(self, prefix: str, proto: DescriptorProto, path: tuple[int, ...]) -> Iterator[Located]:
        name = f"{prefix}.{proto.name}"
        self.messages[name] = proto
        yield name, *path
        for index, one in enumerate(proto.field):
            yield f"{name}.{one.name}", *path, MESSAGE_FIELD, index
        for index, nested in enumerate(proto.nested_type):
            yield from self._message(name, nested, (*path, MESSAGE_NESTED, index))
        for index, enum in enumerate(proto.enum_type):
            yield from self._enum(name, enum, (*path, MESSAGE_ENUM, index))

    def _enum(self, prefix: str, proto: EnumDescriptorProto, path: tuple[int, ...]) -> Iterator[Located]:
        name = f"{prefix}.{proto.name}"
        self.enums[name] = proto
        yield name, *path
        for index, value in enumerate(proto.value):
            yield f"{name}.{value.name}", *path, ENUM_VALUE, index


class Schemas:
    """Makes schemas on demand and keeps those of the messages and enums that were referred to."""

    def __init__(self, contract: Contract, components: dict[str, Schema], *, requests: bool) -> None:
        """Keep the schemas in `components`; what is there already in answers gets a name of its own in requests."""
        self.contract = contract
        self.components = components
        self._requests = requests
        self._taken = frozenset(components) - {name[1:] for name in contract.enums} if requests else frozenset[str]()

    def reference(self, name: str) -> Schema:
        """Returns a schema for a message or enum: a well-known type, or a reference to a component."""
        if name in WELL_KNOWN:
            return dict(WELL_KNOWN[name])
        component = name.removeprefix(".")
        if component in self._taken:
            component += ".Input"
        if component not in self.components:
            self.components[component] = {}  # a message may contain itself
            is_enum = name in self.contract.enums
            self.components[component] = self.enum(name) if is_enum else self.message(name)
        return {"$ref": f"#/components/schemas/{component}"}

    def message(self, name: str, *, without: Sequence[str] = ()) -> Schema:
        """Returns the schema of a message itself.

        Args:
            name: Full name of the message.
            without: Names of fields that are left out, because they travel in the path.
        """
        proto = self.contract.messages[name]
        fields = [one for one in proto.field if one.name not in without]
        schema: Schema = {"type": "object"}
        _describe(schema, self.contract.comment(name), *self.rules(name))
        if fields:
            schema["properties"] = {one.json_name: self.field(name, one) for one in fields}
        if required := [one.json_name for one in fields if one.name in self.required(name)]:
            schema["required"] = required
        if self._requests:
            schema["additionalProperties"] = False
            choices = list(self._required_choices(proto, without))
            if len(choices) == 1:
                schema["oneOf"] = choices[0]
            elif choices:
                schema["allOf"] = [{"oneOf": choice} for choice in choices]
        return schema

    def rules(self, name: str) -> list[str]:
        """Returns what a message must be as a whole, in words."""
        rules = self.contract.messages[name].options.Extensions[validate_pb2.message]
        return [f"Rule: {one.message}." for one in rules.cel if one.message]

    def required(self, name: str) -> frozenset[str]:
        """Returns the fields that are always there: in answers those without presence.

        In requests they are those that break a rule when they are left out, whichever rule says so.
        """
        if self._requests:
            return _missed(name)
        return frozenset(one.name for one in self.contract.messages[name].field if not _has_presence(one))

    def field(self, message: str, proto: FieldDescriptorProto) -> Schema:
        """Returns the schema of one field with its rules and comment."""
        entry = self.contract.messages.get(proto.type_name)
        rules = _rules(proto) if self._requests else validate_pb2.FieldRules()
        if entry is not None and entry.options.map_entry:
            schema: Schema = {"type": "object", "additionalProperties": self._single(entry.field[1], rules.map.values)}
            if rules.map.HasField("keys"):
                schema["propertyNames"] = _string(rules.map.keys.string)
            if rules.map.HasField("max_pairs"):
                schema["maxProperties"] = rules.map.max_pairs
            if rules.map.HasField("min_pairs"):
                schema["minProperties"] = rules.map.min_pairs
        elif proto.label == Field.LABEL_REPEATED:
            schema = {"type": "array", "items": self._single(proto, rules.repeated.items)} | _item_count(rules)
        else:
            schema = self._single(proto, rules)
        if proto.options.deprecated:
            schema["deprecated"] = True
        told = [*(one.message for one in rules.cel if one.message), *_told_range(rules)]
        if self._requests and proto.options.Extensions[policy_pb2.field].visible_text:
            told.append("must show something")
        _describe(schema, self.contract.comment(f"{message}.{proto.name}"), *(f"Rule: {one}." for one in told))
        return schema

    def enum(self, name: str) -> Schema:
        """Returns the schema of an enum, in the spelling that the edge answers with."""
        proto = self.contract.enums[name]
        cut = len(enum_prefix(proto))
        schema: Schema = {"type": "string", "enum": [value.name[cut:] for value in proto.value]}
        told = [
            f"* `{value.name[cut:]}`: {text}"
            for value in proto.value
            if (text := self.contract.comment(f"{name}.{value.name}"))
        ]
        _describe(schema, self.contract.comment(name), "\n".join(told))
        return schema

    def _single(self, proto: FieldDescriptorProto, rules: validate_pb2.FieldRules) -> Schema:
        if proto.type == Field.TYPE_ENUM:
            excluded, enum = set(rules.enum.not_in), self.contract.enums[proto.type_name]
            names = [value.name[len(enum_prefix(enum)) :] for value in enum.value if value.number in excluded]
            allowed = {rules.enum.const} if rules.enum.HasField("const") else set(getattr(rules.enum, "in"))
            if allowed:
                names = [value.name[len(enum_prefix(enum)) :] for value in enum.value if value.number not in allowed]
            return self.reference(proto.type_name) | ({"not": {"enum": names}} if names else {})
        if proto.type == Field.TYPE_MESSAGE:
            return self.reference(proto.type_name)
        schema = dict(SCALARS[proto.type])
        kind = rules.WhichOneof("type")
        if kind == "string":
            schema |= _string(rules.string)
        elif kind in {"int32", "uint32", "sint32", "float", "double"}:
            schema |= _number(getattr(rules, kind))
        return schema

    def _required_choices(self, proto: DescriptorProto, without: Sequence[str]) -> Iterator[list[Schema]]:
        for index, oneof in enumerate(proto.oneof_decl):
            if oneof.options.Extensions[validate_pb2.oneof].required:
                members = [one for one in proto.field if _is_choice(one) and one.oneof_index == index]
                if not any(one.name in without for one in members):
                    yield [{"required": [one.json_name]} for one in members]


def enum_prefix(proto: EnumDescriptorProto) -> str:
    """Returns what the names of all values begin with, which JSON leaves out: `VISIBILITY_` for Visibility."""
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", proto.name).upper() + "_"
    return word if all(value.name.startswith(word) for value in proto.value) else ""


def _rules(proto: FieldDescriptorProto) -> validate_pb2.FieldRules:
    return proto.options.Extensions[validate_pb2.field]


def _is_choice(proto: FieldDescriptorProto) -> bool:
    """Tells whether the field is one of a oneof; `optional` alone makes a oneof that nobody wrote."""
    return proto.HasField("oneof_index") and not proto.proto3_optional


def _has_presence(proto: FieldDescriptorProto) -> bool:
    if proto.label == Field.LABEL_REPEATED:
        return False
    return proto.type == Field.TYPE_MESSAGE or proto.HasField("oneof_index")


@cache
def _missed(name: str) -> frozenset[str]:
    """Asks the rules themselves: an empty message breaks those of the fields that it misses."""
    empty: Any = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name[1:]))()
    fields = (violation.proto.field for violation in collect_violations(empty))
    names = (field.elements[0].field_name for field in fields if field is not None and len(field.elements) == 1)
    return frozenset(names) & set(empty.DESCRIPTOR.fields_by_name)


def _told_range(rules: validate_pb2.FieldRules) -> Iterator[str]:
    """Yields in words the range of what JSON has no numbers for: 64-bit integers and times are text."""
    kind = rules.WhichOneof("type")
    if kind == "timestamp":
        yield from (words for rule, words in TIME_WORDS.items() if getattr(rules.timestamp, rule))
    if kind in {"int64", "uint64"}:
        given = getattr(rules, kind)
        bounds = [f"{words} {getattr(given, rule)}" for rule, words in RANGE_WORDS.items() if given.HasField(rule)]
        if bounds:
            yield f"must be {' and '.join(bounds)}"


def _item_count(rules: validate_pb2.FieldRules) -> Schema:
    schema: Schema = {}
    if rules.repeated.HasField("min_items"):
        schema["minItems"] = rules.repeated.min_items
    if rules.repeated.HasField("max_items"):
        schema["maxItems"] = rules.repeated.max_items
    if rules.repeated.unique:
        schema["uniqueItems"] = True
    return schema


def _string(rules: Any) -> Schema:
    schema: Schema = {}
    for rule, words in (("min_len", ["minLength"]), ("max_len", ["maxLength"]), ("len", ["minLength", "maxLength"])):
        if rules.HasField(rule):
            schema |= dict.fromkeys(words, getattr(rules, rule))
    if rules.HasField("pattern"):
        schema["pattern"] = rules.pattern
    elif rules.HasField("prefix"):
        schema["pattern"] = f"^{re.escape(rules.prefix)}"
    if rules.HasField("const"):
        schema["const"] = rules.const
    if getattr(rules, "in"):
        schema["enum"] = list(getattr(rules, "in"))
    known = rules.WhichOneof("well_known")
    if known in STRING_FORMATS:
        schema["format"] = STRING_FORMATS[known]
    return schema


def _number(rules: Any) -> Schema:
    schema: Schema = {word: getattr(rules, rule) for rule, word in NUMBER_WORDS.items() if rules.HasField(rule)}
    if getattr(rules, "in"):
        schema["enum"] = list(getattr(rules, "in"))
    return schema


def _describe(schema: Schema, *parts: str) -> None:
    if told := "\n\n".join(part for part in parts if part):
        schema["description"] = told


def _unwrap(comment: str) -> str:
    """Joins the lines of each paragraph of a comment; lines of lists stay apart."""
    paragraphs = re.split(r"\n\s*\n", comment.strip())
    return "\n\n".join(re.sub(r"\s*\n\s*(?![\s*-])", " ", one).strip() for one in paragraphs)
