"""How members find and look at each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guild.profile.v1.profile_service_pb2_grpc import add_ProfileServiceServicer_to_server
from mesh.lifecycle import Part, Rounds
from mesh.service import Base
from svc_profile.rpc.contact_servicer import ContactServicer
from svc_profile.rpc.people_servicer import PeopleServicer
from svc_profile.rpc.view_servicer import ViewServicer
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.people_queries import PeopleSearch
from svc_profile.store.users import UserRepository
from svc_profile.usecases.contact_index import RENEW_AGAIN, ContactIndex
from svc_profile.usecases.degrees import Degrees
from svc_profile.usecases.import_contacts import ImportContacts
from svc_profile.usecases.people_index import READ_AGAIN, Findability
from svc_profile.usecases.profile_views import ProfileViews
from svc_profile.usecases.remember_contacts import RememberContacts
from svc_profile.usecases.search_people import SearchPeople
from svc_profile.usecases.taxonomy import CurrentTaxonomy
from svc_profile.usecases.view_ledger import ViewLedger


@dataclass(frozen=True, slots=True)
class People:
    """What the role serves of it, and runs beside."""

    servicers: Sequence[tuple[Any, Any]]
    after: Sequence[Part]


def people(
    base: Base,
    users: UserRepository,
    connections: ConnectionRepository,
    degrees: Degrees,
    findability: Findability,
    contacts: ContactIndex,
    ledger: ViewLedger,
    taxonomy: CurrentTaxonomy,
) -> People:
    """The rooms of looking for people, put together."""
    access = degrees.access
    search = SearchPeople(base.db, PeopleSearch(), users, connections, access, ledger, base.pager, base.clock)
    views = ProfileViews(base.db, ledger.views, users, connections, access, taxonomy, base.pager, base.clock)
    finding = ImportContacts(base.db, users, contacts.marks, contacts.keys, access, degrees, base.charges, base.clock)
    remembering = RememberContacts(base.db, users, finding, contacts.matches, base.clock)
    return People(
        servicers=[
            (add_ProfileServiceServicer_to_server, one)
            for one in (PeopleServicer(search), ViewServicer(views), ContactServicer(finding, remembering))
        ],
        after=[
            ledger,
            Rounds("findability", findability.rebuild, READ_AGAIN),
            Rounds("contacts", contacts.renew, RENEW_AGAIN),
        ],
    )
