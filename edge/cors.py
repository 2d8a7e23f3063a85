"""Cross-origin requests: which pages of other origins may call, off unless origins are named."""

from collections.abc import Iterable

from edge.answers import Answer, Header, allowing

MAX_AGE = b"600"
"""Seconds a browser may keep a preflight's answer."""

_SENT = (
    b"authorization, content-type, guild-consistency-token, idempotency-key, if-match, if-none-match, traceparent, "
    b"x-request-id"
)
_SHOWN = (
    b"etag, guild-consistency-token, idempotency-replayed, ratelimit-limit, ratelimit-remaining, ratelimit-reset, "
    b"retry-after, traceparent, x-request-id"
)
_VARY = (b"vary", b"origin")


class Cors:
    """Credentials are bearer tokens that a page sends itself, so cookies are never asked for."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)
        self._any = b"*" in self._origins

    def headers(self, origin: bytes | None) -> tuple[Header, ...]:
        """Return what lets a page of `origin` read an answer; nothing when it may not."""
        if not self._origins:
            return ()
        if not origin or not (self._any or origin in self._origins):
            return (_VARY,)
        allowed = b"*" if self._any else origin
        return (_VARY, (b"access-control-allow-origin", allowed), (b"access-control-expose-headers", _SHOWN))

    def preflight(self, origin: bytes | None, allowed: Iterable[str]) -> Answer:
        """Answer OPTIONS: the methods of the path, with what a browser wants to know when its page may call."""
        methods = ", ".join(allowed).encode()
        headers: list[Header] = [(b"allow", methods)]
        if origin and (self._any or origin in self._origins):
            headers += [
                (b"access-control-allow-methods", methods),
                (b"access-control-allow-headers", _SENT),
                (b"access-control-max-age", MAX_AGE),
            ]
        return allowing(tuple(headers))
