"""Messages to JSON, by functions that are compiled from their descriptors once."""

import keyword
from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from edge import enums, scalars, well_known

ToJson = Callable[[Any], Any]
"""Gives what orjson writes for a message."""

Remember = Callable[[ToJson], ToJson]

_FD = FieldDescriptor
_AS_IS = frozenset(
    {_FD.TYPE_STRING, _FD.TYPE_BOOL}
    | {_FD.TYPE_INT32, _FD.TYPE_SINT32, _FD.TYPE_UINT32, _FD.TYPE_FIXED32, _FD.TYPE_SFIXED32}
)
_SPECIAL: dict[int, ToJson] = {
    _FD.TYPE_BYTES: scalars.write_bytes,
    _FD.TYPE_DOUBLE: scalars.write_double,
    _FD.TYPE_FLOAT: scalars.write_float,
}  # the rest are 64-bit integers, which are text


class Encoders:
    """Compiles the encoder of a message type when it is first asked for.

    Fields without presence are always there, so that clients see one shape: zero counts, empty lists, empty page
    tokens. Fields with presence are there when they are set.
    """

    def __init__(self, remember: Remember | None = None) -> None:
        """`remember` wraps the encoders of what comes again and again within other messages; see edge.fragments."""
        self._known: dict[str, ToJson] = {}
        self._within: dict[str, ToJson] = {}
        self._remember = remember

    def of(self, message: Descriptor) -> ToJson:
        """Return the encoder of a message type."""
        name = message.full_name
        known = self._known.get(name)
        if known is not None:
            return known
        if name in well_known.WRITERS:
            self._known[name] = well_known.WRITERS[name]
        elif name in well_known.WRAPPERS:
            self._known[name] = self._compile(message, wrapper=True)
        else:
            self._known[name] = self._later(name)  # for a message that contains itself
            self._known[name] = self._compile(message)
        return self._known[name]

    def within(self, message: Descriptor) -> ToJson:
        """Return the encoder of a message type as a part of another message: resources and what shows one are kept."""
        name = message.full_name
        if name not in self._within:
            encode = self.of(message)
            if self._remember is not None and (_is_resource(message) or _shows_resource(message)):
                encode = self._remember(encode)
            self._within[name] = encode
        return self._within[name]

    def _later(self, name: str) -> ToJson:
        def encode(value: Any) -> Any:
            return self._known[name](value)

        return encode

    def _compile(self, message: Descriptor, *, wrapper: bool = False) -> ToJson:
        source = _Source(self)
        text = source.wrapper(message) if wrapper else source.message(message)
        exec(text, source.names)  # noqa: S102 - the text holds nothing but names of our own contract, checked below
        return source.names["encode"]


class _Source:
    """The text of one encoder with the values that its names stand for."""

    def __init__(self, encoders: Encoders) -> None:
        self.names: dict[str, Any] = {}
        self._encoders = encoders

    def message(self, message: Descriptor) -> str:
        fields = list(message.fields)
        leading = next((at for at, field in enumerate(fields) if field.has_presence), len(fields))
        shape = ", ".join(f"{field.json_name!r}: {self._whole(field)}" for field in fields[:leading])
        lines = ["def encode(m):", f" d = {{{shape}}}"]
        for field in fields[leading:]:
            put = f"d[{field.json_name!r}] = {self._whole(field)}"
            lines.append(f" if m.HasField({field.name!r}): {put}" if field.has_presence else f" {put}")
        return "\n".join([*lines, " return d"])

    def wrapper(self, message: Descriptor) -> str:
        return f"def encode(m):\n return {self._whole(message.fields_by_name['value'])}"

    def _whole(self, field: FieldDescriptor) -> str:
        """Return the expression of a field's value, all elements of it."""
        value = f"getattr(m, {field.name!r})" if keyword.iskeyword(field.name) else f"m.{_identifier(field.name)}"
        if not field.is_repeated:
            return self._one(field, value)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            keys, values = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
            key = "('true' if k else 'false')" if keys.type == _FD.TYPE_BOOL else "str(k)"
            return f"{{{key}: {self._one(values, f'{value}[k]')} for k in {value}}}"
        one = self._one(field, "v")
        return f"[*{value}]" if one == "v" else f"[{one} for v in {value}]"

    def _one(self, field: FieldDescriptor, value: str) -> str:
        """Return the expression of one value."""
        if field.enum_type is not None:
            if field.enum_type.full_name == "google.protobuf.NullValue":
                return "None"
            return f"{self._name(enums.names(field.enum_type).get)}({value}, {value})"
        if field.message_type is not None:
            return f"{self._name(self._encoders.within(field.message_type))}({value})"
        if field.type in _AS_IS:
            return value
        special = _SPECIAL.get(field.type)
        return f"{self._name(special)}({value})" if special else f"str({value})"

    def _name(self, value: Any) -> str:
        name = f"f{len(self.names)}"
        self.names[name] = value
        return name


def _is_resource(message: Descriptor) -> bool:
    first = message.fields_by_name.get("id")
    return first is not None and first.number == 1


def _shows_resource(message: Descriptor) -> bool:
    held = (field.message_type for field in message.fields if not field.is_repeated)
    return any(one is not None and _is_resource(one) for one in held)


def _identifier(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"{name} is not the name of a field")
    return name
