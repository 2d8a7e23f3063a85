"""The taxonomy as a whole: what the product brings, and what an operator imported beside it."""

import csv
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from uuid import UUID

from mesh.texts import fold
from svc_profile.domain.taxonomy.concepts import Concept, concept_id
from svc_profile.domain.taxonomy.index import Index


@dataclass(frozen=True, slots=True)
class Imported:
    """Concepts of another taxonomy, their relations in the ids they have there."""

    skills: Sequence[Concept] = ()
    occupations: Sequence[Concept] = ()


class Taxonomy:
    """Skills, occupations, and which skills are typical of which occupation."""

    def __init__(self, skills: Iterable[Concept], occupations: Iterable[Concept]) -> None:
        self.skills = Index(skills)
        self.occupations = Index(occupations)
        self._occupations_of: dict[UUID, list[Concept]] = {}
        for occupation in self.occupations:
            for skill_id in occupation.skills:
                self._occupations_of.setdefault(skill_id, []).append(occupation)

    def skills_of(self, occupation_id: UUID) -> list[Concept]:
        """The typical skills of an occupation, the most important first; raises ConceptNotFound."""
        return self.skills.many(self.occupations.get(occupation_id).skills)

    def occupations_of(self, skill_id: UUID) -> list[Concept]:
        """The occupations for which a skill is typical, by name; raises ConceptNotFound."""
        return list(self._occupations_of.get(self.skills.get(skill_id).id, ()))

    def beside(self, imported: Imported) -> "Taxonomy":
        """This taxonomy with another one beside it.

        Whatever both know by name keeps the id it has here, and gains the other's aliases and relations. An alias that
        is taken already stays where it is.
        """
        skills, renamed = _merged(self.skills, imported.skills, {})
        occupations, _ = _merged(self.occupations, imported.occupations, renamed)
        return Taxonomy(skills, occupations)


def _merged(
    index: Index, imported: Iterable[Concept], renamed_skills: Mapping[UUID, UUID]
) -> tuple[list[Concept], dict[UUID, UUID]]:
    """All concepts of two taxonomies, and the ids that imported ones have here."""
    merged = {one.id: one for one in index}
    taken = {fold(label) for one in index for label in (one.name, *one.aliases)}
    renamed: dict[UUID, UUID] = {}
    for other in sorted(imported, key=lambda one: one.id):
        known = index.named(other.name)
        here = merged.get(known.id, other) if known else other
        labels = dict((fold(label), label) for label in (other.name, *other.aliases))  # noqa: C402 - the last spelling wins
        fresh = tuple(label for key, label in labels.items() if key not in taken and label != here.name)
        taken.update(labels)
        related = tuple(dict.fromkeys((*here.skills, *(renamed_skills.get(one, one) for one in other.skills))))
        aliases = (*here.aliases, *fresh) if known else fresh
        merged[here.id] = dataclasses.replace(here, aliases=aliases, skills=related)
        renamed[other.id] = here.id
    return list(merged.values()), renamed


@cache
def built_in() -> Taxonomy:
    """What the product brings; raises KeyError for an occupation whose skill has no line of its own."""
    skills = [
        Concept(concept_id("skill", row["name"]), row["name"], _listed(row["aliases"]), group)
        for group, row in _rows("skills")
    ]
    ids = {one.name: one.id for one in skills}
    occupations = [
        Concept(
            concept_id("occupation", row["name"]),
            row["name"],
            _listed(row["aliases"]),
            group,
            tuple(ids[name] for name in _listed(row["skills"])),
        )
        for group, row in _rows("occupations")
    ]
    return Taxonomy(skills, occupations)


def _rows(kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The lines of all files of a kind, each with its group."""
    for file in sorted(
        files("svc_profile.domain.taxonomy").joinpath("data", kind).iterdir(), key=lambda file: file.name
    ):
        for row in csv.DictReader(file.read_text().splitlines()):
            yield file.name.removesuffix(".csv"), row


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
