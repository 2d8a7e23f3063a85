"""What the cache answers in place of a value."""

from collections.abc import Mapping

from mesh.errors import Unavailable

_RETRY_AFTER_SECONDS = 1.0


class CacheUnavailable(Unavailable):
    """The cache does not answer now; reads degrade to the store, nothing durable is lost."""

    reason = "CACHE_UNAVAILABLE"


class CommandRefused(Exception):  # noqa: N818 - reads as what it says
    """The server's error reply to one command; the first word of its text is a code, as in "WRONGTYPE …"."""


class ScriptUnknown(CommandRefused):
    """The server has no script of this hash: it was flushed, restarted, or is another one."""


class Unable(CommandRefused):
    """The server cannot do this now, such as a write; callers get CacheUnavailable."""


class ServesNobody(Unable):
    """The server serves nobody now, or not us: nobody need ask it until that is over."""


class Redirected(CommandRefused):
    """Another node of the cluster serves the slot; with `once` for this command alone, while the slot moves."""

    def __init__(self, text: str) -> None:
        """Read "MOVED 3999 127.0.0.1:6381"; raises ValueError for anything else."""
        super().__init__(text)
        code, slot, address = text.split(" ")
        self.once = code == "ASK"
        self.slot = int(slot)
        self.host, _, port = address.rpartition(":")
        self.port = int(port)


def unavailable(cause: BaseException | None = None) -> CacheUnavailable:
    """Return what a caller gets while the cache does not answer, because of `cause`."""
    failure = CacheUnavailable("the cache does not answer: go on without it", retry_after=_RETRY_AFTER_SECONDS)
    failure.__cause__ = cause
    return failure


_KINDS: Mapping[str, type[CommandRefused]] = {
    "NOSCRIPT": ScriptUnknown,
    **dict.fromkeys(("MOVED", "ASK"), Redirected),
    **dict.fromkeys(("OOM", "READONLY", "MISCONF", "NOREPLICAS", "BUSY", "TRYAGAIN"), Unable),
    **dict.fromkeys(("LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOAUTH", "WRONGPASS", "NOPROTO"), ServesNobody),
}


def refusal(text: str) -> CommandRefused:
    """Return what an error reply stands for."""
    return _KINDS.get(text.partition(" ")[0], CommandRefused)(text)
