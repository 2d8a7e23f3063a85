"""The headers of a request: what the edge reads of them, what it passes on as metadata."""

import re
import secrets
from collections.abc import Iterable
from typing import Any

from edge import problems
from edge.addresses import ClientAddresses

Header = tuple[bytes, bytes]
Metadata = list[tuple[str, str | bytes]]

_REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_PASSED_ON = frozenset({b"authorization", b"idempotency-key", b"x-admin-token", b"tracestate"})
_MAX_USER_AGENT = 200
MAX_VALUE_BYTES = 4096
"""Of one header that is passed on; an access token has a tenth of it."""


class Incoming:
    """One request's headers, by name; of a name that came twice the last one counts."""

    __slots__ = ("_headers", "address", "request_id")

    def __init__(self, scope: Any, addresses: ClientAddresses) -> None:
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        sent = self.text(b"x-request-id")
        self.request_id = sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)
        client = scope["client"]
        self.address = addresses.of(client[0] if client else None, self.text(b"x-forwarded-for"))

    def text(self, name: bytes) -> str:
        """Return a header, empty when it was not sent."""
        return self._headers.get(name, b"").decode("latin-1")

    def get(self, name: bytes) -> bytes | None:
        """Return a header's bytes, None when it was not sent."""
        return self._headers.get(name)

    def metadata(self, traceparent: str, authorization: str = "") -> Metadata:
        """Return what a service is told about the request; raises Refused for a header that cannot be passed on."""
        told: Metadata = [("x-request-id", self.request_id), ("traceparent", traceparent)]
        if self.address:
            told.append(("x-guild-client-address", self.address))
        for name in _PASSED_ON & self._headers.keys():
            told.append((name.decode(), checked(name, self._headers[name])))
        if authorization:
            told.append(("authorization", authorization))
        if agent := self._headers.get(b"user-agent"):
            told.append(("x-guild-user-agent", _visible(agent[:_MAX_USER_AGENT])))
        return told


def refuse_twice(headers: Iterable[Header]) -> None:
    """Raise Refused when a header that proves something came twice: which one would count?"""
    names = [name for name, _ in headers if name in _PASSED_ON]
    if len(names) != len(set(names)):
        twice = next(name for name in names if names.count(name) > 1)
        raise problems.bad_header(twice.decode(), "must be sent once")


def checked(name: bytes, value: bytes) -> str:
    """Return a header's value as metadata can carry it; raises Refused."""
    text = value.decode("latin-1")
    if len(text) > MAX_VALUE_BYTES or not text.isascii() or not text.isprintable():
        raise problems.bad_header(name.decode(), f"must be at most {MAX_VALUE_BYTES} visible ASCII characters")
    return text


def _visible(value: bytes) -> str:
    return "".join(char if " " <= char <= "~" else "?" for char in value.decode("latin-1"))
