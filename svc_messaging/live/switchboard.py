"""The open streams of this instance by member, and the way of a frame to them."""

from prometheus_client import Gauge

from svc_messaging.domain.ids import StreamId, UserId
from svc_messaging.domain.notices import Telling
from svc_messaging.live.frames import Frame, Frames
from svc_messaging.live.signals import Signals
from svc_messaging.live.stream import ChatStream

_open = Gauge("guild_chat_streams", "Open chat streams.")


class Switchboard:
    """Hands frames to streams: here at once, elsewhere by signal. Never blocks, never raises."""

    def __init__(self, signals: Signals, frames: Frames) -> None:
        self._signals = signals
        self._frames = frames
        self._streams: dict[UserId, list[ChatStream]] = {}
        self.open = 0
        """How many streams there are."""
        _open.set_function(lambda: self.open)

    def add(self, stream: ChatStream) -> None:
        """Connect a stream."""
        self._streams.setdefault(stream.user_id, []).append(stream)
        self.open += 1

    def remove(self, stream: ChatStream) -> None:
        """Disconnect a stream."""
        mine = self._streams[stream.user_id]
        mine.remove(stream)
        self.open -= 1
        if not mine:
            del self._streams[stream.user_id]

    def of(self, user_id: UserId) -> list[ChatStream]:
        """The streams of a member."""
        return list(self._streams.get(user_id, ()))

    def all(self) -> list[ChatStream]:
        """Every stream."""
        return [stream for streams in self._streams.values() for stream in streams]

    def members(self) -> list[UserId]:
        """Who has a stream here."""
        return list(self._streams)

    def tell(self, telling: Telling) -> None:
        """Hand a telling to every stream of its recipients, on any instance."""
        for user_id, frame in self._frames.told(telling):
            self.deliver(user_id, frame, telling.origin)
            self._signals.publish(user_id, frame)

    def deliver(self, user_id: UserId, frame: Frame, origin: StreamId | None = None) -> None:
        """Hand a frame to the streams of a member here, but for the one it came from."""
        for stream in self._streams.get(user_id, ()):
            if stream.id != origin:
                stream.deliver(frame)
