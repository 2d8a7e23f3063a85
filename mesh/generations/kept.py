"""The reading side: answers about objects for subjects, asked for once in a generation of both."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from prometheus_client import Counter

from mesh.cache import CacheUnavailable
from mesh.generations.memory import Answer, Memory, Object, Subject, Under, Value
from mesh.generations.names import Names
from mesh.generations.registry import Generations, Standing

_answers = Counter("guild_kept_answers", "Answers that were kept, or had to be asked for.", ["kind", "outcome"])


@dataclass(frozen=True, slots=True)
class _Now(Generic[Subject, Object]):
    """What may be kept now: for whom under what, about whom in which generation."""

    subjects: Mapping[Subject, Under]
    objects: Mapping[Object, bytes | None]


class Kept(Generic[Subject, Object, Value]):
    """Nothing is answered from memory unless Redis says, after the question, that it still holds.

    `load` answers questions as things are now; what it leaves out has no answer. While Redis is away, or the writer,
    everything is asked for and nothing kept.
    """

    def __init__(
        self,
        generations: Generations,
        load: Callable[[Mapping[Subject, Sequence[Object]]], Awaitable[Mapping[Subject, Mapping[Object, Value]]]],
        names: Names,
        *,
        most: int,
    ) -> None:
        self._generations = generations
        self._load = load
        self._names = names
        self._memory: Memory[Subject, Object, Value] = Memory(most)
        self._kept, self._asked = _answers.labels(names.kind, "kept"), _answers.labels(names.kind, "asked")

    async def __call__(self, questions: Mapping[Subject, Iterable[Object]]) -> Mapping[Subject, Mapping[Object, Value]]:
        """An answer to each question that has one."""
        wanted = {subject: dict.fromkeys(objects) for subject, objects in questions.items()}
        now, found = await self._holding(wanted)
        missing: dict[Subject, list[Object]] = {}
        for subject, objects in wanted.items():
            mine = found[subject]
            if len(mine) < len(objects):
                missing[subject] = [obj for obj in objects if obj not in mine]
            self._kept.inc(len(mine))
        if missing:
            self._asked.inc(sum(map(len, missing.values())))
            for subject, answers in (await self._load(missing)).items():
                found[subject].update(answers)
                self._keep(now, subject, answers)
        return found

    async def held(self, questions: Mapping[Subject, Iterable[Object]]) -> Mapping[Subject, Mapping[Object, Value]]:
        """The answers that are kept and still hold, for while nobody answers: those are as good as any, others lack."""
        _, found = await self._holding({subject: dict.fromkeys(objects) for subject, objects in questions.items()})
        return found

    async def _holding(
        self, wanted: Mapping[Subject, Collection[Object]]
    ) -> tuple[_Now[Subject, Object], dict[Subject, dict[Object, Value]]]:
        now = await self._now(list(wanted), list({obj: None for objects in wanted.values() for obj in objects}))
        return now, {subject: self._recall(now, subject, objects) for subject, objects in wanted.items()}

    async def _now(self, subjects: Sequence[Subject], objects: Sequence[Object]) -> _Now[Subject, Object]:
        """Asked before anything is loaded: what is loaded then is at least as new."""
        names = [*map(self._names.subject, subjects), *map(self._names.object, objects)]
        try:
            epoch, generations = await self._generations.open(names)
        except CacheUnavailable:
            epoch, generations = Standing(None, [])
        if epoch is None:
            return _Now({}, {})
        unders = {
            subject: (epoch, generation)
            for subject, generation in zip(subjects, generations, strict=False)
            if generation is not None
        }
        return _Now(unders, dict(zip(objects, generations[len(subjects) :], strict=True)))

    def _recall(self, now: _Now[Subject, Object], subject: Subject, objects: Iterable[Object]) -> dict[Object, Value]:
        under = now.subjects.get(subject)
        if under is None or not (kept := self._memory.of(subject, under)):
            return {}
        return {
            obj: answer.value
            for obj in objects
            if (answer := kept.get(obj)) is not None and answer.generation == now.objects[obj]
        }

    def _keep(self, now: _Now[Subject, Object], subject: Subject, answers: Mapping[Object, Value]) -> None:
        under = now.subjects.get(subject)
        if under is not None:
            labelled = {
                obj: Answer(generation, value)
                for obj, value in answers.items()
                if (generation := now.objects.get(obj)) is not None
            }
            self._memory.keep(subject, under, labelled)
