"""The skills and occupations that the network knows by name.

`data/` has a file for each group: a name in each line, its aliases, and the typical skills of an occupation, the most
important first. An id is made of the name, so a name stays; a better one is added as an alias.
"""

from svc_profile.domain.taxonomy.concepts import Concept, ConceptNotFound
from svc_profile.domain.taxonomy.index import Index
from svc_profile.domain.taxonomy.taxonomy import Imported, Taxonomy, built_in

__all__ = ["Concept", "ConceptNotFound", "Imported", "Index", "Taxonomy", "built_in"]
