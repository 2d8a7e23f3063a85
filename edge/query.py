"""Text of a URL to fields of a message: path variables and query parameters."""

from collections.abc import Callable, Collection
from functools import reduce
from typing import Any
from urllib.parse import parse_qsl

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from edge import scalars, well_known
from edge.faults import MAX_FAULTS, Faults, MalformedRequest
from mesh.contract import max_items

MAX_ELEMENTS = 100
"""Of one list whose length the contract leaves open."""
MAX_DEPTH = 4
"""Levels of messages that a dotted name reaches into."""


class TextField:
    """One field that text can fill, somewhere below a request."""

    def __init__(self, path: tuple[FieldDescriptor, ...]) -> None:
        self.repeated = path[-1].is_repeated
        self._parents = tuple(field.name for field in path[:-1])
        self._name = path[-1].name
        self._put = _putter(path[-1])

    def put(self, message: Any, text: str) -> None:
        """Set the field, or add to it when it is repeated; raises ValueError."""
        self._put(reduce(getattr, self._parents, message), text)


class QueryReader:
    """Fills a request from its query string; fields that travel otherwise are left out."""

    def __init__(self, request: Descriptor, elsewhere: Collection[str]) -> None:
        self._fields: dict[str, TextField] = {}
        self._most = 0
        """How many parameters are read at all; the contract allows no request more right ones."""
        self._add(request, (), ("",), elsewhere)
        self._most += MAX_FAULTS  # wrong ones are named, as long as they are few

    def fill(self, message: Any, query: bytes, faults: Faults) -> None:
        """Fill `message`; an empty value counts as none, as forms send fields that were left empty."""
        try:
            pairs = parse_qsl(query.decode(), keep_blank_values=True, errors="strict", max_num_fields=self._most)
        except UnicodeDecodeError:
            raise MalformedRequest("the query is not UTF-8") from None
        except ValueError:
            raise MalformedRequest(f"the query has more than {self._most} parameters") from None
        seen: set[TextField] = set()
        for key, text in pairs:
            field = self._fields.get(key)
            if field is None:
                faults.add(key, "is not a query parameter of this method")
            elif field in seen and not field.repeated:
                faults.add(key, "must be given once")
            elif text:
                seen.add(field)
                try:
                    field.put(message, text)
                except ValueError as error:
                    faults.add(key, str(error))

    def _add(
        self,
        message: Descriptor,
        above: tuple[FieldDescriptor, ...],
        prefixes: tuple[str, ...],
        elsewhere: Collection[str],
    ) -> None:
        for field in message.fields:
            path = (*above, field)
            if ".".join(one.name for one in path) in elsewhere:
                continue
            spelled = {prefix + name for prefix in prefixes for name in (field.name, field.json_name)}
            if takes_text(field):
                one = TextField(path)
                self._fields.update(dict.fromkeys(spelled, one))
                self._most += most_elements(field)
            elif field.message_type is not None and not field.is_repeated and len(path) < MAX_DEPTH:
                self._add(field.message_type, path, tuple(f"{name}." for name in spelled), elsewhere)


def variable(request: Descriptor, path: str) -> TextField:
    """Return the field a path variable names, "post.id" say; raises ValueError when it takes no text."""
    fields: list[FieldDescriptor] = []
    message: Descriptor | None = request
    for name in path.split("."):
        field = message.fields_by_name.get(name) if message is not None else None
        if field is None:
            raise ValueError(f"{request.full_name} has no field {path}")
        fields.append(field)
        message = field.message_type
    if fields[-1].is_repeated or not takes_text(fields[-1]):
        raise ValueError(f"{request.full_name}.{path} cannot be a part of a path")
    return TextField(tuple(fields))


def takes_text(field: FieldDescriptor) -> bool:
    """Tell whether a URL can give the field's value: one value, or a list of them, that JSON would write as one."""
    message = field.message_type
    if message is None:
        return True
    text_forms = well_known.READERS.keys() - well_known.FREE_FORM | well_known.WRAPPERS
    return message.full_name in text_forms


def most_elements(field: FieldDescriptor) -> int:
    """Return how often a field may be given: once, or as often as its list may be long."""
    if not field.is_repeated:
        return 1
    return max_items(field) or MAX_ELEMENTS


def _putter(field: FieldDescriptor) -> Callable[[Any, str], None]:
    name, message = field.name, field.message_type
    if message is None:
        read = scalars.text_reader(field)
        if field.is_repeated:
            return lambda target, text: getattr(target, name).append(read(text))
        return lambda target, text: setattr(target, name, read(text))
    fill = _wrapper(message) if message.full_name in well_known.WRAPPERS else well_known.READERS[message.full_name]
    if field.is_repeated:
        return lambda target, text: fill(getattr(target, name).add(), text)
    return lambda target, text: fill(getattr(target, name), text)


def _wrapper(message: Descriptor) -> Callable[[Any, Any], None]:
    read = scalars.text_reader(message.fields_by_name["value"])

    def fill(target: Any, text: Any) -> None:
        target.value = read(text)

    return fill
