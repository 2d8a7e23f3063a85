"""Commands in the form they have on the wire."""

from collections.abc import Callable
from typing import cast

import hiredis

Argument = str | bytes | int | float
Command = tuple[Argument, ...]

pack = cast("Callable[[Command], bytes]", hiredis.pack_command)  # whose stubs know commands of one word only
"""Packs a command; raises TypeError for an argument the protocol has no form for."""
