import io
import threading

import pytest
from prometheus_client import REGISTRY

from mesh.telemetry import writer as module
from mesh.telemetry.writer import LineWriter


class SlowStream(io.BytesIO):
    """A reader that takes nothing until the gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.busy = threading.Event()

    def write(self, data: object) -> int:
        self.busy.set()
        self.gate.wait(5)
        return super().write(data)  # type: ignore[arg-type]


def _dropped() -> float:
    return REGISTRY.get_sample_value("guild_log_lines_dropped_total") or 0.0


def test_lines_are_written_in_order_by_themselves() -> None:
    """Without any flush the lines arrive soon, in the order they were added."""
    arrived = threading.Event()

    class Stream(io.BytesIO):
        def flush(self) -> None:
            arrived.set()

    stream = Stream()
    writer = LineWriter(stream)

    for n in range(100):
        writer.write(str(n).encode())
    assert arrived.wait(5)
    writer.flush()

    assert [str(n).encode() for n in range(100)] == stream.getvalue().split()


def test_a_slow_reader_does_not_hold_us_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the output is stuck, lines are kept up to the bound, then dropped and counted."""
    monkeypatch.setattr(module, "MAX_PENDING_LINES", 10)
    stream, before = SlowStream(), _dropped()
    writer = LineWriter(stream)
    writer.write(b"first")
    assert stream.busy.wait(5)

    for _ in range(25):
        writer.write(b"more")
    stream.gate.set()
    writer.flush()

    assert 15.0 == _dropped() - before
    assert 11 == len(stream.getvalue().splitlines())


def test_a_closed_stream_is_no_error() -> None:
    """When whoever reads us has gone, logging goes on without effect."""
    stream = io.BytesIO()
    writer = LineWriter(stream)
    stream.close()

    writer.write(b"line")
    writer.flush()


def test_standard_output_is_found_when_it_is_needed(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without a stream of its own a writer writes to what standard output is then."""
    writer = LineWriter()

    writer.write(b"line")
    writer.flush()

    assert b"line\n" == capsysbinary.readouterr().out


def test_a_replaced_standard_output_may_be_text_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tools that replace standard output by a text buffer get text."""
    text = io.StringIO()
    monkeypatch.setattr("sys.stdout", text)
    writer = LineWriter()

    writer.write("é".encode())
    writer.flush()

    assert "é\n" == text.getvalue()
