"""Imported taxonomies: written by an operator, read whole by each process."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, batch_insert, by_column, statement
from svc_profile.domain.taxonomy import Concept, Imported
from svc_profile.store.tables import taxonomy_concepts, taxonomy_imports, taxonomy_relations

_c, _r, _i = taxonomy_concepts, taxonomy_relations, taxonomy_imports
_VERSIONS = statement(select(_i.c.source, _i.c.digest).order_by(_i.c.source))
_CONCEPTS = statement(select(_c.c.concept_id, _c.c.kind, _c.c.name, _c.c.aliases, _c.c.source))
_RELATIONS = statement(select(_r.c.occupation_id, _r.c.skill_id).order_by(_r.c.occupation_id, _r.c.place))
_DROP = [statement(delete(table).where(table.c.source == bindparam("source"))) for table in (_c, _r)]
_CONCEPT_COLUMNS = ("concept_id", "source", "kind", "name", "aliases")
_RELATION_COLUMNS = ("occupation_id", "skill_id", "source", "place")
_ADD_CONCEPTS = statement(batch_insert(_c, *_CONCEPT_COLUMNS).on_conflict_do_nothing())
_ADD_RELATIONS = statement(batch_insert(_r, *_RELATION_COLUMNS).on_conflict_do_nothing())
_import = insert(_i).values(source=bindparam("source"), digest=bindparam("digest"), imported_at=bindparam("at"))
_NOTE = statement(
    _import.on_conflict_do_update(
        index_elements=[_i.c.source],
        set_={"digest": _import.excluded.digest, "imported_at": _import.excluded.imported_at},
    )
)


class TaxonomyRepository:
    """Loads and saves what was imported."""

    async def versions(self, q: Querier) -> dict[str, str]:
        """What is imported: sources, each with a digest that changes with what it has."""
        return {row[0]: row[1] for row in await q.fetch(_VERSIONS)}

    async def all(self, q: Querier) -> Imported:
        """Everything that is imported."""
        skills = defaultdict[UUID, list[UUID]](list)
        for row in await q.fetch(_RELATIONS):
            skills[row[0]].append(row[1])
        kinds: dict[str, list[Concept]] = {"skill": [], "occupation": []}
        for concept_id, kind, name, aliases, source in await q.fetch(_CONCEPTS):
            concept = Concept(concept_id, name, tuple(aliases.splitlines()), source, tuple(skills.get(concept_id, ())))
            kinds[kind].append(concept)
        return Imported(kinds["skill"], kinds["occupation"])

    async def replace(self, tx: Transaction, source: str, digest: str, imported: Imported, at: datetime) -> None:
        """Store what a source has now in the place of what it had."""
        for drop in _DROP:
            tx.send(drop, source=source)
        both = [("skill", one) for one in imported.skills] + [("occupation", one) for one in imported.occupations]
        concepts = [(one.id, source, kind, one.name, "\n".join(one.aliases)) for kind, one in both]
        relations = [
            (one.id, skill, source, place) for one in imported.occupations for place, skill in enumerate(one.skills)
        ]
        await tx.execute(_ADD_CONCEPTS, **by_column(_CONCEPT_COLUMNS, concepts))
        await tx.execute(_ADD_RELATIONS, **by_column(_RELATION_COLUMNS, relations))
        tx.send(_NOTE, source=source, digest=digest, at=at)
