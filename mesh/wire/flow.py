"""Flow control of what is received: a window that grows with the bandwidth-delay product of the path.

The estimate is that of gRPC's other implementations: while data streams in, a PING is sent; what arrives until its
answer is one bandwidth-delay product. Where that fills most of the window, and is more bandwidth than was ever seen,
the window becomes twice as much.
"""

PROBE = b"bdp-ping"
"""The payload of these PING frames."""
_FULL = 2 / 3
_GROWTH = 2


class Estimator:
    """One for each connection; begins at the window it starts with."""

    __slots__ = ("_bandwidth", "_began", "_limit", "_probing", "_rtt", "_sample", "window")

    def __init__(self, window: int, limit: int) -> None:
        self.window = window
        self._limit = limit
        self._probing = False
        self._sample = 0
        self._began = 0.0
        self._rtt = 0.0
        self._bandwidth = 0.0

    def received(self, size: int) -> None:
        """Count octets of DATA."""
        if self._probing:
            self._sample += size

    def probe(self, now: float) -> bool:
        """Tell whether to send a PING now: none is on its way and the window could still grow."""
        if self._probing or self.window >= self._limit:
            return False
        self._probing, self._sample, self._began = True, 0, now
        return True

    def answered(self, now: float) -> bool:
        """Take the answer to the PING; tells whether the window grew."""
        if not self._probing:
            return False
        self._probing = False
        seconds = max(now - self._began, 1e-6)
        self._rtt = seconds if not self._rtt else self._rtt + (seconds - self._rtt) / 8
        bandwidth = self._sample / self._rtt
        if bandwidth <= self._bandwidth or self._sample < self.window * _FULL:
            return False
        self._bandwidth = bandwidth
        grown = min(self._limit, max(self.window, _GROWTH * self._sample))
        larger, self.window = grown > self.window, grown
        return larger
