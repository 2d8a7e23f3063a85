"""Prints a file descriptor as .proto source that compiles to the same descriptor."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

type_names = {
    number: name.removeprefix("TYPE_").lower() for name, number in descriptor_pb2.FieldDescriptorProto.Type.items()
}
label_names = {
    number: name.removeprefix("LABEL_").lower() for name, number in descriptor_pb2.FieldDescriptorProto.Label.items()
}
MAX_FIELD = 1 << 29  # exclusive end of the field numbers, printed as `max`


def proto_text(name: str, files: Sequence[descriptor_pb2.FileDescriptorProto]) -> str:
    """Returns the source of file `name`.

    Args:
        name: Which of the files to print; proto2 and proto3 files without groups, maps and services.
        files: The file and everything it imports, each after its imports. The options of `name` may use extensions of
            any of them.

    Raises:
        NotImplementedError: The file uses a part of the language that this printer does not know.
    """
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    file = next(file for file in files if file.name == name)
    return "\n".join(_Printer(pool, file).lines()) + "\n"


class _Printer:
    def __init__(self, pool: descriptor_pool.DescriptorPool, file: descriptor_pb2.FileDescriptorProto) -> None:
        self.pool = pool
        self.file = file

    def lines(self) -> Iterator[str]:
        file = self.file
        if file.service or file.public_dependency or file.weak_dependency:
            raise NotImplementedError(file.name)
        yield f'syntax = "{file.syntax or "proto2"}";'
        yield f"\npackage {file.package};\n"
        yield from (f'import "{name}";' for name in file.dependency)
        yield ""
        yield from (f"option {option};" for option in self.options(file.options))
        for enum in file.enum_type:
            yield ""
            yield from self.enum(enum)
        for message in file.message_type:
            yield ""
            yield from self.message(message)
        for extension in file.extension:
            yield f"\nextend {extension.extendee} {{"
            yield from _indented(self.field(extension))
            yield "}"

    def message(self, message: descriptor_pb2.DescriptorProto) -> Iterator[str]:
        if message.extension or message.options.map_entry:
            raise NotImplementedError(message.name)
        yield f"message {message.name} {{"
        yield from _indented(f"option {option};" for option in self.options(message.options))
        yield from _indented(self.reserved(message.reserved_range, message.reserved_name, MAX_FIELD))
        for enum in message.enum_type:
            yield from _indented(self.enum(enum))
        for nested in message.nested_type:
            yield from _indented(self.message(nested))
        yield from _indented(self.fields(message))
        for extensions in message.extension_range:
            end = "max" if extensions.end == MAX_FIELD else extensions.end - 1
            yield f"  extensions {extensions.start} to {end};"
        yield "}"

    def fields(self, message: descriptor_pb2.DescriptorProto) -> Iterator[str]:
        opened: int | None = None
        for field in message.field:
            oneof = field.oneof_index if field.HasField("oneof_index") and not field.proto3_optional else None
            if opened is not None and oneof != opened:
                yield "}"
            if oneof is not None and oneof != opened:
                declaration = message.oneof_decl[oneof]
                yield f"oneof {declaration.name} {{"
                yield from _indented(f"option {option};" for option in self.options(declaration.options))
            opened = oneof
            lines = self.field(field, in_oneof=oneof is not None)
            yield from lines if oneof is None else _indented(lines)
        if opened is not None:
            yield "}"

    def field(self, field: descriptor_pb2.FieldDescriptorProto, *, in_oneof: bool = False) -> Iterator[str]:
        if field.type == field.TYPE_GROUP:
            raise NotImplementedError(field.name)
        label = "" if in_oneof else f"{label_names[field.label]} "
        if self.file.syntax == "proto3" and field.label != field.LABEL_REPEATED and not field.proto3_optional:
            label = ""
        options = list(self.options(field.options))
        if field.HasField("default_value"):
            quoted = field.type in {field.TYPE_STRING, field.TYPE_BYTES}
            options.append(f"default = {_quote(field.default_value) if quoted else field.default_value}")
        if field.HasField("json_name") and field.json_name != _json_name(field.name):
            options.append(f"json_name = {_quote(field.json_name)}")
        text = f"{label}{field.type_name or type_names[field.type]} {field.name} = {field.number}"
        if not options:
            yield f"{text};"
            return
        yield f"{text} ["
        body = ",\n".join(options).splitlines()
        yield from _indented(body)
        yield "];"

    def enum(self, enum: descriptor_pb2.EnumDescriptorProto) -> Iterator[str]:
        yield f"enum {enum.name} {{"
        yield from _indented(f"option {option};" for option in self.options(enum.options))
        # unlike those of messages, reserved ranges of enums include their end
        ranges = [
            descriptor_pb2.DescriptorProto.ReservedRange(start=one.start, end=one.end + 1)
            for one in enum.reserved_range
        ]
        yield from _indented(self.reserved(ranges, enum.reserved_name, 1 << 31))
        for value in enum.value:
            options = ", ".join(self.options(value.options))
            yield f"  {value.name} = {value.number}{f' [{options}]' if options else ''};"
        yield "}"

    def reserved(
        self, ranges: Sequence[descriptor_pb2.DescriptorProto.ReservedRange], names: Sequence[str], limit: int
    ) -> Iterator[str]:
        for one in ranges:
            last = "max" if one.end == limit else one.end - 1
            yield f"reserved {one.start};" if one.end == one.start + 1 else f"reserved {one.start} to {last};"
        if names:
            yield f"reserved {', '.join(map(_quote, names))};"

    def options(self, options: Message) -> Iterator[str]:
        """Yields `name = value` of every option, extensions by their full name."""
        descriptor = self.pool.FindMessageTypeByName(options.DESCRIPTOR.full_name)
        known = message_factory.GetMessageClass(descriptor)()
        known.ParseFromString(options.SerializeToString(deterministic=True))
        for field, value in known.ListFields():
            name = f"({field.full_name})" if field.is_extension else field.name
            for one in value if field.is_repeated else [value]:
                yield f"{name} = {_value(field, one)}"


def _value(field: FieldDescriptor, value: Any) -> str:
    if isinstance(value, Message):
        return "{\n" + text_format.MessageToString(value, indent=2) + "}"
    if field.enum_type is not None:
        return field.enum_type.values_by_number[value].name
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quote(value) if isinstance(value, str) else str(value)


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _json_name(name: str) -> str:
    return re.sub("_(.)?", lambda match: (match[1] or "").upper(), name)


def _indented(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield f"  {line}" if line else line
