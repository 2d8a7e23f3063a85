"""What invented people say about what they care about."""

from random import Random

from guildctl.seed.population import Firm
from guildctl.seed.topics import TOPICS, Topic

_POSTS = (
    "Three things I learned this week about {subject}.",
    "We {deed}. Proud of everybody who had a hand in it.",
    "Unpopular opinion about {subject}: listen first.",
    "Looking back at my first year in {topic}: nobody had told me about {subject}.",
    "Does anybody here have experience with {subject}? We start on Monday.",
    "Notes from yesterday's talk on {subject}.",
    "A short thread about {subject}, and why it took us two tries.",
    "Reading group on Thursday, this time {subject}. Come along.",
    "If you are new to {topic}, start with {subject}.",
    "Last quarter we {deed}. Next up: {subject}.",
    "I keep coming back to {subject}. Is there a good book about it?",
    "{skill} and {subject}: how one changed the way I see the other.",
)
_SECOND = (
    "It began with {other}, as it so often does.",
    "The hard part was {other}.",
    "I used to think it was all about {other}.",
    "My colleagues would say the same of {other}.",
    "A little {skill} goes a long way.",
    "",
)
_LAST = (
    "What would you have done?",
    "More about it soon.",
    "Thank you to everybody who helped.",
    "Questions are welcome.",
    "It was worth it.",
    "We still have a lot to learn.",
    "",
)
_COMMENTS = (
    "Congratulations, {name}!",
    "This matches what we saw with {subject}.",
    "I would add {subject}.",
    "Well put, {name}.",
    "How long did it take you?",
    "We should talk about {subject} next week.",
    "Saving this for later. Next on my list: {subject}.",
    "I disagree about {subject}, but I like how you say it.",
    "We {deed} last year and wish we had read this before.",
    "{name}, do you have a recommendation on {subject}?",
)
_MESSAGES = (
    "Hi {name}, do you have a minute?",
    "Sure, what is it about?",
    "We are thinking about {subject} and I remembered your post.",
    "Lunch on Tuesday?",
    "Could you send me the notes on {subject}?",
    "Just did. Tell me when you have them.",
    "Thanks, that helps a lot!",
    "Are you coming to the meet-up about {subject}?",
    "I would not miss it.",
    "Did you hear that we {deed}?",
    "Who would you ask about {subject}?",
)
_ABOUT = ("{topic}, done with care.", "We care about {subject}.", "Known for {skill}. Last year we {deed}.")
_WORK = (
    "You know {skill}, and you have an opinion about {subject}. A small team is waiting for you.",
    "Last year we {deed}. With you we want to go further. Next on the list: {subject}.",
    "We need somebody who has met {subject} before and who teaches others {skill}.",
)
_LETTERS = (
    "{title} is what I have been looking for. I have worked on {subject} for years.",
    "I would like to talk with you about {subject}.",
    "My last team {deed}. I would be glad to do the same for you.",
)
LEVELS = {"ENTRY": "Junior ", "MID": "", "SENIOR": "Senior ", "LEAD": "Lead "}
"""Experience levels, by the contract's names, and what they put before a title."""


class Words:
    """Draws from one stream of chance, so that the same seed says the same."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw

    def post(self, topic: int) -> str:
        """Two or three sentences."""
        sentences = (self._say(kind, TOPICS[topic]) for kind in (_POSTS, _SECOND, _LAST))
        return " ".join(sentence for sentence in sentences if sentence)

    def comment(self, topic: int, name: str) -> str:
        """A sentence to the author of a post."""
        return self._say(_COMMENTS, TOPICS[topic], name)

    def message(self, topic: int, name: str) -> str:
        """A line to a friend."""
        return self._say(_MESSAGES, TOPICS[topic], name)

    def company(self, firm: Firm) -> str:
        """What a company says about itself."""
        return self._say(_ABOUT, TOPICS[firm.topic])

    def job(self, topic: int) -> str:
        """What the work is."""
        return self._say(_WORK, TOPICS[topic])

    def letter(self, topic: int, title: str) -> str:
        """Why somebody applies."""
        return self._say(_LETTERS, TOPICS[topic]).replace("{title}", title)

    def _say(self, templates: tuple[str, ...], topic: Topic, name: str = "") -> str:
        said = self._pick(templates)
        if "{" not in said:
            return said
        words = said.format(
            topic=topic.name,
            subject=self._pick(topic.subjects),
            other=self._pick(topic.subjects),
            deed=self._pick(topic.deeds),
            skill=self._pick(topic.skills),
            name=name,
            title="{title}",
        )
        return words[0].upper() + words[1:]

    def _pick(self, choices: tuple[str, ...]) -> str:
        return choices[int(self._draw.random() * len(choices))]
