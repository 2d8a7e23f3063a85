"""One id in two spellings is one id, wherever in a message of the contract it stands."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from guild.graph.v1 import connection_service_pb2 as graph
from guild.messaging.v1 import chat_pb2 as chat
from guild.messaging.v1 import messaging_service_pb2 as messaging
from mesh.contract import validate
from mesh.contract.identifiers import canonicalise
from mesh.errors import InvalidArgument

LOWER = "018f0000-0000-7000-8000-00000000abcd"
UPPER = LOWER.upper()
MAX_DEPTH = 4
Way = tuple[FieldDescriptor, ...]
GENERATED = Path(__file__).parents[3] / "gen" / "python"


def ways(descriptor: Descriptor, so_far: Way = ()) -> Iterator[Way]:
    """Every way from a message to a field with the rule for UUIDs, down to a depth."""
    for field in descriptor.fields:
        if "uuid: true" in str(field.GetOptions()):
            yield (*so_far, field)
        inner = field.message_type
        if inner is not None and len(so_far) < MAX_DEPTH:
            value = inner.fields_by_name["value"].message_type if is_map(field) else inner
            yield from ways(value, (*so_far, field)) if value is not None else ()


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def built(root: Any, way: Way, spelling: str) -> Any:
    """A message with nothing but one id, at the end of the way."""
    message = root
    for field in way[:-1]:
        value = getattr(message, field.name)
        message = value["x"] if is_map(field) else value.add() if field.is_repeated else value
    last = getattr(message, way[-1].name)
    if is_map(way[-1]):
        last[spelling] = 1
    elif way[-1].is_repeated:
        last.extend(["", spelling])
    else:
        setattr(message, way[-1].name, spelling)
    return root


def requests() -> Iterator[Any]:
    """Every message that a method of the contract takes."""
    for path in sorted(GENERATED.glob("guild/*/v1/*_service_pb2.py")):
        file = importlib.import_module(".".join(path.relative_to(GENERATED).with_suffix("").parts)).DESCRIPTOR
        for service in file.services_by_name.values():
            yield from (message_factory.GetMessageClass(method.input_type) for method in service.methods)


def test_every_id_of_every_request_gets_its_one_spelling() -> None:
    """Alone, in lists, as keys and values of maps, in messages within messages: upper case becomes lower case."""
    cases = [(message, way) for message in requests() for way in ways(message.DESCRIPTOR)]
    left: list[str] = []
    for message, way in cases:
        request = built(message(), way, UPPER)
        canonicalise(request)
        if request != built(message(), way, LOWER):
            left.append(f"{message.DESCRIPTOR.full_name}: {'.'.join(field.name for field in way)}")

    assert len(cases) > 100
    assert [] == left


def test_no_rule_of_its_own_is_broken_by_the_other_spelling() -> None:
    """A request in capitals is the same request after it was checked."""
    request = graph.CheckAccessRequest(questions=[graph.AccessQuestion(viewer_id=UPPER, owner_ids=[LOWER[:-1] + "E"])])

    validate(request)

    question = graph.AccessQuestion(viewer_id=LOWER, owner_ids=[LOWER[:-1] + "e"])
    assert graph.CheckAccessRequest(questions=[question]) == request


def test_one_id_in_two_spellings_breaks_the_rule_that_ids_are_unique() -> None:
    """A list that may not hold an id twice holds it twice when it is spelt in two ways."""
    with pytest.raises(InvalidArgument):
        validate(messaging.CreateConversationRequest(participant_ids=[LOWER, UPPER]))


def test_a_map_with_one_id_twice_is_refused() -> None:
    """Which of two values counts would be a guess."""
    with pytest.raises(InvalidArgument) as caught:
        validate(chat.ChatRequest(hello=chat.ChatHello(resume={LOWER: 1, UPPER: 2})))

    assert ["resume"] == [violation.field for violation in caught.value.violations]


def test_what_is_no_id_is_left_as_it_is() -> None:
    """Texts keep their capitals; an id that is not given stays absent."""
    request = messaging.SendMessageRequest(content="Hello")
    canonicalise(request)

    assert messaging.SendMessageRequest(content="Hello") == request
