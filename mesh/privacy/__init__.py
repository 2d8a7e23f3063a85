"""What becomes of a member's data: rules for every column of every table, carried out for all of them alike."""

from mesh.privacy.ledger import ERASED_ROWS_SWEPT, erased_rows_table
from mesh.privacy.places import Place, PlaceKind, Wipe
from mesh.privacy.rulebook import Rules
from mesh.privacy.rules import ME, NOBODY, Blank, Delete, Impersonal, Keep, Personal, through
from mesh.privacy.service import Batch, Erased, PersonalData
from mesh.privacy.servicer import PersonalDataServicer, personal_data, place, placed
from mesh.privacy.shared import mesh_rules

__all__ = [
    "ERASED_ROWS_SWEPT",
    "ME",
    "NOBODY",
    "Batch",
    "Blank",
    "Delete",
    "Erased",
    "Impersonal",
    "Keep",
    "Personal",
    "PersonalData",
    "PersonalDataServicer",
    "Place",
    "PlaceKind",
    "Rules",
    "Wipe",
    "erased_rows_table",
    "mesh_rules",
    "personal_data",
    "place",
    "placed",
    "through",
]
