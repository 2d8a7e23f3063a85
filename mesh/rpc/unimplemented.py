"""Which methods of the contract a servicer left to its generated base class."""

import inspect
from collections.abc import Callable
from typing import Any


def is_unimplemented(method: Callable[..., Any]) -> bool:
    """Tell whether a bound method is still the generated one, which only raises NotImplementedError."""
    function = inspect.unwrap(getattr(method, "__func__", method))
    return getattr(function, "__module__", "").endswith("_pb2_grpc")


def unimplemented_methods(servicer: object) -> tuple[str, ...]:
    """Return the bare names of the methods that answer UNIMPLEMENTED, in alphabetical order."""
    public = (name for name in dir(type(servicer)) if not name.startswith("_"))
    methods = {name: getattr(servicer, name) for name in public}
    return tuple(sorted(name for name, method in methods.items() if callable(method) and is_unimplemented(method)))
