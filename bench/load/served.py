"""What becomes of requests when more come than can be answered."""

from dataclasses import dataclass

from bench.load.outcome import DROPPED, UNFINISHED
from bench.load.result import Result

_LATE = ("DEADLINE_EXCEEDED", "timeout", UNFINISHED, DROPPED)
_REFUSED = ("OVERLOADED", "HTTP 503")


@dataclass(frozen=True, slots=True)
class Served:
    """Requests per second by what became of them; `p99` in seconds is that of all answers, counted from when due."""

    in_time: float
    late: float
    refused: float
    failed: float
    p99: float

    @classmethod
    def of(cls, result: Result, deadline: float) -> "Served":
        """Sort what one load saw; an answer after `deadline` seconds is no better than none."""
        in_time = result.latencies.within(deadline)
        late = result.latencies.count - in_time + _count(result, _LATE)
        refused = _count(result, _REFUSED)
        failed = result.failed - _count(result, _LATE) - refused
        each = (count / result.seconds for count in (in_time, late, refused, failed))
        return cls(*each, p99=result.p(99))


def _count(result: Result, words: tuple[str, ...]) -> int:
    return sum(count for word, count in result.failures.items() if any(each in word for each in words))
