"""The JSON of chat's frames: one ChatRequest or ChatResponse each, in the form that the client speaks."""

from typing import Any

import orjson

from edge import plain_frames, problems
from edge.decode import Decoders
from edge.encode import Encoders
from edge.faults import Faults, MalformedRequest
from edge.json_text import parse
from mesh.contract import MethodSpec
from mesh.errors import Failure
from mesh.rpc.status import decode
from mesh.rpc.status import encode as status_of


class ChatFrames:
    """Translates between JSON text and serialised frames, for all clients."""

    def __init__(self, method: MethodSpec, encoders: Encoders, decoders: Decoders) -> None:
        self.request: Any = method.input
        self.response: Any = method.output
        self.reader = decoders.of(self.request.DESCRIPTOR)
        self.encode = encoders.of(self.response.DESCRIPTOR)
        self.encode_parts = Encoders().of(self.response.DESCRIPTOR)
        """As `encode`, with nothing in it that is JSON already."""

    def of_client(self) -> "ClientFrames":
        """Return the frames of one client."""
        return ClientFrames(self)


class ClientFrames:
    """Answers in plain form from the first frame on that came in it."""

    __slots__ = ("_frames", "_plain", "hello")

    def __init__(self, frames: ChatFrames) -> None:
        self._frames = frames
        self._plain = False
        self.hello: bytes | None = None
        """What signing in in plain form says beside the token, as there is no hello in it."""

    def token(self, text: str | None) -> str:
        """Return the token of a first frame `{"auth":{"token":…}}` in either form, empty when it is something else.

        Raises MalformedRequest for a plain one that says something else beside.
        """
        try:
            frame = self._parse(text)
        except MalformedRequest:
            return ""
        auth = frame.get("auth") if isinstance(frame, dict) else None
        token = auth.pop("token", None) if isinstance(auth, dict) else None
        if isinstance(token, str) and self._plain:
            self.hello = self._serialized({"hello": auth})
        return token if isinstance(token, str) else ""

    def read(self, text: str | None) -> bytes:
        """Return a client's frame serialised; raises MalformedRequest."""
        return self._serialized(self._parse(text))

    def _serialized(self, frame: Any) -> bytes:
        message, faults = self._frames.request(), Faults()
        self._frames.reader.fill(message, frame, faults, "")
        faults.check()
        return message.SerializeToString()

    def parse(self, serialized: bytes) -> Any:
        """Return a frame of the server as a message."""
        return self._frames.response.FromString(serialized)

    def write(self, response: Any) -> bytes:
        """Return a frame of the server as JSON."""
        if not self._plain:
            return orjson.dumps(self._frames.encode(response))
        if response.HasField("error"):
            error = response.error
            problem = problems.of_failure(decode(error.status.SerializeToString()), "")
            known = error.client_message_id if error.HasField("client_message_id") else None
            return orjson.dumps(plain_frames.refusal(problem, known))
        return orjson.dumps(plain_frames.to_plain(self._frames.encode_parts(response)))

    def error(self, failure: Failure, request_id: str, refused: str | None = None) -> bytes:
        """Return an error frame as JSON; `refused` is the text it answers, whose client_message_id it repeats."""
        response = self._frames.response()
        response.error.status.CopyFrom(status_of(failure, request_id))
        if (client_message_id := _client_message_id(refused)) is not None:
            response.error.client_message_id = client_message_id
        return self.write(response)

    def goaway(self, seconds: float) -> bytes:
        """Return the frame that sends a client to another instance, as JSON."""
        response = self._frames.response()
        response.goaway.reconnect_after.FromNanoseconds(int(seconds * 1e9))
        response.goaway.reason = (
            response.goaway.DESCRIPTOR.fields_by_name["reason"]
            .enum_type.values_by_name["GOAWAY_REASON_SHUTDOWN"]
            .number
        )
        return self.write(response)

    def _parse(self, text: str | None) -> Any:
        if text is None:
            raise MalformedRequest("frames are text: this one is binary")
        frame = parse(text.encode())
        if not plain_frames.is_plain(frame):
            return frame
        self._plain = True
        return plain_frames.to_contract(frame)


def _client_message_id(text: str | None) -> str | None:
    try:
        frame: Any = orjson.loads(text or "")
        if plain_frames.is_plain(frame):
            given = frame.get("id")
        else:
            given = frame["send"].get("clientMessageId") or frame["send"].get("client_message_id")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
    return given[:64] if isinstance(given, str) else None
