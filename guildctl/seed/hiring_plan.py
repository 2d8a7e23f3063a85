"""Companies, their jobs, who applies."""

from random import Random

from guildctl.seed.graph import Graph
from guildctl.seed.plan import Application, Company, Job
from guildctl.seed.words import Words

_PEOPLE_PER_COMPANY = 40
_SALARIES = range(45_000, 140_000, 5_000)
_MOST_JOBS = 6
_MOST_APPLICANTS = 8

Hiring = tuple[tuple[Company, ...], tuple[Job, ...], tuple[Application, ...]]


def hiring(graph: Graph, chance: Random) -> Hiring:
    """A company for every forty people, led by those with the most friends; names are never used twice."""
    words = Words(chance)
    known = sorted(graph.people, key=lambda person: (-len(graph.friends[person]), person))
    companies: list[Company] = []
    jobs: list[Job] = []
    applications: list[Application] = []
    for number, admin in enumerate(known[: max(1, len(known) // _PEOPLE_PER_COMPANY)]):
        name, industry, description = words.company()
        taken = {company.name for company in companies}
        name = f"{name} {number}" if name in taken else name
        companies.append(Company(number, admin, name, industry, words.city(), description))
        titles = dict.fromkeys(words.job() for _ in range(chance.randint(2, _MOST_JOBS)))
        jobs += [_job(len(jobs) + place, number, title, words, chance) for place, title in enumerate(titles)]
    for job in jobs:
        others = sorted(graph.people - {companies[job.company].admin})
        applicants = chance.sample(others, min(len(others), chance.randint(1, _MOST_APPLICANTS)))
        applications += [Application(job.number, applicant, words.letter(job.title)) for applicant in applicants]
    return tuple(companies), tuple(jobs), tuple(applications)


def _job(number: int, company: int, title: str, words: Words, chance: Random) -> Job:
    low = chance.choice(_SALARIES)
    return Job(
        number=number,
        company=company,
        title=title,
        description=words.job_description(title),
        location=words.city(),
        remote=chance.random() < 0.3,
        level=words.level(),
        salary=(low, low + chance.choice((5_000, 10_000, 20_000))),
        skills=words.skills(),
    )
