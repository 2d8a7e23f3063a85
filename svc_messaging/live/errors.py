"""Why a chat stream ends, or does not begin."""

from mesh.errors import InvalidArgument, ResourceExhausted, Unavailable


class HelloRepeated(InvalidArgument):
    """A stream is opened once."""

    reason = "HELLO_REPEATED"

    def __init__(self) -> None:
        super().__init__("hello is the first frame only: open another stream to resume again")


class TooManyInvalidFrames(InvalidArgument):
    """The client does not speak this protocol."""

    reason = "TOO_MANY_INVALID_FRAMES"

    def __init__(self) -> None:
        super().__init__("too many invalid frames: see the contract of guild.messaging.v1.ChatRequest")


class TooManyStreams(ResourceExhausted):
    """A member has as many streams as one may have, and all of them say something."""

    reason = "TOO_MANY_STREAMS"

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} chat streams are open already: close one first", retry_after=5.0)


class StreamsFull(Unavailable):
    """This instance holds no more streams, or is about to stop; another one may."""

    reason = "STREAMS_FULL"

    def __init__(self) -> None:
        super().__init__("this server takes no more chat streams: connect again", retry_after=1.0)


class ReaderGone(Unavailable):
    """The client was told to go away and did not even read that."""

    reason = "READER_GONE"

    def __init__(self) -> None:
        super().__init__("the client reads nothing: connect again and resume")
