"""How HTTP/2 goes wrong: the error codes of RFC 9113 section 7, and the two reaches an error can have."""

from enum import IntEnum
from typing import NoReturn


class ErrorCode(IntEnum):
    """Codes of RST_STREAM and GOAWAY; RFC 9113 section 7."""

    NO_ERROR = 0x0
    PROTOCOL_ERROR = 0x1
    INTERNAL_ERROR = 0x2
    FLOW_CONTROL_ERROR = 0x3
    SETTINGS_TIMEOUT = 0x4
    STREAM_CLOSED = 0x5
    FRAME_SIZE_ERROR = 0x6
    REFUSED_STREAM = 0x7
    CANCEL = 0x8
    COMPRESSION_ERROR = 0x9
    CONNECT_ERROR = 0xA
    ENHANCE_YOUR_CALM = 0xB
    INADEQUATE_SECURITY = 0xC
    HTTP_1_1_REQUIRED = 0xD


class ConnectionFault(Exception):  # noqa: N818 - it is what the other end did
    """The peer broke the connection: GOAWAY with this code, then nothing more."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class StreamFault(Exception):  # noqa: N818 - as above
    """The peer broke one stream: RST_STREAM with this code, the connection goes on."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def code_of(number: int) -> ErrorCode:
    """Return the code of a number off the wire; unknown ones mean INTERNAL_ERROR, as RFC 9113 section 7 allows."""
    return ErrorCode(number) if number <= ErrorCode.HTTP_1_1_REQUIRED else ErrorCode.INTERNAL_ERROR


def breach(code: ErrorCode, message: str) -> NoReturn:
    """Raise ConnectionFault: nothing more can be done with this connection."""
    raise ConnectionFault(code, message)
