"""What earlier runs found."""

from pathlib import Path

from bench import history
from bench.findings import Finding
from bench.history import Run

MACHINE = "a laptop"


def run(number: int, value: float, machine: str = MACHINE) -> Run:
    """One of several."""
    return Run(f"2026-01-0{number} 12:00", f"c{number}", machine, {"call": value})


def test_runs_come_back_in_order(tmp_path: Path) -> None:
    """What is appended is read again, the oldest first; the folder is made."""
    file = tmp_path / "deep" / "history.jsonl"
    runs = [run(1, 100.0), run(2, 110.0)]

    for each in runs:
        history.append(file, each)

    assert runs == history.read(file)


def test_lines_that_are_no_runs_are_left_out(tmp_path: Path) -> None:
    """A file that was cut short, or written by another version, does not end a run of minutes."""
    file = tmp_path / "history.jsonl"
    history.append(file, run(1, 100.0))
    with file.open("ab") as out:
        out.write(b'{"at": "2026-01-01"}\n[1]\n{"at": "20')

    assert [run(1, 100.0)] == history.read(file)
    assert [] == history.read(tmp_path / "nowhere")


def test_figures_stand_beside_those_of_the_last_runs() -> None:
    """The last runs on such a machine, then this one, then this one as a part of their median."""
    earlier = [run(number, 100.0 * number) for number in range(1, 8)] + [run(9, 9.0, "a server")]

    sheet = history.sheet(earlier, [Finding("call", 1_000.0), Finding("new", 1.0)], MACHINE)

    assert sheet is not None
    assert ("what", "c3 01-03 12:00") == sheet.headings[:2]
    assert ("call", "300/s", "400/s", "500/s", "600/s", "700/s", "1,000/s", "2.00") == sheet.rows[0]
    assert ("new", "-", "-", "-", "-", "-", "1/s", "-") == sheet.rows[1]


def test_the_first_run_on_a_machine_has_nothing_beside_it() -> None:
    """Figures of other machines say nothing about this one."""
    assert history.sheet([run(1, 9.0, "a server")], [Finding("call", 1.0)], MACHINE) is None


def test_a_run_knows_its_commit_and_machine() -> None:
    """Neither is empty, and a line holds them."""
    now = Run.now([Finding("call", 1.5)])

    assert now.commit
    assert "Python 3." in now.machine
    assert now == Run.of(now.line())
