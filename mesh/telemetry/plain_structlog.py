"""structlog without rich, which it imports to colour tracebacks: four megabytes, and no role shows colours."""

import sys

_RICH = "rich"

if _RICH in sys.modules:  # of a program that has it in any case, as `guild`
    import structlog
else:
    sys.modules[_RICH] = None  # pyright: ignore[reportArgumentType] - what import takes for "there is none"
    try:
        import structlog
    finally:
        del sys.modules[_RICH]

from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger  # noqa: E402 - after the above

__all__ = ["EventDict", "FilteringBoundLogger", "Processor", "WrappedLogger", "structlog"]
