"""Flame graphs, and which room takes what."""

from xml.etree import ElementTree as ET

import pytest

from bench.show.flame import flame
from bench.show.stacks import THE_LOOP, Frame, read, rooms
from bench.show.table import Sheet, markdown

START = "_run_code (<frozen runpy>:65);<module> (svc_feed/__main__.py:1);run (mesh/lifecycle/run.py:34)"
RUN = f"{START};Runner.run (asyncio/runners.py:86)"
TEXT = f"""\
{RUN};Server.call (mesh/wire/server/call.py:9);Limits.__call__ (mesh/rpc/concerns/rate_limit.py:30);loads (<json>) 60
{RUN};Server.call (mesh/wire/server/call.py:9);Feed.get (svc_feed/usecases/get_feed.py:12);fetch (asyncpg/pool.py:3) 25
{RUN} 10
Thread.run (threading.py:971);Writer._run (mesh/telemetry/writer.py:63);write (io.py:1) 5
Thread.run (threading.py:971);Writer._run (mesh/telemetry/writer.py:63);Condition.wait (threading.py:295) 900
"""
"""What py-spy writes: a thread that waits is no use of a processor."""


def test_what_libraries_do_is_done_for_the_room_that_called_them() -> None:
    """The innermost frame of ours counts; a concern is a room of its own; where nothing of ours is, it is the loop."""
    assert [
        ("concern rate_limit", 0.60),
        ("svc_feed/usecases", 0.25),
        (THE_LOOP, 0.10),
        ("mesh/telemetry", 0.05),
    ] == rooms(read(TEXT))


def test_what_starts_a_process_is_in_no_stack() -> None:
    """Each begins where the loop calls something."""
    assert all(not stack[0].name.startswith(("_run", "Runner", "<module>")) for stack in read(TEXT))


@pytest.mark.parametrize("text", ["", "no count\n", f"{RUN};Condition.wait (threading.py:295) 3\n"])
def test_nothing_to_see_is_no_error(text: str) -> None:
    """A role that did nothing has an empty graph."""
    assert "<svg" in flame("idle", read(text.replace("no count", "frame 1")))


def test_the_graph_is_as_wide_as_frames_are_often() -> None:
    """Frames that nobody can see are left out; names are escaped."""
    stacks = read(
        f"{RUN};wide <x> (mesh/wire/a.py:1) 996\n{RUN};narrow (mesh/wire/b.py:1) 2\n{RUN};mid (edge/c.py:1) 2\n"
    )

    drawn = ET.fromstring(flame("a & b", stacks))  # noqa: S314 - ours

    names = [title.text for title in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert ["wide <x> (mesh/wire/a.py) 99.6%"] == names
    widths = [float(rect.get("width", "0")) for rect in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert any(width == pytest.approx(1195.2 - 0.5, abs=0.2) for width in widths)


def test_a_frame_is_read_with_and_without_its_line() -> None:
    """Files begin with their package."""
    assert Frame("Relay._publish", "mesh/events/relay.py") == Frame.of("Relay._publish (mesh/events/relay.py:97)")
    assert Frame("mesh/data", "") != Frame.of("x (mesh/data/pool.py:1)")
    assert "mesh/data" == Frame.of("x (mesh/data/pool.py:1)").room


def test_a_table_can_stand_on_a_page() -> None:
    """As a section with a table of Markdown."""
    assert "## rooms\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n" == markdown(Sheet("rooms", ("a", "b"), [("1", "2")]))
