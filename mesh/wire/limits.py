"""Every bound of a connection, each with its reason: whoever goes beyond one pays for it, nobody else does."""

from dataclasses import dataclass

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
"""gRPC's own default for what is received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in octets, times in seconds."""

    max_message_bytes: int = MAX_MESSAGE_BYTES
    """Of one message, compressed or not: a gzip bomb stops inflating here."""
    max_header_list_bytes: int = 16 * 1024
    """Of one field list by the count of RFC 9113 section 6.5.2: one octet of HPACK may stand for a whole field."""
    max_fields: int = 128
    """Of one field list: each costs a look whatever its size."""
    max_block_bytes: int = 32 * 1024
    """Of one field block before it is decoded, its CONTINUATION frames together (CVE-2024-27316)."""
    max_continuations: int = 16
    """Frames of one block: empty ones have no size to bound (CVE-2019-9518)."""
    max_streams: int = 1_000
    """Calls of one connection that are served at once. A reset one counts until its task has ended, so that opening and
    resetting in turn (CVE-2023-44487, CVE-2025-8671) gets no more work than waiting for the answers would."""
    max_table_bytes: int = 4_096
    """Of each HPACK table, ours and what we keep for the peer."""
    stream_window: int = 256 * 1024
    """What one stream may send before it was read."""
    connection_window: int = 1024 * 1024
    """What all streams of a connection may send ahead."""
    max_window: int = 8 * 1024 * 1024
    """Where the windows stop growing with the bandwidth-delay product."""
    max_unread_bytes: int = 16 * 1024 * 1024
    """Whole messages that wait for a slow reader, all streams of a connection together."""
    max_unsent_bytes: int = 64 * 1024 * 1024
    """Answers that wait for the client's windows, all its streams together: with more it gets no new call."""
    max_partial_bytes: int = 64 * 1024 * 1024
    """Messages that were begun and are not complete, all streams of a client together: sixteen of the largest at once.
    With more the call that holds most of it ends with RESOURCE_EXHAUSTED; messages of a single frame never count. A
    client does not count: what comes is what it asked for."""
    max_paused_bytes: int = 256 * 1024
    """What may pile up for a peer that reads nothing: answers to PING and SETTINGS (CVE-2019-9512, 9515, 9517)."""
    nuisance_burst: int = 1_000
    nuisance_rate: float = 500.0
    """Frames that cost us more than they cost the peer or that do nothing: hasty resets, faults of single streams,
    PING, SETTINGS, PRIORITY, unknown kinds, empty DATA, windows that make us send crumbs (CVE-2019-9511 to 9518). So
    many at once, so many a second; then ENHANCE_YOUR_CALM."""
    hasty_seconds: float = 1.0
    """A client that resets a call younger than this, and than half its time-out, pays for it. Later it does not: with
    `max_streams` places that is no more than so many calls a second, each of which has cost no more than an answer; and
    a call whose time runs out would have ended by itself."""
    preface_seconds: float = 10.0
    """Until a new connection has said its preface and settings, TLS included."""
    settings_seconds: float = 20.0
    """Until SETTINGS of ours are acknowledged; RFC 9113 section 6.5.3."""
    block_seconds: float = 10.0
    """Until a field block that was begun is complete."""
    request_seconds: float = 60.0
    """Until a call with one request has sent it whole."""
    idle_seconds: float | None = None
    """A connection without calls is closed after this."""
    spare_seconds: float = 10.0
    """A further connection to one server is closed when the others had room for twice the calls for so long."""
    age_seconds: float | None = None
    """A connection is drained after this, give or take a tenth, so that clients find new servers."""
    age_grace_seconds: float = 30.0
    """How long the calls of a drained connection may take."""
    ping_seconds: float = 30.0
    """A connection that was silent for this long is asked whether it lives."""
    ping_timeout_seconds: float = 20.0
    """How long it may take to say so."""
    min_ping_seconds: float = 10.0
    max_ping_strikes: int = 2
    """A peer that asks more often while nothing is sent to it gets so many warnings; gRPC proposal A8."""


class Nuisance:
    """A token bucket of what a peer may do to no purpose."""

    __slots__ = ("_left", "_rate", "_seen", "_size")

    def __init__(self, limits: Limits) -> None:
        self._size = self._left = float(limits.nuisance_burst)
        self._rate = limits.nuisance_rate
        self._seen = 0.0

    def spend(self, now: float) -> bool:
        """Take one; False when there is none left."""
        self._left = min(self._size, self._left + (now - self._seen) * self._rate)
        self._seen = now
        self._left -= 1.0
        return self._left >= 0.0
