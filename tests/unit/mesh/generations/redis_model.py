"""What Redis keeps of generations, as a model: the scripts in Python, on a clock that a test moves.

`tests/services/mesh/test_generations_model.py` holds it against the real ones.
"""

import copy
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from mesh.generations import Standing
from mesh.generations.registry import HOLD_SECONDS, KEPT_SECONDS

HOLD_MS = int(HOLD_SECONDS * 1000)
KEPT_MS = int(KEPT_SECONDS * 1000)
EPOCH = "epoch"
_EPOCH_FORM = re.compile(r"([=?])(\d+):(\w+):?(\d*)")


@dataclass
class RedisModel:
    """Values with the time at which they end, if they do."""

    now: int = 1_000_000
    values: dict[str, tuple[str, int | None]] = field(default_factory=dict[str, tuple[str, "int | None"]])

    def get(self, name: str) -> str | None:
        value, ends = self.values.get(name, (None, None))
        return None if ends is not None and ends <= self.now else value

    def open(self, names: Sequence[str]) -> Standing:
        begun = "=" + secrets.token_hex(8)
        for name in names:
            value = self.get(name)
            if value is None or (value.startswith("!") and not self._marks(name)):
                self.values[name] = begun, self.now + KEPT_MS
        epoch, *generations = (self._kept(name) for name in (EPOCH, *names))
        return Standing(epoch, generations)

    def hold(self, names: Sequence[str], token: str) -> None:
        for name in names:
            self.values[name] = "!" + self._marks(name) + f"{self.now}:{token};", None

    def release(self, names: Sequence[str], token: str) -> None:
        for name in names:
            if left := self._marks(name, but=token):
                self.values[name] = "!" + left, None
            else:
                self.values.pop(name, None)

    def beat(self, fence: int, ends: int) -> int:
        name = secrets.token_hex(8)
        if ends <= self.now:
            return self.now
        found = _EPOCH_FORM.fullmatch(self.get(EPOCH) or "")
        if found is None:
            value = f"?{fence}:{name}:{self.now + HOLD_MS}"
        else:
            kind, known, known_name, since = found.groups()
            if int(known) > fence:
                return self.now
            if int(known) < fence:
                value = f"{kind}{fence}:{name}" + (f":{since}" if kind == "?" else "")
            elif kind == "?" and self.now >= int(since):
                value = f"={fence}:{known_name}"
            else:
                value = found[0]
        self.values[EPOCH] = value, ends
        return self.now

    def empty(self) -> None:
        """FLUSHALL, or a restart without its data."""
        self.values.clear()

    def evict(self, at: int) -> None:
        """What a full Redis does: drop something that would end by itself."""
        if ending := [name for name, (_, ends) in self.values.items() if ends is not None]:
            del self.values[ending[at % len(ending)]]

    def snapshot(self) -> dict[str, tuple[str, int | None]]:
        """What a replica has, or a file."""
        return copy.copy(self.values)

    def _kept(self, name: str) -> bytes | None:
        value = self.get(name)
        return value.encode() if value is not None and value.startswith("=") else None

    def _marks(self, name: str, but: str = "") -> str:
        marks = re.findall(r"(\d+):(\w+);", self.get(name) or "") if (self.get(name) or "").startswith("!") else []
        return "".join(f"{at}:{token};" for at, token in marks if token != but and self.now - int(at) < HOLD_MS)
