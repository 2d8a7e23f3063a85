"""Answers about objects for subjects, each under the generations that it was given in."""

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

Subject = TypeVar("Subject", bound=UUID)
Object = TypeVar("Object", bound=UUID)
Value = TypeVar("Value")

Under = tuple[bytes, bytes]
"""The epoch and the generation of a subject."""


class Answer(NamedTuple, Generic[Value]):
    """An answer, with the generation of the object that it was given in."""

    generation: bytes
    value: Value


class Memory(Generic[Subject, Object, Value]):
    """At most so many answers; those of the subject nobody asked about for longest go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Subject, tuple[Under, dict[Object, Answer[Value]]]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def of(self, subject: Subject, under: Under) -> dict[Object, Answer[Value]]:
        """What is kept of a subject under these; what is kept under others is dropped."""
        kept = self._kept.get(subject)
        if kept is None:
            return {}
        if kept[0] != under:
            self._drop(subject)
            return {}
        self._kept.move_to_end(subject)
        return kept[1]

    def keep(self, subject: Subject, under: Under, answers: dict[Object, Answer[Value]]) -> None:
        """Add answers to what is kept of a subject under the same; others are dropped."""
        if not answers:
            return
        mine = self.of(subject, under)
        if not mine:
            self._kept[subject] = under, mine
        before = len(mine)
        mine.update(answers)
        self._size += len(mine) - before
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, subject: Subject) -> None:
        _, dropped = self._kept.pop(subject)
        self._size -= len(dropped)
