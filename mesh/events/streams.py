"""The JetStream streams of the mesh: their names, subjects, how much they keep."""

from dataclasses import dataclass

from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

STREAMS = ("USERS", "GRAPH", "POSTS", "ENGAGEMENT", "MESSAGES", "JOBS", "TRUST")
"""One per kind of fact; the contract's event options name them."""

DEAD_LETTERS = "DLQ"

ALL_STREAMS = (*STREAMS, DEAD_LETTERS)

MAX_AGE = 7 * 24 * 3600
"""Seconds an event stays in its stream."""

DEAD_LETTER_MAX_AGE = 30 * 24 * 3600
"""Seconds a dead letter waits for somebody to look at it."""

STREAMED = {**dict.fromkeys(STREAMS, MAX_AGE), DEAD_LETTERS: DEAD_LETTER_MAX_AGE}
"""Seconds each stream keeps an event."""

DUPLICATE_WINDOW = 5 * 60
"""Seconds in which a second publish of an event id is dropped: longer than a relay's lease and its restart."""

PREFIXED_MAX_BYTES = 8 * 1024 * 1024
"""Bytes of a stream under a prefix: tests have many, and the server reserves the room."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names on the server; a prefix keeps several meshes apart on one."""

    prefix: str = ""

    def stream(self, name: str) -> str:
        """Return the server's name of a stream such as "GRAPH"."""
        return f"{self.prefix}_{name}" if self.prefix else name

    def subject(self, subject: str) -> str:
        """Return the server's name of a subject such as "guild.graph.connection_accepted.018f…"."""
        return f"{self.prefix}.{subject}" if self.prefix else subject

    def without_prefix(self, subject: str) -> str:
        """Return a subject of the server as this mesh knows it."""
        return subject.removeprefix(f"{self.prefix}.") if self.prefix else subject

    def config(self, name: str, *, replicas: int, max_bytes: int) -> StreamConfig:
        """Return how a stream is to be: on disk, bounded by age and bytes, the oldest dropped first."""
        return StreamConfig(
            name=self.stream(name),
            subjects=[self.subject(f"guild.{name.lower()}.>")],
            retention=RetentionPolicy.LIMITS,
            discard=DiscardPolicy.OLD,
            storage=StorageType.FILE,
            max_age=DEAD_LETTER_MAX_AGE if name == DEAD_LETTERS else MAX_AGE,
            max_bytes=min(max_bytes, PREFIXED_MAX_BYTES) if self.prefix else max_bytes,
            duplicate_window=DUPLICATE_WINDOW,
            num_replicas=replicas,
        )
