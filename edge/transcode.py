"""One REST binding of one method: HTTP's path, query, body to the request's bytes; the reply's bytes to JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from edge.decode import Decoders
from edge.encode import Encoders
from edge.faults import Faults, MalformedRequest
from edge.json_text import parse
from edge.query import QueryReader, variable
from edge.well_known import snake
from mesh.contract import HttpRule, MethodSpec

_MASK = "update_mask"
_MASK_TYPE = "google.protobuf.FieldMask"
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
        self._query = QueryReader(request, {*variables, rule.body}) if rule.body != "*" else None
        self.takes_body = bool(rule.body)
        self._needs_body = rule.verb == "PATCH"
        self._whole = decoders.of(request) if rule.body == "*" else None
        self._part = decoders.put(request.fields_by_name[rule.body]) if rule.body not in {"", "*"} else None
        self._part_name = rule.body
        mask = request.fields_by_name.get(_MASK)
        masked = mask is not None and mask.message_type is not None and mask.message_type.full_name == _MASK_TYPE
        self._patches = rule.verb == "PATCH" and self._part is not None and masked
        resume = request.fields_by_name.get(_RESUME)
        self._resumable = method.server_streaming and resume is not None and resume.has_presence
        self._reply_part = rule.response_body
        target = reply.fields_by_name[rule.response_body].message_type if rule.response_body else reply
        if target is None:
            raise ValueError(f"{method.full_name}: response_body must be a message")
        self._encode = encoders.of(target)

    def request(self, path: Mapping[str, str], query: bytes, body: bytes | bytearray, last_event_id: str = "") -> bytes:
        """Return the serialised request; raises MalformedRequest with everything that is wrong with it.

        A browser that reconnects to a stream sends `last_event_id`: the stream goes on behind it.
        """
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
        faults.check()
        return message.SerializeToString()

    def reply(self, serialized: bytes) -> bytes:
        """Return a serialised reply as JSON; raises DecodeError for bytes that are none."""
        message = self._reply.FromString(serialized)
        return orjson.dumps(self._encode(getattr(message, self._reply_part) if self._reply_part else message))

    def event(self, serialized: bytes) -> tuple[str, bytes]:
        """Return a message of a stream as the id of the resource in it, if there is one, with its JSON."""
        message = self._reply.FromString(serialized)
        held = next((value for field, value in message.ListFields() if field.message_type is not None), None)
        return getattr(held, "id", ""), orjson.dumps(self._encode(message))

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
