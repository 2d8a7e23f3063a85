"""Events a consumer gave up on: kept with the reason, listed, replayed to that consumer alone."""

from dataclasses import dataclass
from datetime import UTC, datetime

from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from nats.js.api import RawStreamMsg
from nats.js.errors import APIError, NotFoundError

from guild.events.v1.envelope_pb2 import Envelope
from mesh.errors import NotFound
from mesh.events.bus import Bus
from mesh.events.streams import DEAD_LETTERS

MAX_ERROR = 500
"""Characters of an error that are kept."""

_NO_MESSAGE = 10057  # the server's code, told as a failure of its own when a deletion finds nothing
_STREAM, _SEQUENCE, _SUBJECT = "Guild-Stream", "Guild-Sequence", "Guild-Subject"
_DURABLE, _ERROR, _ATTEMPTS = "Guild-Durable", "Guild-Error", "Guild-Attempts"


class DeadLetterNotFound(NotFound):
    """There is no such dead letter: it was replayed, discarded, or has aged out."""

    reason = "DEAD_LETTER_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event and why a consumer gave up on it; `sequence` names it."""

    sequence: int
    stream: str
    subject: str
    durable: str
    error: str
    attempts: int
    at: datetime
    data: bytes

    @property
    def envelope(self) -> Envelope:
        """What the event travelled in; an empty one when it cannot be read."""
        try:
            return Envelope.FromString(self.data)
        except DecodeError:
            return Envelope()

    @property
    def type(self) -> str:
        """The event's type, empty when the envelope itself cannot be read."""
        return self.envelope.type


def replay_subject(stream: str, durable: str) -> str:
    """Return the subject on which one durable hears its replays: `guild.graph.replay-feed`, then the event's key."""
    return f"guild.{stream.lower()}.replay-{durable}"


async def bury(bus: Bus, message: Msg, *, stream: str, durable: str, error: str, attempts: int) -> None:
    """Store a dead letter; a repeat for the same message is dropped by the server."""
    sequence = message.metadata.sequence.stream
    headers = {
        "Nats-Msg-Id": f"{durable}:{stream}:{sequence}:{int(message.metadata.timestamp.timestamp() * 1000)}",
        _STREAM: stream,
        _SEQUENCE: str(sequence),
        _SUBJECT: bus.names.without_prefix(message.subject),
        _DURABLE: durable,
        _ERROR: " ".join(error.split())[:MAX_ERROR].encode("ascii", "replace").decode(),
        _ATTEMPTS: str(attempts),
    }
    subject = bus.names.subject(f"guild.dlq.{stream.lower()}.{durable}")
    await bus.js.publish(subject, message.data, headers=headers, timeout=5)


async def list_dead_letters(
    bus: Bus, *, durable: str | None = None, after: int = 0, limit: int = 100
) -> list[DeadLetter]:
    """Return up to `limit` dead letters, oldest first, from behind the sequence `after`."""
    found: list[DeadLetter] = []
    while len(found) < limit:
        try:
            raw = await bus.js.get_msg(
                bus.names.stream(DEAD_LETTERS), after + 1, subject=_filter(bus, durable), next=True
            )
        except NotFoundError:
            break
        found.append(_read(raw))
        after = found[-1].sequence
    return found


async def get_dead_letter(bus: Bus, sequence: int) -> DeadLetter:
    """Return one dead letter; raises DeadLetterNotFound."""
    try:
        return _read(await bus.js.get_msg(bus.names.stream(DEAD_LETTERS), sequence))
    except NotFoundError as error:
        raise DeadLetterNotFound(f"there is no dead letter {sequence}: list them to see what is left") from error


async def replay(bus: Bus, sequence: int) -> DeadLetter:
    """Give a dead letter back to the consumer that gave up on it, and to no other; then forget it."""
    letter = await get_dead_letter(bus, sequence)
    key = letter.subject.rpartition(".")[2]
    subject = bus.names.subject(f"{replay_subject(letter.stream, letter.durable)}.{key}")
    await bus.js.publish(subject, letter.data, headers={"Nats-Msg-Id": f"replay:{sequence}:{letter.at.timestamp()}"})
    await discard(bus, sequence)
    return letter


async def discard(bus: Bus, sequence: int) -> None:
    """Forget a dead letter; raises DeadLetterNotFound."""
    try:
        await bus.js.delete_msg(bus.names.stream(DEAD_LETTERS), sequence)
    except APIError as error:
        if error.err_code != _NO_MESSAGE and not isinstance(error, NotFoundError):
            raise
        raise DeadLetterNotFound(f"there is no dead letter {sequence}: list them to see what is left") from error


def _filter(bus: Bus, durable: str | None) -> str:
    return bus.names.subject(f"guild.dlq.*.{durable}" if durable else "guild.dlq.>")


def _read(raw: RawStreamMsg) -> DeadLetter:
    headers = raw.headers or {}
    return DeadLetter(
        sequence=raw.seq or 0,
        stream=headers.get(_STREAM, ""),
        subject=headers.get(_SUBJECT, ""),
        durable=headers.get(_DURABLE, ""),
        error=headers.get(_ERROR, ""),
        attempts=int(headers.get(_ATTEMPTS, "0")),
        at=raw.time or datetime.fromtimestamp(0, UTC),
        data=raw.data or b"",
    )
