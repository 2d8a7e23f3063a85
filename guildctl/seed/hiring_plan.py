"""Companies, their jobs, who applies."""

from collections import defaultdict
from dataclasses import dataclass

from guildctl.seed.graph import accepted
from guildctl.seed.plan import Application, Company, Job
from guildctl.seed.population import HORIZON, Firm, chance
from guildctl.seed.topics import TOPICS
from guildctl.seed.words import LEVELS, Words
from guildctl.seed.worlds import World

_SALARIES = {"ENTRY": 45_000, "MID": 65_000, "SENIOR": 85_000, "LEAD": 105_000}
_MOST_JOBS = 6
_MOST_APPLICANTS = 8
_LOOKING = 4  # people who see a job for each who applies
_DAY = 86_400
_OPEN_SINCE = 25  # days: before the thirty that a job is open for are over


@dataclass(frozen=True)
class Hiring:
    """Everything about work."""

    companies: tuple[Company, ...]
    jobs: tuple[Job, ...]
    applications: tuple[Application, ...]


def hiring(world: World) -> Hiring:
    """Every company that somebody works for is there, led by whoever has the most friends, and hires."""
    staff: dict[int, list[int]] = defaultdict(list)
    for person in world.people:
        staff[person.firm].append(person.number)
    draw = chance(world.seed, "hiring")
    words = Words(draw)
    companies: list[Company] = []
    jobs: list[Job] = []
    applications: list[Application] = []
    for firm in world.firms:
        if not (people := staff[firm.number]):
            continue
        admin = max(people, key=lambda number: (len(world.graph.friends(number)), -number))
        at = min(HORIZON - _OPEN_SINCE * _DAY, accepted(world.people[admin].joined))
        industry = TOPICS[firm.topic].industry
        company = Company(len(companies), admin, firm.name, industry, firm.city, words.company(firm), at)
        companies.append(company)
        for level, title in _openings(firm, draw.randint(1, _MOST_JOBS), world.seed):
            low = _SALARIES[level] + 5_000 * draw.randint(0, 3)
            job = Job(
                number=len(jobs),
                company=company.number,
                topic=firm.topic,
                title=title,
                description=words.job(firm.topic),
                location=firm.city,
                remote=draw.random() < 0.3,
                level=level,
                salary=(low, low + draw.choice((5_000, 10_000, 20_000))),
                skills=tuple(draw.sample(TOPICS[firm.topic].skills, 2)),
                at=HORIZON - draw.randint(_DAY, _OPEN_SINCE * _DAY),
            )
            jobs.append(job)
            seen = draw.choices(range(len(world.people)), k=_LOOKING * draw.randint(1, _MOST_APPLICANTS))
            others = sorted(set(seen) - set(people), key=lambda number: -world.people[number].tastes[firm.topic])
            for applicant in others[: max(1, len(seen) // _LOOKING)]:
                at = max(job.at, world.people[applicant].joined)
                moment = min(HORIZON, at + draw.randint(60, 5 * _DAY))
                applications.append(Application(job.number, applicant, words.letter(firm.topic, title), moment))
    return Hiring(tuple(companies), tuple(jobs), tuple(applications))


def _openings(firm: Firm, count: int, seed: int) -> list[tuple[str, str]]:
    """Levels with titles, none twice."""
    every = [
        (level, f"{prefix}{title[0].lower() + title[1:] if prefix and title[:2] != title[:2].upper() else title}")
        for level, prefix in LEVELS.items()
        for title in TOPICS[firm.topic].titles
    ]
    return chance(seed, f"openings/{firm.number}").sample(every, count)
