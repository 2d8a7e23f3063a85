"""What PostgreSQL's errors mean to a caller."""

import re

import asyncpg

from mesh.errors import Aborted, DeadlineExceeded, Unavailable

RETRY_AFTER_SECONDS = 1.0
"""A restarted PostgreSQL takes connections again within a few of these."""

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,  # a failover left us on what is a standby now
    OSError,
)
_CLAIMS = "idempotency_keys_pkey"  # a distributed engine appends the number of a shard
_QUOTED = re.compile(r"(query argument \$\d+).*|:\s*[\"'].*", re.DOTALL)
"""A value as messages quote it: `invalid input for query argument $1: 'Ann' (expected …)`, `…for type uuid: "Ann"`."""
_OUT_OF_TIME = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError, TimeoutError)


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer, or dropped the connection before the work was committed."""

    reason = "DATABASE_UNAVAILABLE"


class CommitOutcomeUnknown(Unavailable):
    """The connection broke during COMMIT: the work is kept whole or not at all, and only reading tells which."""

    reason = "COMMIT_OUTCOME_UNKNOWN"


class TransactionConflict(Aborted):
    """Concurrent transactions won every attempt."""

    reason = "TRANSACTION_CONFLICT"


class KeyTaken(Aborted):
    """The idempotency key was claimed by a call that has committed: its reply is stored."""

    reason = "REPLAYED"


class GroupFailed(Exception):  # noqa: N818 - told to no caller: the call runs again
    """The transaction that several calls shared was rolled back, whichever of them it was because of."""


class StatementTimeout(DeadlineExceeded):
    """A statement or the wait for a lock took longer than it may."""

    reason = "STATEMENT_TIMEOUT"


CONFLICTS = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
    GroupFailed,
)
"""Errors after which the same transaction may simply be run again: nothing of it was kept."""


def forget_values(error: Exception) -> None:
    """Take the row out of an error: errors are logged, traced and kept with dead letters, and rows are about people."""
    if isinstance(error, (asyncpg.PostgresError, asyncpg.InterfaceError)):
        said = _QUOTED.sub(r"\1", str(error.args[0])) if error.args else ""
        vars(error).update(detail=None, message=said)  # "Key (email)=(…) already exists", "Failing row contains (…)"
        error.args = (said,)
        error.__cause__ = error.__context__ = None  # an encoder's own words


def unavailable(error: BaseException) -> DatabaseUnavailable:
    """Return what a caller is told when there is no connection."""
    return DatabaseUnavailable(
        f"the database does not answer, try again: {type(error).__name__}", retry_after=RETRY_AFTER_SECONDS
    )


def translated(error: Exception, *, closed: bool) -> Exception:
    """Return the failure an error of asyncpg stands for, or the error itself when it is the repository's to read.

    `closed` tells whether the connection is gone; asyncpg reports that with many kinds of errors.
    """
    if isinstance(error, _OUT_OF_TIME):  # before the lost ones: TimeoutError is an OSError
        return StatementTimeout("the database did not finish in time")
    if closed or isinstance(error, _LOST):
        return unavailable(error)
    if isinstance(error, asyncpg.UniqueViolationError) and (error.constraint_name or "").startswith(_CLAIMS):
        return KeyTaken("a call with this idempotency key was completed meanwhile")
    return error


def translated_at_commit(error: Exception, *, closed: bool) -> Exception:
    """Return the failure of a COMMIT; where no answer came, it may have been carried out."""
    if closed or isinstance(error, (*_LOST, TimeoutError)):
        return CommitOutcomeUnknown(
            "the connection broke during commit, read before you write again", retry_after=RETRY_AFTER_SECONDS
        )
    return translated(error, closed=closed)


def is_lost(error: Exception) -> bool:
    """Tell whether the connection an error came from must not be used again."""
    return isinstance(error, _LOST) and not isinstance(error, TimeoutError)


def is_unreachable(error: Exception) -> bool:
    """Tell whether an error of connecting says that the server is down, starting, full or failing over."""
    gone = (*_LOST, asyncpg.InternalClientError, asyncpg.InterfaceError)
    return isinstance(error, gone) and not isinstance(error, ValueError)  # a DSN that makes no sense stays an error
