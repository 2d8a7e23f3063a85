"""Every application is there once."""

from guildctl.seed.audit.check import Check
from guildctl.seed.hiring import application_of
from guildctl.seed.plan import Application
from guildctl.seed.run import Run


async def check_applications(run: Run) -> Check:
    """Apply once more: the answer is the first application."""
    found: list[str] = []

    async def look(application: Application) -> None:
        first = run.applications[application.job, application.applicant]
        reply = await application_of(run, application)
        if not reply.already_applied or reply.application.id != first:
            found.append(f"{application.applicant} could apply for job {application.job} twice")
        phase.count(made=False)

    applications = [application for application in run.plan.applications if application.applicant in run.members]
    with run.show.phase("audit: jobs", len(applications)) as phase:
        await run.each(applications, look)
    return Check("applications", f"{len(applications):,} applications", tuple(found))
