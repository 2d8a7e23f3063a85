"""What a process may take that looks at a file."""

import resource

MAX_PIXELS = 50_000_000
"""Of a picture: the largest cameras of phones have so many; decoded, with transparency, 200 MB."""
MEMORY_BYTES = 1024 * 1024 * 1024
"""Of address space: a picture as above, and the library."""
CPU_SECONDS = 30
FILE_BYTES = 64 * 1024 * 1024
"""Of each file it writes: a picture of 2048 pixels has a quarter of it, not packed at all."""
OPEN_FILES = 64


def confine() -> None:
    """Bound this process; it cannot take that back."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
