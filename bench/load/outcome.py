"""What came of a request that was not answered, as one word to count it under."""

import asyncio

from mesh.errors import Code, Failure

DROPPED = "dropped: too many in flight"
UNFINISHED = "unfinished at the end"
LOST = "acknowledged and never arrived"
LIMITED = "429 rate limited"


class HttpRefused(Exception):  # noqa: N818 - it is an answer
    """The edge answered with something other than 2xx."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


def word(error: BaseException) -> str:
    """Return what to count an error under; being rate limited is the same over HTTP and gRPC."""
    if isinstance(error, HttpRefused):
        return LIMITED if error.status == 429 else f"HTTP {error.status}"
    if isinstance(error, Failure):
        if error.code == Code.RESOURCE_EXHAUSTED and error.reason == "RATE_LIMITED":
            return LIMITED
        return error.code.name if error.reason == error.code.name else f"{error.code.name} {error.reason}"
    if isinstance(error, TimeoutError | asyncio.CancelledError):
        return "timeout"
    return type(error).__name__
