"""What a service keeps in PostgreSQL."""

from asyncpg import Record

from mesh.data.batches import batch, batch_insert, by_column
from mesh.data.claims import IdempotencyKeyReused
from mesh.data.database import Database
from mesh.data.failures import CommitOutcomeUnknown, DatabaseUnavailable, StatementTimeout, TransactionConflict
from mesh.data.group_commit import GroupCommit, GroupCommitFull
from mesh.data.idempotency import IdempotencyStore
from mesh.data.inbox import inbox_once
from mesh.data.janitor import Janitor, Kept, kept
from mesh.data.keyset import Keyset, Listing, keyset
from mesh.data.loader import Loader
from mesh.data.lookup import Lookup
from mesh.data.outbox import OUTBOX_INSERT, PendingEvent, outbox_rows, pending_event
from mesh.data.pager import PAGE_BYTES, Page, Pager
from mesh.data.paging import PageTokenInvalid, PageTokens, page_size
from mesh.data.querier import Querier
from mesh.data.replica import Consistency
from mesh.data.shared_writes import Call, SharedWrites
from mesh.data.statements import Statement, constant, statement
from mesh.data.tables import OUTBOX_BUCKETS, mesh_tables
from mesh.data.transaction import Transaction

__all__ = [
    "OUTBOX_BUCKETS",
    "OUTBOX_INSERT",
    "PAGE_BYTES",
    "Call",
    "CommitOutcomeUnknown",
    "Consistency",
    "Database",
    "DatabaseUnavailable",
    "GroupCommit",
    "GroupCommitFull",
    "IdempotencyKeyReused",
    "IdempotencyStore",
    "Janitor",
    "Kept",
    "Keyset",
    "Listing",
    "Loader",
    "Lookup",
    "Page",
    "PageTokenInvalid",
    "PageTokens",
    "Pager",
    "PendingEvent",
    "Querier",
    "Record",
    "SharedWrites",
    "Statement",
    "StatementTimeout",
    "Transaction",
    "TransactionConflict",
    "batch",
    "batch_insert",
    "by_column",
    "constant",
    "inbox_once",
    "kept",
    "keyset",
    "mesh_tables",
    "outbox_rows",
    "page_size",
    "pending_event",
    "statement",
]
