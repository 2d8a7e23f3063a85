"""Bring ESCO into the database of the profile service."""

import hashlib
from pathlib import Path

from mesh.clock import SystemClock
from mesh.data import Database
from mesh.settings import DatabaseSettings
from svc_profile.domain.taxonomy import esco
from svc_profile.store.taxonomy import TaxonomyRepository


async def bring_in(dsn: str, folder: Path, language: str) -> str:
    """Replace what was imported before, unless the files are the same; return what was done.

    Raises FileNotFoundError, and KeyError for a file without the columns that are read.
    """
    repository, db = TaxonomyRepository(), Database(DatabaseSettings(dsn=dsn))
    files = [path.read_bytes() for path in esco.paths(folder, language)]
    digest = hashlib.sha256(b"\0".join(files)).hexdigest()

    await db.start()
    try:
        if (await repository.versions(db)).get(esco.GROUP) == digest:
            return "these files are imported already"
        imported = esco.read(folder, language)
        now = SystemClock().now()
        await db.transact(lambda tx: repository.replace(tx, esco.GROUP, digest, imported, now))
    finally:
        await db.stop()
    return f"imported {len(imported.skills)} skills, {len(imported.occupations)} occupations"
