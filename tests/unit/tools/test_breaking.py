"""`make proto-breaking` in the repositories that it may meet."""

import subprocess
from pathlib import Path

import pytest

from tools import breaking

PROTO = """syntax = "proto3";

package guild.common.v1;

message Money {
  int64 %s = 1;
}
"""


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)  # noqa: S607 - git with words of our own


def write(field: str) -> None:
    Path("proto/guild/common/v1/money.proto").write_text(PROTO % field, encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AGAINST", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):  # a git hook that runs the tests sets some
        monkeypatch.delenv(name, raising=False)
    Path("buf.yaml").write_text("version: v2\nmodules: [{path: proto}]\nbreaking: {use: [FILE]}\n", encoding="utf-8")
    Path("proto/guild/common/v1").mkdir(parents=True)
    write("units")
    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "first")


@pytest.mark.usefixtures("repository")
def test_a_renamed_field_breaks_before_and_after_it_is_committed() -> None:
    """A field that changes its name is refused while it is being edited and when it is the newest commit."""
    write("cents")
    edited = breaking.main()
    git("commit", "-am", "second")

    committed = breaking.main()

    assert (100, 100) == (edited, committed)


@pytest.mark.usefixtures("repository")
def test_a_branch_is_compared_with_main() -> None:
    """On a branch, all of its commits are compared with main together."""
    git("checkout", "-b", "topic")
    write("cents")
    git("commit", "-am", "second")
    git("commit", "--allow-empty", "-m", "third")

    assert breaking.main() == 100


@pytest.mark.usefixtures("repository")
def test_an_added_field_does_not_break() -> None:
    """A new field is compatible."""
    text = PROTO % "units"
    Path("proto/guild/common/v1/money.proto").write_text(text.replace("}", "  string code = 2;\n}"), encoding="utf-8")

    assert breaking.main() == 0


@pytest.mark.usefixtures("repository")
def test_the_first_commit_has_nothing_to_compare_with() -> None:
    """A repository of one commit passes, and so does a clone without its history."""
    assert breaking.main() == 0


def test_no_repository_has_nothing_to_compare_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unpacked source archive passes."""
    monkeypatch.chdir(tmp_path)

    assert breaking.main() == 0


@pytest.mark.usefixtures("repository")
def test_a_commit_before_the_contract_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that has no contract that builds is nothing to compare with."""
    git("rm", "-r", "proto")
    git("commit", "-m", "without")
    monkeypatch.setenv("AGAINST", "HEAD")

    assert breaking.main() == 0
