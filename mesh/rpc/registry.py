"""What servicers register, gathered before a server exists."""

from collections.abc import Callable, Sequence
from typing import Any

from mesh.rpc.handlers import Handler, served_by
from mesh.rpc.unimplemented import is_unimplemented

Servicers = Sequence[tuple[Callable[[Any, Any], None], object]]
"""Pairs of the generated `add_…Servicer_to_server` with the servicer it adds.

A service may have several servicers, one for each of its aggregates: each method is served by the one that has it.
"""


class Registry:
    """Stands in for a server while the generated functions register on it; raises ValueError for a method had twice."""

    def __init__(self, servicers: Servicers) -> None:
        self.services: list[str] = []
        """Full names of services."""
        self.handlers: dict[str, Handler] = {}
        """Handlers by path."""
        for add, servicer in servicers:
            add(servicer, self)

    @property
    def unimplemented(self) -> dict[str, tuple[str, ...]]:
        """Bare names of the methods that nobody serves, by service, in alphabetical order."""
        found: dict[str, list[str]] = {}
        for path, handler in sorted(self.handlers.items()):
            if is_unimplemented(served_by(handler)):
                _, service, method = path.split("/")
                found.setdefault(service, []).append(method)
        return {service: tuple(methods) for service, methods in found.items()}

    def add_registered_method_handlers(self, service_name: str, method_handlers: dict[str, Handler]) -> None:
        """Note what one servicer has of a service (called by the generated function)."""
        if service_name not in self.services:
            self.services.append(service_name)
        for name, handler in method_handlers.items():
            path = f"/{service_name}/{name}"
            before = self.handlers.get(path)
            if before is None or is_unimplemented(served_by(before)):
                self.handlers[path] = handler
            elif not is_unimplemented(served_by(handler)):
                raise ValueError(f"two servicers serve {path}")

    def add_generic_rpc_handlers(self, generic_rpc_handlers: Any) -> None:
        """Ignore the handlers in their older form (called by the generated function)."""
