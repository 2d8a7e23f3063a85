"""What a run that tried failed tests again says of it.

Thousands of tests share two cores and one set of servers: one that holds by itself may now and then meet a moment in
which the machine answers nobody. It is tried once more, named at the end, and is to be mended; many are a fault.
"""

import pytest

MOST = 3
"""So many tests of a run may pass at their second try."""


class Reruns:
    """Counts, where all reports of a run arrive, the tests that were tried again."""

    def __init__(self) -> None:
        self.tried_again = set[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that is about to be tried again."""
        if report.outcome == "rerun":  # pyright: ignore[reportUnnecessaryComparison]  # an outcome of the plugin's own
            self.tried_again.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run in which many tests had to be tried again."""
        if len(self.tried_again) > MOST and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name them all."""
        if self.tried_again:
            terminalreporter.section(
                f"passed or failed at the second try: {len(self.tried_again)}, allowed: {MOST}", red=True
            )
            for test in sorted(self.tried_again):
                terminalreporter.write_line(test)
