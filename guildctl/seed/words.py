"""What invented people are called, and what they say."""

from random import Random

from faker import Faker

_OPENINGS = (
    "Three things I learned this week about {topic}.",
    "We shipped it: {pitch}. Proud of everybody who had a hand in it.",
    "Unpopular opinion: {topic} is mostly about listening.",
    "Looking back at my first year as {job}.",
    "Does anybody here have experience with {topic}? We start on Monday.",
    "Notes from yesterday's talk on {topic}.",
    "Happy to say that I begin as {job} next month.",
    "A short thread about {topic}, and why it took us two tries.",
    "Reading group on Thursday: {pitch}. Come along.",
    "If you ever have to {bs}, start small.",
)
_CLOSINGS = (
    "What would you have done?",
    "More about it soon.",
    "Thank you to everybody who helped.",
    "Questions are welcome.",
    "It was worth it.",
    "We still have a lot to learn.",
)
_COMMENTS = (
    "Congratulations, {name}!",
    "This matches what we saw with {topic}.",
    "I would add one thing: {pitch}.",
    "Well put, {name}.",
    "How long did it take you?",
    "We should talk about {topic} next week.",
    "Saving this for later.",
    "I disagree about {topic}, but I like how you say it.",
)
_MESSAGES = (
    "Hi {name}, do you have a minute?",
    "Sure, what is it about?",
    "We are thinking about {topic} and I remembered your post.",
    "Lunch on Tuesday?",
    "Could you send me the notes on {topic}?",
    "Just did. Tell me when you have them.",
    "Thanks, that helps a lot!",
    "Are you coming to the reunion?",
    "I would not miss it.",
    "Let us ask the others what they think of {pitch}.",
)
_LEVELS = ("ENTRY", "MID", "SENIOR", "LEAD")
_SKILLS = (
    "python",
    "sql",
    "go",
    "writing",
    "statistics",
    "biology",
    "teaching",
    "design",
    "finance",
    "law",
    "research",
)
_INDUSTRIES = ("Software", "Health", "Education", "Energy", "Finance", "Publishing", "Research", "Transport")
_CITIES = ("Portland", "Seattle", "San Francisco", "Boston", "Chicago", "Denver", "Austin", "New York")


class Words:
    """Draws from one stream of chance, so that the same seed says the same."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._faker = Faker("en_US", use_weighting=False)
        self._faker.seed_instance(random.getrandbits(64))

    def name(self) -> str:
        """A first and a last name."""
        return f"{self._faker.first_name()} {self._faker.last_name()}"

    def headline(self) -> str:
        """What somebody does, where."""
        return f"{self._faker.job()} at {self._faker.company()}"

    def city(self) -> str:
        """Where people of this college went."""
        return self._random.choice(_CITIES)

    def post(self) -> str:
        """Two or three sentences."""
        return f"{self._fill(self._random.choice(_OPENINGS))} {self._random.choice(_CLOSINGS)}"

    def comment(self, name: str) -> str:
        """A sentence to the author of a post."""
        return self._fill(self._random.choice(_COMMENTS), name)

    def message(self, name: str) -> str:
        """A line to a friend."""
        return self._fill(self._random.choice(_MESSAGES), name)

    def company(self) -> tuple[str, str, str]:
        """A name, an industry and a description."""
        described = f"We {self._faker.bs()}. Founded by people who met in college."
        return self._faker.company(), self._random.choice(_INDUSTRIES), described

    def job(self) -> str:
        """A title."""
        return self._faker.job()

    def job_description(self, title: str) -> str:
        """What the work is."""
        return f"As {title} you {self._faker.bs()} in a small team. {self._faker.catch_phrase()}."

    def level(self) -> str:
        """An experience level, by the contract's name."""
        return self._random.choice(_LEVELS)

    def skills(self) -> tuple[str, ...]:
        """Two to four skills."""
        return tuple(self._random.sample(_SKILLS, self._random.randint(2, 4)))

    def letter(self, title: str) -> str:
        """Why somebody applies."""
        return f"{title} is what I have been looking for. {self._random.choice(_CLOSINGS)}"

    def _fill(self, template: str, name: str = "") -> str:
        topic = self._faker.catch_phrase().lower()
        return template.format(
            topic=topic, pitch=self._faker.catch_phrase(), job=self._faker.job(), bs=self._faker.bs(), name=name
        )
