"""How a run shows itself while it goes on."""

from collections.abc import Iterable
from typing import Self

from rich.live import Live

from guildctl.console import console, say
from guildctl.table import Row, lines, render


class View:
    """Plain lines, one for each change: for logs and pipes."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[str, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to restore."""

    def line(self, text: str) -> None:
        """Say something that happened."""
        say(text)

    def update(self, rows: Iterable[Row]) -> None:
        """Show what changed."""
        for row in rows:
            now = (row.health, row.restarts)
            if self._shown.get(row.name, ("", 0)) != now and row.health != "starting":
                self.line(lines([row])[0])
                self._shown[row.name] = now

    def ready(self, rows: Iterable[Row], http_port: int, grpc_port: int, seconds: float) -> None:
        """Say that everything is up."""
        self.update(rows)
        self.line(welcome(http_port, grpc_port, seconds))


class LiveView(View):
    """A table that stays in its place: for a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._live = Live(console=console, auto_refresh=False)
        self._title = "guild is starting"
        self._rows: list[Row] = []

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def line(self, text: str) -> None:
        """Put it over the table."""
        self._title = text
        self._draw()

    def update(self, rows: Iterable[Row]) -> None:
        """Draw the table anew."""
        self._rows = list(rows)
        self._draw()

    def _draw(self) -> None:
        self._live.update(render(self._rows, self._title), refresh=True)


def welcome(http_port: int, grpc_port: int, seconds: float) -> str:
    """Return where everything is."""
    return (
        f"guild is ready after {seconds:.1f} s: REST and WebSocket on http://127.0.0.1:{http_port}, "
        f"gRPC on 127.0.0.1:{grpc_port} (Ctrl-C or `guild down` stops it)"
    )
