"""The taxonomy of this process, and how it is searched."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from mesh.data import Database, Page, PageTokens, page_size
from svc_profile.domain.taxonomy import Concept, Taxonomy, built_in
from svc_profile.store.taxonomy import TaxonomyRepository

EVERY_SECONDS = 30.0  # until an import is everywhere; one small statement


class CurrentTaxonomy:
    """What the product brings together with what is imported, whoever imports it."""

    def __init__(self, db: Database, repository: TaxonomyRepository) -> None:
        self.now: Taxonomy = built_in()
        self._db = db
        self._repository = repository
        self._versions: dict[str, str] = {}

    async def refresh(self) -> None:
        """Read what is imported where it is not what is known; raises Unavailable."""
        versions = await self._repository.versions(self._db)
        if versions != self._versions:
            imported = await self._repository.all(self._db)
            self.now = await asyncio.to_thread(built_in().beside, imported)
            self._versions = versions


@dataclass(frozen=True)
class TaxonomySearch:
    """Answers from memory; a page token counts, since the order of what is found stays until an import."""

    taxonomy: CurrentTaxonomy
    tokens: PageTokens

    def skills(self, q: str, occupation_id: UUID | None, token: str, size: int) -> Page[Concept]:
        """Skills by name, of one occupation where one is given; raises ConceptNotFound, PageTokenInvalid."""
        taxonomy = self.taxonomy.now
        among = None if occupation_id is None else taxonomy.skills_of(occupation_id)
        return self._page(taxonomy.skills.search(q), among, f"skills/{q}/{occupation_id}", token, size)

    def occupations(self, q: str, skill_id: UUID | None, token: str, size: int) -> Page[Concept]:
        """Occupations by name, for one skill where one is given; raises ConceptNotFound, PageTokenInvalid."""
        taxonomy = self.taxonomy.now
        among = None if skill_id is None else taxonomy.occupations_of(skill_id)
        return self._page(taxonomy.occupations.search(q), among, f"occupations/{q}/{skill_id}", token, size)

    def _page(
        self, found: Sequence[Concept], among: Sequence[Concept] | None, scope: str, token: str, size: int
    ) -> Page[Concept]:
        if among is not None:
            ids = {one.id for one in found}
            found = [one for one in among if one.id in ids]
        start: int = self.tokens.decode(token, scope)["at"] if token else 0
        end = start + page_size(size)
        following = self.tokens.encode({"at": end}, scope) if end < len(found) else ""
        return Page(list(found[start:end]), following, len(found))
