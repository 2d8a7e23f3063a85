"""Whether a method of the contract was left to the generated base class."""

import inspect
from collections.abc import Callable
from typing import Any


def is_unimplemented(method: Callable[..., Any]) -> bool:
    """Tell whether a bound method is still the generated one, which only raises NotImplementedError."""
    function = inspect.unwrap(getattr(method, "__func__", method))
    return getattr(function, "__module__", "").endswith("_pb2_grpc")
