"""What a taxonomy is made of."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from mesh.errors import NotFound
from mesh.texts import fold

NAMESPACE = UUID("8f6c3f52-4f4f-5e0e-9b61-5d0a3c1c7f10")
"""Of the ids that are made of names; another one would make other ids of all."""


class ConceptNotFound(NotFound):
    """The taxonomy has no such skill or occupation."""

    reason = "CONCEPT_NOT_FOUND"

    def __init__(self, concept_id: UUID) -> None:
        super().__init__(f"the taxonomy has no {concept_id}", metadata={"conceptId": str(concept_id)})


@dataclass(frozen=True, slots=True)
class Concept:
    """A skill or an occupation; `skills` are those that are typical of an occupation."""

    id: UUID
    name: str
    aliases: tuple[str, ...] = ()
    group: str = ""
    skills: tuple[UUID, ...] = ()


def concept_id(kind: str, slug: str) -> UUID:
    """The id of a "skill" or "occupation" by its name or, of an imported one, its address."""
    return uuid5(NAMESPACE, f"{kind}/{fold(slug)}")
