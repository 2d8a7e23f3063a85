"""What a client sends beside its request: what the edge reads of it, what it passes on, the same for every door."""

from collections.abc import Iterable, Sequence

from edge.addresses import ClientAddresses
from edge.faults import MalformedRequest
from mesh.errors import FieldViolation
from mesh.rpc.call import sane_request_id

Metadata = list[tuple[str, str | bytes]]

CONSISTENCY_TOKEN = "guild-consistency-token"  # noqa: S105 - the name of a header
PASSED_ON = frozenset({"authorization", "idempotency-key", "x-admin-token", "tracestate", CONSISTENCY_TOKEN})
_PASSED_ON = {name.encode(): name for name in PASSED_ON}
_MAX_USER_AGENT = 200
MAX_VALUE_BYTES = 4096
"""Of one header that is passed on; an access token has a tenth of it."""


class Incoming:
    """The headers of one HTTP request, by name; of a name that came twice the last one counts."""

    __slots__ = ("_headers", "_pairs", "address", "request_id")

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]], host: str | None, addresses: ClientAddresses) -> None:
        """`host` is at the other end of the connection, which may be a proxy."""
        self._pairs = pairs
        self._headers = dict(pairs)
        self.request_id = sane_request_id(self.text(b"x-request-id"))
        self.address = addresses.of(host, self.text(b"x-forwarded-for"))

    def text(self, name: bytes) -> str:
        """Return a header, empty when it was not sent."""
        value = self._headers.get(name)
        return value.decode("latin-1") if value else ""

    def get(self, name: bytes) -> bytes | None:
        """Return a header's bytes, None when it was not sent."""
        return self._headers.get(name)

    def metadata(self, traceparent: str) -> Metadata:
        """Return what a service is told about the request; raises MalformedRequest."""
        passed_on = [(_PASSED_ON[name], value) for name, value in self._pairs if name in _PASSED_ON]
        return told(self.request_id, traceparent, self.address, passed_on, self.text(b"user-agent"))


def told(
    request_id: str, traceparent: str, address: str, passed_on: Iterable[tuple[str, str | bytes]], agent: str
) -> Metadata:
    """Return the metadata of the call a request becomes.

    Raises MalformedRequest for a header that metadata cannot carry, or that came twice: two proofs prove nothing.
    """
    metadata: Metadata = [("x-request-id", request_id), ("traceparent", traceparent)]
    if address:
        metadata.append(("x-guild-client-address", address))
    seen: set[str] = set()
    for name, value in passed_on:
        if name in seen:
            raise _malformed(name, "must be sent once")
        seen.add(name)
        metadata.append((name, checked(name, value)))
    if agent:
        metadata.append(("x-guild-user-agent", _visible(agent[:_MAX_USER_AGENT])))
    return metadata


def checked(name: str, value: str | bytes) -> str:
    """Return a header's value as metadata can carry it; raises MalformedRequest."""
    text = value if isinstance(value, str) else value.decode("latin-1")
    if len(text) > MAX_VALUE_BYTES or not text.isascii() or not text.isprintable():
        raise _malformed(name, f"must be at most {MAX_VALUE_BYTES} visible ASCII characters")
    return text


def _malformed(name: str, advice: str) -> MalformedRequest:
    return MalformedRequest(f"the header {name} {advice}", violations=(FieldViolation(name, advice),))


def _visible(value: str) -> str:
    return "".join(char if " " <= char <= "~" else "?" for char in value)
