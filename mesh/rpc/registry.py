"""What servicers register, gathered before a server exists."""

from collections.abc import Callable, Sequence
from typing import Any

Servicers = Sequence[tuple[Callable[[Any, Any], None], object]]
"""Pairs of the generated `add_…Servicer_to_server` with the servicer it adds."""


class Registry:
    """Stands in for a server while the generated functions register on it."""

    def __init__(self, servicers: Servicers) -> None:
        self.services: dict[str, object] = {}
        """Servicers by the full name of their service."""
        self.handlers: dict[str, Any] = {}
        """Handlers by path."""
        self._adding: object = None
        for add, self._adding in servicers:
            add(self._adding, self)

    def add_registered_method_handlers(self, service_name: str, method_handlers: dict[str, Any]) -> None:
        """Note the handlers of one service (called by the generated function)."""
        self.services[service_name] = self._adding
        for name, handler in method_handlers.items():
            self.handlers[f"/{service_name}/{name}"] = handler

    def add_generic_rpc_handlers(self, generic_rpc_handlers: Any) -> None:
        """Ignore the handlers in their older form (called by the generated function)."""
