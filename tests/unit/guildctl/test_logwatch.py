"""The last error of a log, whoever wrote it."""

from pathlib import Path

import pytest

from guildctl.logwatch import LogWatch, error_of, last_error


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"event":"could not start","error":"OSError: taken","level":"error"}', "could not start: OSError: taken"),
        ('{"event":"oops","exception":"Traceback\\n  x\\nValueError: 7","level":"error"}', "oops: ValueError: 7"),
        ('{"event":"gone","level":"critical"}', "gone"),
        ('{"event":"fine","error":"none","level":"info"}', ""),
        ('{"level":"error", broken', ""),
        ("ModuleNotFoundError: No module named 'x'", "ModuleNotFoundError: No module named 'x'"),
        ("/usr/bin/python: error: no such option", "/usr/bin/python: error: no such option"),
        ("all is well", ""),
        ("", ""),
    ],
)
def test_an_error_line_is_recognised(line: str, expected: str) -> None:
    """JSON lines of level error, and the last lines of tracebacks, are errors."""
    assert expected == error_of(line)


def test_a_watch_sees_what_is_written_after_it_began(tmp_path: Path) -> None:
    """Errors of an earlier run do not count; a line written in two halves counts once it is whole."""
    log = tmp_path / "role.log"
    log.write_text("ValueError: old\n")
    watch = LogWatch(log)
    watch.begin()
    watch.update()
    before = watch.last_error
    with log.open("a") as file:
        file.write("KeyError: ne")
        file.flush()
        watch.update()
        halfway = watch.last_error
        file.write("w\n")
    watch.update()

    assert ("", "", "KeyError: new") == (before, halfway, watch.last_error)


def test_a_missing_log_has_no_error(tmp_path: Path) -> None:
    """Nothing written is nothing wrong."""
    assert not last_error(tmp_path / "nothing.log")
