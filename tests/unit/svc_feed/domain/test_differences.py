"""What edits changed of a text."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_feed.domain.differences import Change, Part, differences

KEPT, ADDED, REMOVED = Change.KEPT, Change.ADDED, Change.REMOVED
texts = st.text(st.sampled_from("ab \n.é𠮷"), max_size=60)


@given(texts, texts)
def test_the_parts_are_both_texts(before: str, after: str) -> None:
    """Nothing is lost of either, and parts of one kind are joined."""
    parts = differences(before, after)
    assert before == "".join(part.text for part in parts if part.change is not ADDED)
    assert after == "".join(part.text for part in parts if part.change is not REMOVED)
    assert all(part.text for part in parts)
    assert all(one.change is not other.change for one, other in itertools.pairwise(parts))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("same", "same", [Part(KEPT, "same")]),
        ("", "new", [Part(ADDED, "new")]),
        (
            "one two three.",
            "one 2 three!",
            [
                Part(KEPT, "one "),
                Part(REMOVED, "two"),
                Part(ADDED, "2"),
                Part(KEPT, " three"),
                Part(REMOVED, "."),
                Part(ADDED, "!"),
            ],
        ),
    ],
)
def test_words_are_told_apart(before: str, after: str, expected: list[Part]) -> None:
    """A word is one or another, and what is around it stays."""
    assert expected == list(differences(before, after))


def test_a_long_text_is_compared_by_its_lines() -> None:
    """Of two lines among hundreds the words are told."""
    lines = [f"line {number} says {number * 7}\n" for number in range(900)]
    changed = [*lines]
    changed[10], changed[890] = "line 10 is another\n", "line 890 too\n"
    parts = differences("".join(lines), "".join(changed))
    assert {"says", "70"} <= {part.text for part in parts if part.change is REMOVED}
    assert sum(len(part.text) for part in parts if part.change is not KEPT) < 200


def _interleaved(size: int) -> tuple[str, str]:
    """Texts of which every other word is another: what costs most."""
    return tuple(" ".join(f"{n} {other}{n}" for n in range(size)) for other in "ab")  # type: ignore[return-value]


HOSTILE = {
    "interleaved": _interleaved(490),
    "interleaved and long": _interleaved(9_000),
    "punctuation": ("." * 120_000, "!" * 120_000),
    "one line": ("a b " * 30_000, "b c " * 30_000),
    "short lines": ("\n".join(map(str, range(20_000))), "\n".join(map(str, reversed(range(20_000))))),
    "alike lines": ("a b\n" * 30_000, "b a\n" * 29_999),
    "middle": (" ".join(str(n % 97) for n in range(40_000)), " ".join(str(n * 31 % 97) for n in range(40_000))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_no_longer_than_the_bound(name: str) -> None:
    """Not much longer than the largest texts that are compared word by word, whatever they are made of."""
    began = time.process_time()
    differences(*_interleaved(250))
    allowed = max(time.process_time() - began, 0.01)

    began = time.process_time()
    before, after = HOSTILE[name]
    parts = differences(before, after)
    assert time.process_time() - began < 200 * allowed
    assert after == "".join(part.text for part in parts if part.change is not REMOVED)
