"""Facts as events of the contract, in the outbox of the transaction that makes them true."""

from google.protobuf.message import Message

from guild.events.v1 import jobs_pb2
from mesh.contract import timestamp
from mesh.data import Transaction
from svc_jobs.domain.facts import Applied, CompanyMade, Fact, JobPosted
from svc_jobs.domain.ids import UserId


def publish(tx: Transaction, fact: Fact, *, by: UserId) -> None:
    """Tell the other services, if and only if the transaction commits."""
    tx.emit(_event(fact, by), actor=by)


def _event(fact: Fact, by: UserId) -> Message:
    match fact:
        case CompanyMade(company):
            return jobs_pb2.CompanyCreated(
                company_id=str(company.id),
                name=company.name,
                creator_id=str(by),
                created_at=timestamp(company.created_at),
            )
        case JobPosted(job):
            return jobs_pb2.JobPosted(
                job_id=str(job.id),
                company_id=str(job.company_id),
                poster_id=str(by),
                title=job.title,
                location=job.location,
                remote=job.remote,
                experience_level=job.experience_level,  # pyright: ignore[reportArgumentType] - the contract's number
                skills=job.skills,
                posted_at=timestamp(job.created_at),
            )
        case Applied(application, job_title, recipients):
            return jobs_pb2.JobApplied(
                application_id=str(application.id),
                job_id=str(application.job_id),
                company_id=str(application.company_id),
                applicant_id=str(by),
                job_title=job_title,
                recipient_ids=[str(one) for one in recipients],
                applied_at=timestamp(application.created_at),
            )
