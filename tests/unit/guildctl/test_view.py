"""How a run shows itself."""

import pytest

from guildctl.console import console
from guildctl.table import Row, lines, render
from guildctl.view import LiveView, View

FEED = Row("feed", "20001", "20002", "ready")


def test_a_change_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal each change of health is told once, a start not at all."""
    with View() as view:
        view.update([Row("feed", "20001", "20002", "starting")])
        view.update([FEED])
        view.update([FEED])
        view.ready([FEED], 8080, 8081, 4.25)

    said = capsys.readouterr().out.splitlines()
    assert 2 == len(said)
    assert said[0].endswith("ready")
    assert "http://127.0.0.1:8080" in said[1]


def test_the_table_shows_health_and_last_error() -> None:
    """For a terminal there is a table under a title, with what went wrong last."""
    with console.capture() as captured:
        console.print(render([Row("feed", "20001", "20002", "died", 3, "ValueError: 7")], "guild runs"))

    shown = captured.get()
    assert [] == [part for part in ("guild runs", "feed", "20001", "died", "3", "ValueError: 7") if part not in shown]


def test_the_live_table_ends_with_the_last_word() -> None:
    """What is said last stays over the table."""
    with console.capture() as captured, LiveView() as view:
        view.update([FEED])
        view.line("guild has stopped")

    assert "guild has stopped" in captured.get()


def test_lines_leave_out_what_is_not_there() -> None:
    """A line has restarts and an error only when there are some."""
    assert ["feed                 20001            admin 20002  ready"] == lines([FEED])
