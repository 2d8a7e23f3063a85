"""What the head of a request says, as strictly as the strictest server reads it."""

from urllib.parse import unquote

import httptools

_VERSIONS = frozenset({"1.0", "1.1"})


def target(url: bytes) -> tuple[str, bytes, bytes]:
    """Return the decoded path, the path, the query; raises ValueError or HttpParserError for what is no target."""
    if url.startswith(b"/") and b"#" not in url:
        raw, _, query = url.partition(b"?")
    else:
        parsed = httptools.parse_url(url)
        raw, query = parsed.path, parsed.query or b""
    path = raw.decode("ascii")
    return (unquote(path) if "%" in path else path), raw, query


def upgrades(headers: list[tuple[bytes, bytes]]) -> bool:
    """Tell whether a request asks for a WebSocket."""
    wanted = dict(headers)
    tokens = [token.strip() for token in wanted.get(b"connection", b"").lower().split(b",")]
    return b"upgrade" in tokens and wanted.get(b"upgrade", b"").lower() == b"websocket"


def written(method: bytes, url: bytes, version: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    """Return the head that says this."""
    lines = [b"%s: %s\r\n" % pair for pair in headers]
    return b"%s %s HTTP/%s\r\n%s\r\n" % (method, url, version.encode(), b"".join(lines))


def unclear(headers: list[tuple[bytes, bytes]], version: str) -> str:
    """Return what is wrong with headers that another server might read differently; empty when nothing is."""
    if version not in _VERSIONS:
        return "speak HTTP/1.1"
    hosts = 0
    codings: list[bytes] = []
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding":
            codings.append(value.strip().lower())
        elif name == b"te" and b"chunked" in value.lower():
            return "TE must not name chunked: it is always taken"
    if hosts > 1 or (not hosts and version != "1.0"):
        return "send exactly one Host header"
    if codings and (codings != [b"chunked"] or version == "1.0"):
        return "the only transfer coding taken is chunked, and not before HTTP/1.1"
    return ""
