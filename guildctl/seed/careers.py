"""What people have done and learnt, as their profiles tell it."""

from dataclasses import dataclass

from guild.common.v1.date_pb2 import Date
from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.user_pb2 import Education, Position
from guildctl.seed.member import Member
from guildctl.seed.population import Person
from guildctl.seed.run import Run
from guildctl.seed.topics import TOPICS

_SKILLS = {title: topic.skills for topic in TOPICS for title in topic.titles}


@dataclass(frozen=True, slots=True)
class Career:
    """The position of a person since some year, their school up to the year before, what they can do."""

    title: str
    company: str
    since: int
    school: str
    graduated: int
    skills: tuple[str, ...]


def career(person: Person) -> Career:
    """What follows from a headline and a school: of what somebody cares about a profile tells nothing."""
    title, _, company = person.headline.rpartition(" at ")
    return Career(title, company, person.graduated + 1, person.school, person.graduated, _SKILLS.get(title, ()))


async def tell_careers(run: Run) -> None:
    """Everybody writes down their position, their school and their skills, as far as they have not yet."""

    async def tell(member: Member) -> None:
        own, there = career(member.person), member.user
        if not member.new:
            reply = await run.calls(run.network.profiles.GetMe, pb.GetMeRequest(), member)
            there = reply.user
        known = {skill.name for skill in there.skills}
        if not there.positions:
            position = Position(title=own.title, company_name=own.company, start=Date(year=own.since))
            await run.calls(run.network.profiles.CreatePosition, pb.CreatePositionRequest(position=position), member)
        if not there.education:
            education = Education(school=own.school, end=Date(year=own.graduated))
            await run.calls(
                run.network.profiles.CreateEducation, pb.CreateEducationRequest(education=education), member
            )
        missing = [name for name in own.skills if name not in known]
        for name in missing:
            await run.calls(run.network.profiles.AddSkill, pb.AddSkillRequest(name=name), member)
        phase.count(made=not there.positions or not there.education or bool(missing))

    with run.show.phase("careers", len(run.members)) as phase:
        await run.each(run.members.values(), tell)
