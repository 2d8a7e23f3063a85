"""Read ESCO, the European classification of skills and occupations, as it is published: CSV files by language."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from svc_profile.domain.taxonomy.concepts import Concept, concept_id
from svc_profile.domain.taxonomy.taxonomy import Imported

GROUP = "esco"
FILES = ("skills", "occupations", "occupationSkillRelations")
"""The beginnings of the names of files that are read; the language follows, as in `skills_en.csv`."""


def read(folder: Path, language: str) -> Imported:
    """The skills and occupations in a folder; raises FileNotFoundError, KeyError for a file without its columns."""
    essential: dict[str, list[str]] = {}
    for row in _rows(folder, "occupationSkillRelations", language):
        if row["relationType"] == "essential":
            essential.setdefault(row["occupationUri"], []).append(row["skillUri"])
    skills = tuple(_concept("skill", row) for row in _rows(folder, "skills", language))
    known = {one.id for one in skills}
    occupations = tuple(
        _concept(
            "occupation",
            row,
            [uri for uri in essential.get(row["conceptUri"], ()) if concept_id("skill", uri) in known],
        )
        for row in _rows(folder, "occupations", language)
    )
    return Imported(skills, occupations)


def paths(folder: Path, language: str) -> list[Path]:
    """The files that `read` reads; raises FileNotFoundError."""
    return [_path(folder, name, language) for name in FILES]


def _concept(kind: str, row: Mapping[str, str], skills: list[str] | None = None) -> Concept:
    return Concept(
        concept_id(kind, row["conceptUri"]),
        row["preferredLabel"].strip(),
        tuple(dict.fromkeys(label.strip() for label in row["altLabels"].splitlines() if label.strip())),
        GROUP,
        tuple(concept_id("skill", uri) for uri in skills or ()),
    )


def _path(folder: Path, name: str, language: str) -> Path:
    for path in (folder / f"{name}_{language}.csv", folder / f"{name}.csv"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder} has no {name}_{language}.csv")


def _rows(folder: Path, name: str, language: str) -> Iterator[dict[str, str]]:
    with _path(folder, name, language).open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)
