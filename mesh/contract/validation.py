"""The buf.validate rules of the contract, checked on messages."""

from collections.abc import Callable
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from protovalidate import CompilationError, EvaluationError, Validator, Violation

from buf.validate import validate_pb2
from mesh.contract.identifiers import steps_to_canonical
from mesh.contract.plain_values import may_carry_texts, may_carry_times, must_look_within, unkept
from mesh.errors import FieldViolation, InvalidArgument

_collect = Validator().collect_violations

MAX_VIOLATIONS = 32
"""What one answer lists: a request with thousands of bad elements must not be answered with thousands of lines."""


def validate(message: Message) -> None:
    """Check `message` against its rules; raises InvalidArgument that names each field which breaks one.

    Its ids are brought into their one spelling first, so that a rule such as "no id twice" sees through the others. A
    text with U+0000 and a time outside of the years 1 to 9999 break a rule that every field has.

    Requests are checked before a servicer sees them, except the messages of a bidirectional stream: there a bad frame
    must not end the stream, so the servicer calls this on each frame.
    """
    validator(type(message))(message, message.SerializePartialToString())


@cache
def validator(message_cls: type[Message]) -> Callable[[Message, bytes], None]:
    """Return what `validate` does with the messages of a class, given with the bytes that they were parsed from."""
    descriptor: Any = message_cls.DESCRIPTOR
    steps, must_look = steps_to_canonical(descriptor), must_look_within(descriptor)

    def check(message: Message, serialised: bytes) -> None:
        for step in steps:
            step(message)
        if must_look or b"\0" in serialised:
            _refuse(unkept(message)[:MAX_VIOLATIONS])  # first: the rules themselves reckon with times
        try:
            broken = _collect(message)
        except EvaluationError as error:
            raise InvalidArgument(f"cannot check the request: {error}") from error
        if broken:
            _refuse([_field_violation(violation) for violation in broken[:MAX_VIOLATIONS]])

    return check


def _refuse(violations: list[FieldViolation]) -> None:
    if violations:
        first = violations[0]
        raise InvalidArgument(f"{first.field or 'request'}: {first.description}", violations=violations)


def needs_checking(descriptor: Descriptor) -> bool:
    """Tell whether `validate` can refuse a message of this type at all."""
    return has_rules(descriptor) or may_carry_texts(descriptor) or may_carry_times(descriptor)


def max_items(field: FieldDescriptor) -> int | None:
    """Return how many elements the contract allows a list, None where it leaves that open."""
    rules = field.GetOptions().Extensions[validate_pb2.field].repeated
    return rules.max_items if rules.HasField("max_items") else None


def batch_size(message_cls: type[Message], field: str) -> int:
    """Return how many elements one message may carry, for who sends more of them; raises LookupError for no bound."""
    descriptor: Any = message_cls.DESCRIPTOR
    most = max_items(descriptor.fields_by_name[field])
    if most is None:
        raise LookupError(f"the contract does not bound {message_cls.DESCRIPTOR.full_name}.{field}")
    return most


def warm(message_cls: type[Message]) -> None:
    """Compile the rules of a message class now, not in its first call; raises CompilationError for a wrong rule."""
    try:
        _collect(message_cls(), fail_fast=True)
    except EvaluationError:
        return
    except CompilationError as error:
        raise CompilationError(f"{message_cls.DESCRIPTOR.full_name}: {error}") from error


def has_rules(descriptor: Descriptor, _seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether a message, or a message within it, carries rules."""
    if descriptor.full_name in _seen:
        return False
    seen = _seen | {descriptor.full_name}
    parts = [descriptor, *descriptor.fields, *descriptor.oneofs]
    if any(_carries_rules(part.GetOptions()) for part in parts):
        return True
    within = (field.message_type for field in descriptor.fields if field.message_type is not None)
    return any(has_rules(message_type, seen) for message_type in within)


def _carries_rules(options: Message) -> bool:
    return any(extension.full_name.startswith("buf.validate.") for extension, _ in options.ListFields())


def _field_violation(violation: Violation) -> FieldViolation:
    written = violation.proto
    return FieldViolation(_path(written.field), written.message or written.rule_id)


def _path(field: object) -> str:
    path = ""
    for element in getattr(field, "elements", ()):
        path += f".{element.field_name}" if path else element.field_name
        subscript = element.subscript
        if subscript is not None:
            path += f"[{subscript.value}]"
    return path
