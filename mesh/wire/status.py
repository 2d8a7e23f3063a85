"""How calls end: gRPC's status, what HTTP and RST_STREAM mean by it, and its texts in percent-encoding."""

import re
from urllib.parse import quote, unquote_to_bytes

import grpc

from mesh.wire.errors import ErrorCode

CODES: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}
_BY_TEXT = {str(number): code for number, code in CODES.items()}
_PLAIN = re.compile(r"[ -$&-~]*")
"""What grpc-message carries as it is: printable ASCII without the percent sign."""
_KEPT = "".join(chr(number) for number in range(0x20, 0x7F) if chr(number) != "%")

_OF_RESET = {
    ErrorCode.REFUSED_STREAM: grpc.StatusCode.UNAVAILABLE,
    ErrorCode.CANCEL: grpc.StatusCode.CANCELLED,
    ErrorCode.ENHANCE_YOUR_CALM: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorCode.INADEQUATE_SECURITY: grpc.StatusCode.PERMISSION_DENIED,
}
_OF_HTTP = {
    400: grpc.StatusCode.INTERNAL,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.UNIMPLEMENTED,
    429: grpc.StatusCode.UNAVAILABLE,
    502: grpc.StatusCode.UNAVAILABLE,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.UNAVAILABLE,
}


class RpcFault(Exception):  # noqa: N818 - it is how a call ends
    """A call ends with this status, for a reason the transport found."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details


def number_of(code: object) -> int:
    """Return the number of a code as a servicer may give it; UNKNOWN's for what is none."""
    if isinstance(code, grpc.StatusCode):
        return code.value[0]
    return code if isinstance(code, int) and code >= 0 else grpc.StatusCode.UNKNOWN.value[0]


def of_reset(code: ErrorCode) -> grpc.StatusCode:
    """Return what a stream that was reset with `code` means; gRPC over HTTP/2, "Errors"."""
    return _OF_RESET.get(code, grpc.StatusCode.INTERNAL)


def of_http(status: str) -> grpc.StatusCode:
    """Return what a response without a gRPC status means; gRPC's "HTTP to gRPC Status Code Mapping"."""
    return _OF_HTTP.get(int(status), grpc.StatusCode.UNKNOWN)


def of_text(text: str) -> grpc.StatusCode:
    """Return the code of a grpc-status; UNKNOWN for anything else."""
    return _BY_TEXT.get(text, grpc.StatusCode.UNKNOWN)


def encode_message(message: str) -> str:
    """Return the value of grpc-message."""
    return message if _PLAIN.fullmatch(message) else quote(message, safe=_KEPT, errors="replace")


def decode_message(value: str) -> str:
    """Return the text of grpc-message; what is no percent-encoding of UTF-8 is shown, never refused."""
    if "%" not in value:
        return value
    return unquote_to_bytes(value).decode("utf-8", "replace")
