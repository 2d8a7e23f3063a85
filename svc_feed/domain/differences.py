"""What became of a text, word by word, found in bounded time however long and different the two are."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

MOST_PAIRS = 1_000_000
"""Pairs of words, or lines, that are compared for one text: 1,000 beside 1,000, of which every other is another, take
difflib a fifth of a second, which grows with the square. What is beyond it is told as a whole."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What became of a part of a text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


class Part(NamedTuple):
    """A part of a text, and what became of it."""

    change: Change
    text: str


def differences(before: str, after: str) -> tuple[Part, ...]:
    """The parts of two texts in order: those kept and removed are the one before, those kept and added that after."""
    return tuple(_joined(_Comparison(MOST_PAIRS).of(_WORDS.findall(before), _WORDS.findall(after))))


class _Comparison:
    """Compares as long as there are pairs to spend."""

    def __init__(self, pairs: int) -> None:
        self._left = pairs

    def of(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Part]:
        """Compare words: all at once where they are few enough, else lines, and the words of those that differ."""
        start = _common(before, after)
        end = _common(before[start:][::-1], after[start:][::-1])
        yield Part(Change.KEPT, "".join(before[:start]))
        old, new = before[start : len(before) - end], after[start : len(after) - end]
        if self._may(old, new):
            yield from _matched(old, new)
        else:
            yield from self._by_lines(_lines(old), _lines(new))
        yield Part(Change.KEPT, "".join(before[len(before) - end :]))

    def _by_lines(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Part]:
        if not self._may(before, after):
            yield Part(Change.REMOVED, "".join(before))
            yield Part(Change.ADDED, "".join(after))
            return
        for tag, start, end, there, to in SequenceMatcher(None, before, after).get_opcodes():
            old, new = "".join(before[start:end]), "".join(after[there:to])
            if tag == "equal":
                yield Part(Change.KEPT, old)
            elif self._may(words := _WORDS.findall(old), others := _WORDS.findall(new)):
                yield from _matched(words, others)
            else:
                yield Part(Change.REMOVED, old)
                yield Part(Change.ADDED, new)

    def _may(self, before: Sequence[str], after: Sequence[str]) -> bool:
        pairs = len(before) * len(after)
        if pairs > self._left:
            return False
        self._left -= pairs
        return True


def _matched(before: Sequence[str], after: Sequence[str]) -> Iterator[Part]:
    for tag, start, end, there, to in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            yield Part(Change.KEPT, "".join(before[start:end]))
        else:
            yield Part(Change.REMOVED, "".join(before[start:end]))
            yield Part(Change.ADDED, "".join(after[there:to]))


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words both begin with."""
    return next(
        (n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )


def _lines(words: Sequence[str]) -> list[str]:
    return "".join(words).splitlines(keepends=True)


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """Parts of one kind that follow each other as one; empty ones are left out."""
    change, texts = Change.KEPT, list[str]()
    for part in parts:
        if part.change is not change and part.text:
            if texts:
                yield Part(change, "".join(texts))
            change, texts = part.change, []
        if part.text:
            texts.append(part.text)
    if texts:
        yield Part(change, "".join(texts))
