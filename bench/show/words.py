"""Numbers as people read them."""

from collections.abc import Mapping

from bench.load.latencies import LONGEST
from bench.load.result import Result
from bench.system.accounts import Cost


def duration(seconds: float) -> str:
    """Return milliseconds, with more digits the shorter it is; "never" from the longest on that is kept."""
    if seconds >= LONGEST:
        return "never"
    ms = seconds * 1000
    return f"{ms:.0f} ms" if ms >= 100 else f"{ms:.1f} ms" if ms >= 10 else f"{ms:.2f} ms"


def micros(seconds: float) -> str:
    """Return processor time."""
    us = seconds * 1e6
    return f"{us:,.0f} µs" if us >= 100 else f"{us:.1f} µs"


def mebibytes(octets: float) -> str:
    """Return memory."""
    return f"{octets / 1024 / 1024:,.0f} MB"


def cost(used: Cost) -> str:
    """Return processor time by process, the stores' in brackets."""
    parts = " + ".join(f"{name} {seconds * 1e6:,.0f}" for name, seconds in used.roles.items())
    several = f" = {used.total * 1e6:,.0f}" if len(used.roles) > 1 else ""
    stores = " ".join(f"{name} {seconds * 1e6:,.0f}" for name, seconds in used.stores.items())
    return f"CPU each: {parts}{several} µs" + (f" ({stores})" if stores else "")


def failures(words: Mapping[str, int]) -> str:
    """Return the failures by word, the most frequent first."""
    if not words:
        return "no failures"
    return ", ".join(f"{count} of {word}" for word, count in sorted(words.items(), key=lambda item: -item[1]))


def cores(shares: tuple[float, ...]) -> str:
    """Return what each worker of the generator used of a core; near 100 % the generator is the bottleneck."""
    used = " ".join(f"{share:.0%}" for share in shares)
    return f"generator {used}" + (" (its limit)" if max(shares, default=0.0) > 0.9 else "")


def line(result: Result) -> str:
    """Return a load in one line."""
    tail = " ".join(f"p{percent:g} {duration(result.p(percent))}" for percent in (50, 90, 99, 99.9))
    return f"{result.rate:,.0f}/s  {tail}  {failures(result.failures)}  {cores(result.generator_cpu)}"
