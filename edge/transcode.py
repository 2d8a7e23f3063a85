"""One REST binding of one method: HTTP's path, query, body to the request's bytes; the reply's bytes to JSON."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

import orjson
from google.protobuf.descriptor import Descriptor

from edge.body_limit import most_bytes
from edge.decode import Decoders
from edge.encode import Encoders
from edge.faults import Faults, MalformedRequest
from edge.json_text import parse
from edge.query import QueryReader, variable
from edge.well_known import snake
from mesh.contract import HttpRule, MethodSpec

_MASK = "update_mask"
_MASK_TYPE = "google.protobuf.FieldMask"
_ETAG = "etag"
_ETAG_DEPTH = 2
"""Messages between a reply and the resource it shows: a post is within an item."""
FILE = {"content_type": 1, "data": 2}
"""The shape of google.api.HttpBody: a stream of it is a file."""
_RESUME = "after_id"
"""The field of a stream's request that says what the client has already."""


class Transcoder:
    """Made when the edge starts; raises ValueError for a binding that cannot work."""

    def __init__(
        self, method: MethodSpec, rule: HttpRule, variables: tuple[str, ...], encoders: Encoders, decoders: Decoders
    ) -> None:
        request: Any = method.input.DESCRIPTOR  # two classes by the published types, one in fact
        reply: Any = method.output.DESCRIPTOR
        self._request = method.input
        self._reply = method.output
        self._variables = {path: variable(request, path) for path in variables}
        self._takes_etag = rule.verb != "GET" and _ETAG in request.fields_by_name
        elsewhere = {*variables, rule.body, *([_ETAG] if self._takes_etag else [])}
        self._query = QueryReader(request, elsewhere) if rule.body != "*" else None
        self.takes_body = bool(rule.body)
        self.most_bytes = most_bytes(request)
        self._needs_body = rule.verb == "PATCH"
        self._whole = decoders.of(request) if rule.body == "*" else None
        self._part = decoders.put(request.fields_by_name[rule.body]) if rule.body not in {"", "*"} else None
        self._part_name = rule.body
        mask = request.fields_by_name.get(_MASK)
        masked = mask is not None and mask.message_type is not None and mask.message_type.full_name == _MASK_TYPE
        self._patches = rule.verb == "PATCH" and self._part is not None and masked
        resume = request.fields_by_name.get(_RESUME)
        self._resumable = method.server_streaming and resume is not None and resume.has_presence
        self.gives_file = method.server_streaming and {f.name: f.number for f in reply.fields} == FILE
        self._reply_part = rule.response_body
        target = reply.fields_by_name[rule.response_body].message_type if rule.response_body else reply
        if target is None:
            raise ValueError(f"{method.full_name}: response_body must be a message")
        self._encode = encoders.of(target)
        self._etag_path = _etag_path(target, _ETAG_DEPTH)

    def request(
        self, path: Mapping[str, str], query: bytes, body: bytes | bytearray, last_event_id: str = "", etag: str = ""
    ) -> bytes:
        """Return the serialised request; raises MalformedRequest with everything that is wrong with it.

        A browser that reconnects to a stream sends `last_event_id`: the stream goes on behind it. A caller that wants
        to change what it has seen, and nothing newer, sends its `etag`.
        """
        if not (path or query or etag or last_event_id or self.takes_body):
            return b""  # which is the message without any field
        message, faults = self._request(), Faults()
        named = self._read_body(message, body, faults) if self.takes_body else ()
        if self._query is not None and query:
            self._query.fill(message, query, faults)
        elif query:
            raise MalformedRequest("this method takes no query parameters: everything is in its body")
        if named and not message.HasField(_MASK):
            # What a patch names is what it changes: "" and [] are values too, and null clears.
            getattr(message, _MASK).paths.extend(map(snake, named))
        for name, text in path.items():
            try:
                self._variables[name].put(message, text)  # after the body: the path says what is asked for
            except ValueError as error:
                faults.add(name, str(error))
        if last_event_id and self._resumable and not message.HasField(_RESUME):
            setattr(message, _RESUME, last_event_id)
        if etag:
            self._expect(message, etag, faults)
        faults.check()
        return message.SerializeToString()

    def reply(self, serialized: bytes) -> tuple[bytes, str]:
        """Return a serialised reply as JSON, with the etag of the resource in it; raises DecodeError."""
        message: Any = self._reply.FromString(serialized)
        if self._reply_part:
            message = getattr(message, self._reply_part)
        etag = reduce(getattr, self._etag_path, message) if self._etag_path else ""
        return orjson.dumps(self._encode(message)), etag

    def piece(self, serialized: bytes) -> tuple[str, bytes]:
        """Return a message of a stream that is a file as its type and the next bytes of it."""
        message: Any = self._reply.FromString(serialized)
        return message.content_type, message.data

    def event(self, serialized: bytes) -> tuple[str, bytes]:
        """Return a message of a stream as the id of the resource in it, if there is one, with its JSON."""
        message = self._reply.FromString(serialized)
        held = next((value for field, value in message.ListFields() if field.message_type is not None), None)
        return getattr(held, "id", ""), orjson.dumps(self._encode(message))

    def _expect(self, message: Any, etag: str, faults: Faults) -> None:
        if not self._takes_etag:
            faults.add("if-match", "is not taken by this method")
        elif message.etag not in {"", etag}:
            faults.add(_ETAG, "is another one than If-Match asks for")
        else:
            message.etag = etag

    def _read_body(self, message: Any, body: bytes | bytearray, faults: Faults) -> Iterable[str]:
        """Fill `message`; return the names that a patch gives when they say what it changes."""
        if self._needs_body and not body:
            raise MalformedRequest("the body is missing: send an object with what is to change")
        value = parse(body) if body else {}
        if self._whole is not None:
            self._whole.fill(message, value, faults, "")
        elif self._part is not None:
            if type(value) is not dict:
                raise MalformedRequest("the body must be an object")
            self._part(message, value, faults, self._part_name)
            if self._patches:
                return value
        return ()


def _etag_path(message: Descriptor, depth: int) -> tuple[str, ...]:
    """Return the way to the etag of the resource that a message shows, empty when there is none."""
    if _ETAG in message.fields_by_name:
        return (_ETAG,)
    for field in message.fields if depth else ():
        if field.message_type is not None and not field.is_repeated:
            path = _etag_path(field.message_type, depth - 1)
            if path:
                return (field.name, *path)
    return ()
