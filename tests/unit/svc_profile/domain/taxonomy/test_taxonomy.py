"""The taxonomy that the product brings, and another one beside it."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

from mesh.texts import fold, shows_nothing
from svc_profile.domain.taxonomy import Concept, ConceptNotFound, Imported, Index, Taxonomy, built_in, esco

TAXONOMY = built_in()
SKILL, OCCUPATION = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(("index", "least"), [(TAXONOMY.skills, 1_300), (TAXONOMY.occupations, 500)])
def test_every_name_means_one_thing(index: Index, least: int) -> None:
    """No name or alias stands for two concepts, as searches compare names; nothing was dropped from the files."""
    labels = Counter(fold(label) for one in index for label in (one.name, *one.aliases))
    assert [] == [label for label, count in labels.items() if count > 1 or shows_nothing(label)]
    assert least <= len(list(index))


def test_every_occupation_has_skills() -> None:
    """Two or more, all of which exist; an id stays what it is."""
    assert [] == [one.name for one in TAXONOMY.occupations if len(TAXONOMY.skills_of(one.id)) < 2]
    assert UUID("5e4d66bb-c8a2-5384-a925-1a0a9256e99f") == TAXONOMY.skills.search("python")[0].id


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("js", "JavaScript"),
        ("C++", "C++"),
        ("c+", "C++"),
        ("c#", "C#"),
        ("dotnet", ".NET"),
        (".net", ".NET"),
        ("R", "R"),
        ("k8s", "Kubernetes"),
        ("kubernets", "Kubernetes"),  # a letter too few
        ("kuberneetes", "Kubernetes"),  # one too many
        ("kubernetas", "Kubernetes"),  # another one
        ("kubenretes", "Kubernetes"),  # two exchanged
        ("kuber", "Kubernetes"),
        ("manag proj", "Project management"),
        ("\uff30ostgres", "PostgreSQL"),  # as some keyboards write P
        ("pâtisserie", "Pastry making"),
    ],
)
def test_skills_are_found_as_people_type_them(asked: str, name: str) -> None:
    """The best match is the first."""
    assert name == TAXONOMY.skills.search(asked)[0].name


def test_occupations_are_found_by_abbreviations() -> None:
    """SWE is a software engineer."""
    assert "Software engineer" == TAXONOMY.occupations.search("swe")[0].name


def test_whole_names_come_before_beginnings_and_names_before_aliases() -> None:
    """Then the shorter ones."""
    concepts = [
        Concept(UUID(int=n), name, aliases)
        for n, (name, aliases) in enumerate(
            [("Java", ()), ("JavaScript", ("Java thing",)), ("Bean", ("Java",)), ("More Java", ()), ("Javelin", ())]
        )
    ]
    assert ["Java", "Bean", "JavaScript", "More Java"] == [one.name for one in Index(concepts).search("java")]


@pytest.mark.parametrize("asked", ["qqqq", "!?", "cab"])
def test_nothing_is_found_for_what_is_nothing(asked: str) -> None:
    """Short words have to be right: too many others are near them."""
    assert [] == Index([Concept(SKILL, "Car")]).search(asked)


def test_no_words_find_everything() -> None:
    """By name."""
    names = [one.name for one in TAXONOMY.skills.search("")]
    assert names == sorted((one.name for one in TAXONOMY.skills), key=fold)


def test_relations_lead_both_ways() -> None:
    """From an occupation to its skills and back."""
    engineer = TAXONOMY.occupations.named("software developer")
    assert engineer
    skills = TAXONOMY.skills_of(engineer.id)
    assert "Git" == skills[0].name
    assert engineer in TAXONOMY.occupations_of(skills[0].id)
    with pytest.raises(ConceptNotFound):
        TAXONOMY.skills_of(skills[0].id)


def test_what_both_know_by_name_keeps_its_id() -> None:
    """It gains aliases that are free and the skills of the other; what only the other knows is beside it."""
    mine = Taxonomy(
        [Concept(SKILL, "Git", ("Versions",)), Concept(UUID(int=3), "Go")],
        [Concept(OCCUPATION, "Programmer", (), "", (SKILL,))],
    )
    other = Imported(
        skills=[Concept(UUID(int=10), "GIT", ("Go", "Git SCM")), Concept(UUID(int=11), "Rust")],
        occupations=[Concept(UUID(int=12), "programmer", ("Coder",), "", (UUID(int=11), UUID(int=10)))],
    )
    both = mine.beside(other)
    assert Concept(SKILL, "Git", ("Versions", "Git SCM")) == both.skills.get(SKILL)
    assert ["Git", "Go", "Rust"] == [one.name for one in both.skills]
    assert ["Git", "Rust"] == [one.name for one in both.skills_of(OCCUPATION)]
    assert OCCUPATION == both.occupations.search("coder")[0].id


def write_esco(folder: Path) -> None:
    """Files as ESCO publishes them, with a few of their columns."""
    (folder / "skills_en.csv").write_text(
        "conceptType,conceptUri,preferredLabel,altLabels,hiddenLabels\n"
        'KnowledgeSkillCompetence,http://x/skill/1,tune theremins,"adjust theremins\ntheremin tuning",\n'
        "KnowledgeSkillCompetence,http://x/skill/2,use Git,,\n"
    )
    (folder / "occupations_en.csv").write_text(
        "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels\n"
        "Occupation,http://x/occupation/1,7312,theremin tuner,theremin technician\n"
    )
    (folder / "occupationSkillRelations_en.csv").write_text(
        "occupationUri,relationType,skillType,skillUri\n"
        "http://x/occupation/1,essential,skill/competence,http://x/skill/1\n"
        "http://x/occupation/1,essential,skill/competence,http://x/skill/404\n"
        "http://x/occupation/1,optional,skill/competence,http://x/skill/2\n"
    )


def test_esco_is_read_as_it_is_published(tmp_path: Path) -> None:
    """Labels, alternatives one in each line, essential skills that exist; ids are made of addresses."""
    write_esco(tmp_path)
    read = esco.read(tmp_path, "en")
    assert [("tune theremins", ("adjust theremins", "theremin tuning")), ("use Git", ())] == [
        (one.name, one.aliases) for one in read.skills
    ]
    [tuner] = read.occupations
    assert ("theremin tuner", (read.skills[0].id,)) == (tuner.name, tuner.skills)
    assert read == esco.read(tmp_path, "en")
    with pytest.raises(FileNotFoundError):
        esco.read(tmp_path, "de")
