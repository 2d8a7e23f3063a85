"""What people work on and care about: the topics that tastes are made of, with the words of each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One field of work."""

    name: str
    industry: str
    titles: tuple[str, ...]
    skills: tuple[str, ...]
    subjects: tuple[str, ...]
    """What one may have learned about, wonder about, give a talk on."""
    deeds: tuple[str, ...]
    """What one may have finished, in the past tense."""


def _topic(name: str, industry: str, titles: str, skills: str, subjects: str, deeds: str) -> Topic:
    return Topic(name, industry, *(tuple(words.split(", ")) for words in (titles, skills, subjects, deeds)))


TOPICS = (
    _topic(
        "data engineering",
        "Software",
        "Data engineer, Analytics engineer, Database administrator, Head of data",
        "sql, python, data modelling, streaming, spark",
        "slowly changing dimensions, late events, schema changes without downtime, the cost of a full table scan, "
        "data contracts between teams, backfills",
        "moved our nightly jobs to streams, cut the warehouse bill by a third, retired the last cron job",
    ),
    _topic(
        "machine learning",
        "Software",
        "Machine learning engineer, Research scientist, Applied scientist, Evaluation lead",
        "python, statistics, pytorch, experiment design, ranking",
        "offline and online metrics that disagree, label noise, cold starts in recommendation, "
        "calibrated probabilities, small models that are good enough, leakage in test sets",
        "shipped the new ranking model, halved our inference cost, published our evaluation suite",
    ),
    _topic(
        "web development",
        "Software",
        "Frontend developer, Backend developer, C++ developer, Engineering manager",
        "typescript, go, c++, .net, http, accessibility",
        "caching that can be explained, slow tests, accessible forms, API versioning, feature flags nobody removes, "
        "pages that work without a mouse",
        "released version two, deleted forty thousand lines, brought the build below a minute",
    ),
    _topic(
        "security",
        "Software",
        "Security engineer, Penetration tester, Privacy engineer, CISO",
        "threat modelling, cryptography, incident response, forensics",
        "passkeys for everybody, secrets in build logs, phishing drills that do not blame, supply chain attacks, "
        "rotating keys, least privilege in practice",
        "closed our last finding, ran our first incident drill, switched off passwords for the staff",
    ),
    _topic(
        "product design",
        "Design",
        "Product designer, UX researcher, Design lead, Illustrator",
        "interaction design, prototyping, user research, typography",
        "interviews that change your mind, empty states, design systems after year three, icons without words, "
        "dark patterns and how to refuse them, prototypes on paper",
        "tested the new onboarding with twelve people, merged two design systems, drew a hundred icons",
    ),
    _topic(
        "marketing",
        "Media",
        "Brand manager, Growth marketer, Content strategist, Community manager",
        "copywriting, analytics, positioning, campaign planning",
        "newsletters people wait for, positioning in a crowded market, measuring brand, launch days, "
        "communities that run themselves, words that sell nothing",
        "launched the autumn campaign, doubled our newsletter, renamed the product",
    ),
    _topic(
        "sales",
        "Business services",
        "Account executive, Sales engineer, Partnerships manager, Customer success lead",
        "negotiation, discovery, forecasting, crm",
        "first calls that listen, pricing for small customers, renewals, saying no to a deal, "
        "forecasts nobody believes, handing over to customer success",
        "signed our largest customer, renewed every account of the quarter, opened the Vienna office",
    ),
    _topic(
        "finance",
        "Finance",
        "Financial analyst, Controller, Auditor, Risk manager",
        "accounting, valuation, excel, risk modelling",
        "closing the books in three days, interest rates and runway, stress tests, cash flow for founders, "
        "audits without surprises, what a covenant means",
        "closed the year on the second of January, refinanced the plant, passed the audit without a note",
    ),
    _topic(
        "law",
        "Law",
        "Legal counsel, Data protection officer, Paralegal, Compliance lead",
        "contract law, gdpr, employment law, mediation",
        "contracts people can read, open source licences at work, works councils, data processing agreements, "
        "mediation before court, trade marks abroad",
        "won the appeal, rewrote our terms in plain language, settled an old dispute",
    ),
    _topic(
        "health care",
        "Health care",
        "Nurse, General practitioner, Hospital manager, Medical coder",
        "patient care, triage, quality management, epidemiology",
        "handovers at shift change, telemedicine in the countryside, staffing for the night, vaccination days, "
        "electronic records that help, hand hygiene",
        "opened the new ward, shortened the waiting list, trained sixty first responders",
    ),
    _topic(
        "education",
        "Education",
        "Teacher, Lecturer, Curriculum designer, School principal",
        "teaching, curriculum design, mentoring, assessment",
        "projects instead of exams, teaching fractions, feedback that students read, mixed classes, "
        "the first week of school, screens in the classroom",
        "graduated my first class, wrote a textbook, started a coding club",
    ),
    _topic(
        "energy",
        "Energy",
        "Electrical engineer, Grid planner, Wind technician, Energy trader",
        "power electronics, grid planning, scada, batteries",
        "batteries on the low-voltage grid, heat pumps in old houses, curtailment, negative prices, "
        "permits for wind farms, black start drills",
        "connected eight megawatts, replaced the old transformers, kept the lights on through the storm",
    ),
    _topic(
        "logistics",
        "Transport",
        "Supply chain planner, Warehouse manager, Fleet manager, Customs specialist",
        "route planning, procurement, lean, forecasting",
        "the last mile, safety stock, cargo bikes downtown, customs paperwork, warehouses without forklifts at night, "
        "suppliers with one factory",
        "cut empty runs by half, opened the cross dock, delivered through the strike",
    ),
    _topic(
        "architecture",
        "Construction",
        "Architect, Civil engineer, Site manager, Urban planner",
        "building information modelling, statics, cost planning, urban design",
        "timber above six floors, reusing concrete, streets without cars, daylight in deep floors, "
        "tenders that go wrong, schools as public buildings",
        "topped out on schedule, won the competition for the library, restored a brick factory",
    ),
    _topic(
        "journalism",
        "Media",
        "Reporter, Editor, Data journalist, Podcast producer",
        "reporting, fact checking, interviewing, audio editing",
        "sources that need protection, local papers, headlines that keep their promise, data behind a story, "
        "podcasts at half the length, corrections in public",
        "published six months of reporting, hosted our hundredth episode, saved the local desk",
    ),
    _topic(
        "hiring",
        "Human resources",
        "Recruiter, People partner, Talent lead, Coach",
        "interviewing, onboarding, coaching, compensation",
        "job ads without buzzwords, structured interviews, salaries in the open, returning from parental leave, "
        "the first ninety days, references that tell you something",
        "filled the last position, published our salary bands, welcomed twelve apprentices",
    ),
    _topic(
        "biology",
        "Research",
        "Biologist, Laboratory manager, Bioinformatician, Clinical researcher",
        "statistics, microscopy, sequencing, r, scientific writing",
        "protocols that replicate, preprints, sequencing in the field, negative results, "
        "lab notebooks without paper, grants and how to lose them",
        "sequenced the whole colony, published in open access, got the grant",
    ),
    _topic(
        "hospitality",
        "Hospitality",
        "Chef, Hotel manager, Event planner, Sommelier",
        "menu planning, event planning, bookkeeping, service",
        "kitchens without shouting, no-shows, seasonal menus, tips and taxes, weddings in the rain, "
        "breakfast for two hundred",
        "opened the terrace, got our first star, cooked for five hundred",
    ),
)

INDUSTRIES = tuple(dict.fromkeys(topic.industry for topic in TOPICS))
