"""The JSON of chat's frames: one ChatRequest or ChatResponse each."""

from typing import Any

import orjson

from edge.decode import Decoders
from edge.encode import Encoders
from edge.faults import Faults, MalformedRequest
from edge.json_text import parse
from mesh.contract import MethodSpec
from mesh.errors import Failure
from mesh.rpc.status import encode as status_of


class ChatFrames:
    """Translates between JSON text and serialised frames."""

    def __init__(self, method: MethodSpec, encoders: Encoders, decoders: Decoders) -> None:
        self._request: Any = method.input
        self._response: Any = method.output
        self._reader = decoders.of(self._request.DESCRIPTOR)
        self._encode = encoders.of(self._response.DESCRIPTOR)

    def read(self, text: str | None) -> bytes:
        """Return a client's frame serialised; raises MalformedRequest."""
        if text is None:
            raise MalformedRequest("frames are text: this one is binary")
        message, faults = self._request(), Faults()
        self._reader.fill(message, parse(text.encode()), faults, "")
        faults.check()
        return message.SerializeToString()

    def parse(self, serialized: bytes) -> Any:
        """Return a frame of the server as a message."""
        return self._response.FromString(serialized)

    def write(self, response: Any) -> bytes:
        """Return a frame of the server as JSON."""
        return orjson.dumps(self._encode(response))

    def error(self, failure: Failure, request_id: str, refused: str | None = None) -> bytes:
        """Return an error frame as JSON; `refused` is the text it answers, whose client_message_id it repeats."""
        response = self._response()
        response.error.status.CopyFrom(status_of(failure, request_id))
        if (client_message_id := _client_message_id(refused)) is not None:
            response.error.client_message_id = client_message_id
        return self.write(response)

    def goaway(self, seconds: float) -> bytes:
        """Return the frame that sends a client to another instance, as JSON."""
        response = self._response()
        response.goaway.reconnect_after.FromNanoseconds(int(seconds * 1e9))
        response.goaway.reason = (
            response.goaway.DESCRIPTOR.fields_by_name["reason"]
            .enum_type.values_by_name["GOAWAY_REASON_SHUTDOWN"]
            .number
        )
        return self.write(response)


def token_of(text: str | None) -> str:
    """Return the token of a first frame `{"auth":{"token":…}}`, empty when the frame is something else."""
    try:
        frame = parse((text or "").encode())
    except MalformedRequest:
        return ""
    auth = frame.get("auth") if isinstance(frame, dict) else None
    token = auth.get("token") if isinstance(auth, dict) else None
    return token if isinstance(token, str) else ""


def _client_message_id(text: str | None) -> str | None:
    try:
        frame: Any = orjson.loads(text or "")
        given = frame["send"].get("clientMessageId") or frame["send"].get("client_message_id")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
    return given[:64] if isinstance(given, str) else None
