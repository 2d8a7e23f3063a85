"""A message with every kind of field the JSON mapping knows, and the tools that translate it."""

import pytest
from google.protobuf import (
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    message_factory,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field

from edge.decode import Decoders
from edge.encode import Encoders

SCALARS = {
    "double": Field.TYPE_DOUBLE,
    "float": Field.TYPE_FLOAT,
    "int64": Field.TYPE_INT64,
    "uint64": Field.TYPE_UINT64,
    "int32": Field.TYPE_INT32,
    "fixed64": Field.TYPE_FIXED64,
    "fixed32": Field.TYPE_FIXED32,
    "bool": Field.TYPE_BOOL,
    "string": Field.TYPE_STRING,
    "bytes": Field.TYPE_BYTES,
    "uint32": Field.TYPE_UINT32,
    "sfixed32": Field.TYPE_SFIXED32,
    "sfixed64": Field.TYPE_SFIXED64,
    "sint32": Field.TYPE_SINT32,
    "sint64": Field.TYPE_SINT64,
}
WELL_KNOWN = ("Timestamp", "Duration", "FieldMask", "Struct", "Value", "ListValue", "Any", "Empty")
WRAPPERS = ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
MAP_KEYS = ("string", "int64", "bool", "uint32")


def _file() -> descriptor_pb2.FileDescriptorProto:  # noqa: C901 - a list of fields, written as loops
    file = descriptor_pb2.FileDescriptorProto(name="edge_test.proto", package="edge.test", syntax="proto3")
    known = (any_pb2, duration_pb2, empty_pb2, field_mask_pb2, struct_pb2, timestamp_pb2, wrappers_pb2)
    file.dependency.extend(module.DESCRIPTOR.name for module in known)
    shade = file.enum_type.add(name="Shade")
    for number, name in enumerate(("SHADE_UNSPECIFIED", "SHADE_LIGHT", "SHADE_DARK")):
        shade.value.add(name=name, number=number)
    every = file.message_type.add(name="Every")
    number = 0

    def add(name: str, kind: int, *, type_name: str = "", repeated: bool = False) -> Field:
        nonlocal number
        number += 1
        label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
        return every.field.add(name=name, number=number, type=kind, type_name=type_name or None, label=label)  # type: ignore[arg-type]

    for name, kind in SCALARS.items():
        add(f"one_{name}", kind)
        add(f"many_{name}", kind, repeated=True)
        maybe = add(f"maybe_{name}", kind)
        maybe.proto3_optional = True
        maybe.oneof_index = len(every.oneof_decl)
        every.oneof_decl.add(name=f"_maybe_{name}")
    for repeated in (False, True):
        prefix = "many" if repeated else "one"
        add(f"{prefix}_shade", Field.TYPE_ENUM, type_name=".edge.test.Shade", repeated=repeated)
        add(f"{prefix}_every", Field.TYPE_MESSAGE, type_name=".edge.test.Every", repeated=repeated)
        for name in (*WELL_KNOWN, *(f"{one}Value" for one in WRAPPERS)):
            kind = Field.TYPE_MESSAGE
            add(f"{prefix}_{name.lower()}", kind, type_name=f".google.protobuf.{name}", repeated=repeated)
    for key in MAP_KEYS:
        for value in ("int64", "every", "shade"):
            entry = every.nested_type.add(name=f"Map{key.capitalize()}{value.capitalize()}Entry")
            entry.options.map_entry = True
            entry.field.add(name="key", number=1, type=SCALARS[key], label=Field.LABEL_OPTIONAL)  # type: ignore[arg-type]
            held = entry.field.add(name="value", number=2, label=Field.LABEL_OPTIONAL)
            held.type = {"int64": Field.TYPE_INT64, "every": Field.TYPE_MESSAGE, "shade": Field.TYPE_ENUM}[value]
            if value != "int64":
                held.type_name = f".edge.test.{value.capitalize()}"
            kind = Field.TYPE_MESSAGE
            add(f"map_{key}_{value}", kind, type_name=f".edge.test.Every.{entry.name}", repeated=True)
    choice = len(every.oneof_decl)
    for name in ("left", "right"):
        add(f"choice_{name}", Field.TYPE_STRING).oneof_index = choice
    every.oneof_decl.add(name="choice")
    # synthetic oneofs come after real ones
    decls = list(every.oneof_decl)
    order = [choice, *range(choice)]
    del every.oneof_decl[:]
    every.oneof_decl.extend(decls[at] for at in order)
    for field in every.field:
        if field.HasField("oneof_index"):
            field.oneof_index = order.index(field.oneof_index)
    return file


def _every() -> type:
    pool = descriptor_pool.Default()
    pool.Add(_file())  # pyright: ignore[reportAttributeAccessIssue]
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("edge.test.Every"))


Every = _every()


@pytest.fixture(scope="session")
def every() -> type:
    """The message class."""
    return Every


@pytest.fixture(scope="session")
def encoders() -> Encoders:
    """What writes JSON."""
    return Encoders()


@pytest.fixture(scope="session")
def decoders() -> Decoders:
    """What reads JSON."""
    return Decoders()
