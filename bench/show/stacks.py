"""What a profiler saw: stacks of frames, each so and so often."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

OURS = ("mesh/", "svc_", "edge/")
_FRAME = re.compile(r"^(?P<name>.*) \((?P<file>.*?)(?::\d+)?\)$")
_WAITS = ("Condition.wait", "wait (threading")
THE_LOOP = "the event loop itself"
"""What no code of ours is under."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A function; `file` begins with its package."""

    name: str
    file: str

    @classmethod
    def of(cls, text: str) -> "Frame":
        """Read `name (file:line)` as py-spy writes it."""
        found = _FRAME.match(text)
        return cls(found["name"], found["file"]) if found else cls(text, "")

    @property
    def ours(self) -> bool:
        """Whether it is code of this repository."""
        return self.file.startswith(OURS)

    @property
    def room(self) -> str:
        """The folder it is in, two deep at most; of concerns the module, as each is a step of its own."""
        parts = self.file.removesuffix(".py").split("/")
        if "concerns" in parts:
            return f"concern {parts[-1]}"
        return "/".join(parts[:2])


Stack = tuple[Frame, ...]


def read(text: str) -> Counter[Stack]:
    """Read collapsed stacks, `frame;frame;frame count` a line, outermost first.

    Threads that wait are left out, and of every stack what starts the process, which is the same in all of them.
    """
    stacks: Counter[Stack] = Counter()
    for line in text.splitlines():
        frames, _, count = line.rpartition(" ")
        if frames and not any(wait in frames.rpartition(";")[2] for wait in _WAITS):
            stack = _after_start([Frame.of(each) for each in frames.split(";")])
            stacks[stack or (Frame(THE_LOOP, ""),)] += int(count)
    return stacks


def rooms(stacks: Counter[Stack]) -> list[tuple[str, float]]:
    """Return the share of each room, the largest first: what libraries do is done for the room that called them."""
    counts: Counter[str] = Counter()
    for stack, count in stacks.items():
        counts[next((frame.room for frame in reversed(stack) if frame.ours), THE_LOOP)] += count
    total = counts.total() or 1
    return [(room, count / total) for room, count in counts.most_common()]


def _after_start(stack: Sequence[Frame]) -> Stack:
    begun = max((at for at, frame in enumerate(stack) if _starts(frame)), default=-1)
    return tuple(stack[begun + 1 :])


def _starts(frame: Frame) -> bool:
    in_ours = frame.file.endswith("__main__.py") or frame.file == "mesh/lifecycle/run.py"
    return in_ours or frame.file.startswith("<frozen runpy") or frame.name == "Runner.run"
