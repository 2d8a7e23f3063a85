"""The operating system's account of processor time."""

import os
import subprocess
import sys

import pytest

from bench.show.words import cost
from bench.system.accounts import Cost, Watched, cpu_seconds, family

linux = pytest.mark.skipif(not cpu_seconds(os.getpid()), reason="this system does not account another's time")
_CHILD = "print('up', flush=True); input(); [None for _ in range(4_000_000)]; print('done', flush=True); input()"
_PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_CHILD!r}])"


@linux
def test_what_children_use_is_their_parents() -> None:
    """The work of a grandchild counts for the process that is watched, and what was used before does not."""
    child = subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=0
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "up\n"
        account = Watched({"worker": child.pid}, {"idle": os.getpid()}).account()
        child.stdin.write("\n")
        assert child.stdout.readline() == "done\n"
        used = account.close()
        assert len(list(family(child.pid))) == 2
        assert used.roles["worker"] > 0.005
        assert used.total == used.roles["worker"]
    finally:
        child.stdin.close()
        child.wait(10)
        child.stdout.close()


def test_a_process_that_is_gone_used_nothing() -> None:
    """A role that was restarted does not end the run."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    account = Watched({"gone": child.pid}).account()
    child.wait(10)

    assert Cost({"gone": 0.0}) == account.close()


def test_a_cost_is_told_by_process() -> None:
    """Those that serve are added up, stores stand apart."""
    used = Cost({"feed": 0.2, "profile": 0.1}, {"redis": 0.05}).over(1_000)

    assert "CPU each: feed 200 + profile 100 = 300 µs (redis 50)" == cost(used)
