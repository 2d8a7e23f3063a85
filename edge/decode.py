"""JSON to messages, by field readers that are made from their descriptors once."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from edge import scalars, well_known
from edge.faults import Faults

MAX_ELEMENTS = 10_000
"""Of one list or map, ten times the longest of the contract: more are not worth reading before a rule refuses them."""

Put = Callable[[Any, Any, Faults, str], None]
"""Puts a JSON value into a field of a message; the text is the path of the field."""


class MessageReader:
    """Fills messages of one type from JSON objects, whose keys may be lowerCamelCase or the contract's own names."""

    __slots__ = ("_fields", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._fields: dict[str, tuple[int, int, Put]] = {}

    def add(self, field: FieldDescriptor, put: Put) -> None:
        """Take the field under both its names."""
        mine = 1 << field.index
        oneof = field.containing_oneof
        rivals = sum(1 << one.index for one in oneof.fields) if oneof is not None else mine
        self._fields[field.name] = self._fields[field.json_name] = mine, rivals, put

    def fill(self, message: Any, value: Any, faults: Faults, path: str) -> None:
        """Fill `message`; `path` is where it is, with a point at its end unless it is the whole request."""
        if type(value) is not dict:
            faults.add(path.removesuffix("."), "must be an object")
            return
        seen = 0
        for key, item in value.items():
            known = self._fields.get(key)
            if known is None:
                faults.add(f"{path}{key}", f"is not a field of {self._name}")
                continue
            mine, rivals, put = known
            if seen & rivals:
                faults.add(f"{path}{key}", "was given already, under its other name or as its alternative")
                continue
            if item is not None:
                seen |= mine
            put(message, item, faults, f"{path}{key}")


class Decoders:
    """Makes the reader of a message type when it is first asked for."""

    def __init__(self) -> None:
        self._known: dict[str, MessageReader] = {}

    def of(self, message: Descriptor) -> MessageReader:
        """Return the reader of a message type."""
        known = self._known.get(message.full_name)
        if known is None:
            known = self._known[message.full_name] = MessageReader(message.name)
            for field in message.fields:
                known.add(field, self.put(field))
        return known

    def put(self, field: FieldDescriptor) -> Put:
        """Return what fills one field with all its elements."""
        if field.is_repeated:
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                return self._map(field)
            return self._list(field)
        return self._single(field)

    def _single(self, field: FieldDescriptor) -> Put:
        name = field.name
        if field.message_type is None:
            read = scalars.reader(field)

            def put(message: Any, value: Any, faults: Faults, path: str) -> None:
                if value is not None:
                    try:
                        setattr(message, name, read(value))
                    except (ValueError, TypeError) as error:
                        faults.add(path, str(error))

            return put

        fill, takes_null = self._filler(field.message_type)

        def put_message(message: Any, value: Any, faults: Faults, path: str) -> None:
            if value is not None or takes_null:
                child = getattr(message, name)
                child.SetInParent()
                fill(child, value, faults, path)

        return put_message

    def _list(self, field: FieldDescriptor) -> Put:
        one = self._element(field)
        name = field.name

        def put(message: Any, value: Any, faults: Faults, path: str) -> None:
            if value is None:
                return
            if type(value) is not list:
                faults.add(path, "must be a list")
                return
            if len(value) > MAX_ELEMENTS:
                faults.add(path, f"must have at most {MAX_ELEMENTS} elements")
                return
            target = getattr(message, name)
            for at, item in enumerate(value):
                one(target, item, faults, f"{path}[{at}]")

        return put

    def _element(self, field: FieldDescriptor) -> Put:
        if field.message_type is None:
            read = scalars.reader(field)

            def append(target: Any, value: Any, faults: Faults, path: str) -> None:
                try:
                    target.append(read(value))
                except (ValueError, TypeError) as error:
                    faults.add(path, str(error))

            return append

        fill, takes_null = self._filler(field.message_type)

        def add(target: Any, value: Any, faults: Faults, path: str) -> None:
            if value is None and not takes_null:
                faults.add(path, "must not be null")
            else:
                fill(target.add(), value, faults, path)

        return add

    def _map(self, field: FieldDescriptor) -> Put:
        assert field.message_type is not None  # noqa: S101 - a map field is a list of entries
        values = field.message_type.fields_by_name["value"]
        read_key = scalars.text_reader(field.message_type.fields_by_name["key"])
        read = scalars.reader(values) if values.message_type is None else None
        fill = self._filler(values.message_type)[0] if values.message_type is not None else None
        name = field.name

        def put(message: Any, value: Any, faults: Faults, path: str) -> None:
            if value is None:
                return
            if type(value) is not dict:
                faults.add(path, "must be an object")
                return
            if len(value) > MAX_ELEMENTS:
                faults.add(path, f"must have at most {MAX_ELEMENTS} entries")
                return
            target = getattr(message, name)
            for key, item in value.items():
                inner = f"{path}[{key[:64]!r}]"
                try:
                    if read is not None:
                        target[read_key(key)] = read(item)
                    elif fill is not None:
                        fill(target[read_key(key)], item, faults, inner)
                except (ValueError, TypeError) as error:
                    faults.add(inner, str(error))

        return put

    def _filler(self, message: Descriptor) -> tuple[Put, bool]:
        """Return what fills a message of this type, with whether null is a value of it."""
        name = message.full_name
        if name in well_known.READERS:
            return _told(well_known.READERS[name]), name == "google.protobuf.Value"
        if name in well_known.WRAPPERS:
            return self._single(message.fields_by_name["value"]), False
        reader = self.of(message)

        def fill(child: Any, value: Any, faults: Faults, path: str) -> None:
            reader.fill(child, value, faults, f"{path}.")

        return fill, False


def _told(read: Callable[[Any, Any], None]) -> Put:
    def fill(child: Any, value: Any, faults: Faults, path: str) -> None:
        try:
            read(child, value)
        except ValueError as error:
            faults.add(path, str(error))

    return fill
